// Depth and mattes in a photo: JPEG segments, EXIF, the Multi-Picture index, XMP, base64, the auxiliary
// pictures of a HEIC, and the pictures inside.
#include <cmath>

#include "depth_parts/depth_parts.hpp"
#include "fuzz_target.hpp"
#include "portrait_depth/embedded_depth.hpp"
#include "single_threaded_io.hpp"

namespace portrait_depth {
namespace {

void check(const EmbeddedDepth& depth) {
  fuzz::require(!depth.metres.empty(), "depth has a size");
  for (const float metres : depth.metres.values())
    fuzz::require(std::isnan(metres) || metres > 0, "distances are positive or not known");
  if (depth.matte)
    for (const float share : depth.matte->values())
      fuzz::require(share >= 0 && share <= 1, "a matte is 0..1");
  if (depth.intrinsics)
    fuzz::require(depth.intrinsics->fx > 0 && depth.intrinsics->fy > 0 &&
                      depth.intrinsics->width == depth.metres.width(),
                  "the camera belongs to the depth");
}

}  // namespace
}  // namespace portrait_depth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  fuzz::use_one_io_thread();
  const std::span bytes(data, size);
  fuzz::expect_no_error_but_ours([&] {
    if (const auto depth = read_embedded_depth(bytes, "photo")) check(*depth);
  });
  // The browser's way: its own decoders give the values.
  fuzz::expect_no_error_but_ours([&] {
    if (const auto parts = io::depth_parts(bytes, "photo"))
      check(io::assembled_depth(*parts, Plane<float>(3, 2, 0.5f), {Plane<float>(3, 2, 0.5f)}, {}));
  });
  return 0;
}
