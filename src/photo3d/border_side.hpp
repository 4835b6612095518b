// The four sides of a photo or frame.
#pragma once

#include <array>
#include <cstddef>

namespace portrait_depth {

enum class BorderSide { left, right, top, bottom };

inline constexpr std::array<BorderSide, 4> kBorderSides = {BorderSide::left, BorderSide::right,
                                                           BorderSide::top, BorderSide::bottom};

/// Of arrays with an entry for each side, in the order of kBorderSides.
constexpr std::size_t index_of(BorderSide side) {
  return static_cast<std::size_t>(side);
}
/// Left and right: places across the photo, x.
constexpr bool is_across(BorderSide side) {
  return side == BorderSide::left || side == BorderSide::right;
}
/// Right and bottom: at the end of x or y, not at 0.
constexpr bool is_high(BorderSide side) {
  return side == BorderSide::right || side == BorderSide::bottom;
}

}  // namespace portrait_depth
