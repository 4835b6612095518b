// Removes connected components of a mask that do not touch the main person: a dog's forehead, a cushion.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace portrait_depth {

/// Keeps the largest connected component of mask ≥ kPersonMask, and others with a sure pixel and at least 2 %
/// of its size. Softer pixels stay if they are connected to one of them; the others become at most 0.1. Keeps
/// its work memory: warm, it allocates nothing for masks of one size.
class SmallComponentFilter {
 public:
  /// `mask` is width x height, row by row; the result is valid until the next call.
  std::span<const float> filter(std::span<const float> mask, int width, int height);

 private:
  struct Part {
    std::size_t pixels;
    float surest;
  };

  /// Fills in numbers_ and parts_.
  void find_parts(std::span<const float> mask, int width, int height);

  std::vector<float> kept_;
  std::vector<std::uint32_t> numbers_;  ///< Of the part a pixel is in, from 1; 0 for none.
  std::vector<std::pair<int, int>> front_;
  std::vector<Part> parts_;
};

}  // namespace portrait_depth
