// The color difference of two patches of a picture.
#pragma once

#include <cstddef>
#include <cstdint>

namespace portrait_depth {

inline constexpr int kPatchSize = 8;  ///< Pixels a side.

/// The sum of squared differences of two patches of kPatchSize x kPatchSize RGBX pixels (X must be 0). `a`
/// and `b` are their upper left pixels, `row_bytes` the bytes from a row to the next one in both pictures.
/// Returns early, with a larger value, once the sum exceeds `enough`.
int patch_distance(const std::uint8_t* a, const std::uint8_t* b, std::ptrdiff_t row_bytes, int enough);

}  // namespace portrait_depth
