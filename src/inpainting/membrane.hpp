// Membrane interpolation: the smoothest surface through values that are known around a hole.
#pragma once

#include <cstdint>

#include "image/rgb.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {

enum class MembraneCell : std::uint8_t {
  outside,  ///< Not part of the surface.
  unknown,  ///< To be interpolated.
  known,    ///< Fixed.
};

/// Solves Laplace's equation for the unknown cells: each value becomes the mean of its up to four neighbors
/// that are not outside. `values` and `cells` have the same size. Unknown cells that no known cell reaches
/// become 0.
void interpolate_membrane(Plane<Rgb>& values, const Plane<MembraneCell>& cells, ThreadPool& threads);

}  // namespace portrait_depth
