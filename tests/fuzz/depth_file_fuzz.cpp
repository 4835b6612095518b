// A depth map of any format. The first byte selects the unit.
#include <cmath>
#include <span>

#include "fuzz_target.hpp"
#include "portrait_depth/depth_file.hpp"
#include "single_threaded_io.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  constexpr std::int64_t kMostPixels = 250'000;
  if (size == 0) return 0;
  fuzz::use_one_io_thread();
  DepthFileOptions options{.max_pixels = kMostPixels};
  if (data[0] % 4 > 0) options.unit = static_cast<GivenDepthUnit>(data[0] % 4 - 1);
  fuzz::expect_no_error_but_ours([&] {
    const GivenDepth depth = load_depth_file(std::span(data + 1, size - 1), "map", options);
    fuzz::require(!depth.values.empty(), "a map has values");
    fuzz::require(std::int64_t{depth.values.width()} * depth.values.height() <= kMostPixels * 128,
                  "a map has the limit's size, or that of depth inside a photo");
    for (const float value : depth.values.values())
      fuzz::require(!std::isinf(value) || depth.unit != GivenDepthUnit::metres, "metres are finite or holes");
  });
  return 0;
}
