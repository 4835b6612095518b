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
  /// Pixels of a part side by side: begin..end-1 of row y.
  struct Run {
    int y, begin, end;
    float surest;
    std::uint32_t earlier;  ///< A run of the same part, not after this one; the part's first run: itself.
    std::uint32_t part;     ///< Index in parts_.
  };

  /// Fills in runs_ and parts_.
  void find_parts(std::span<const float> mask, int width, int height);
  /// Fills in runs_, and connects each run with those of the row above.
  void find_runs(std::span<const float> mask, int width, int height);
  /// Adds the run's pixels that have a neighbor outside all parts to front_.
  void add_rim(const Run& run, int width, int height);
  std::uint32_t first_run(std::uint32_t run);
  void connect(std::uint32_t run, std::uint32_t other);

  std::vector<float> kept_;
  std::vector<Run> runs_;                 ///< Row by row.
  std::vector<std::uint8_t> is_in_part_;  ///< 0 or 1, one a pixel.
  std::vector<std::pair<int, int>> front_;
  std::vector<Part> parts_;
};

}  // namespace portrait_depth
