// The smoothest surface through values that are known along a line around a hole.
#pragma once

#include <cstdint>

#include "image/rgb.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

enum class Spanned : std::uint8_t {
  outside,  ///< Does not count.
  open,     ///< To be found.
  fixed,    ///< Known.
};

/// Finds `values` where `place` is open: each the mean of its up to four neighbors that are not outside, as
/// a soap film spans the fixed ones. Both planes have one size; open values that no fixed one reaches become
/// 0.
void span_membrane(Plane<Rgb>& values, const Plane<Spanned>& place, ThreadPool& threads);

}  // namespace portrait_depth
