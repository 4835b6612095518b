// How unlike two patches of a picture are.
#pragma once

#include <cstddef>
#include <cstdint>

namespace portrait_depth {

inline constexpr int kPatchSize = 8;

/// Sum of squared differences of two patches of kPatchSize x kPatchSize RGBX pixels (X must be 0), given by
/// their upper left pixels; stops early, with any larger value, once it exceeds `enough`. row_bytes is that
/// of both pictures.
int patch_distance(const std::uint8_t* a, const std::uint8_t* b, std::ptrdiff_t row_bytes, int enough);

}  // namespace portrait_depth
