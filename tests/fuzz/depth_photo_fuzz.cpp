// JPEGs and HEICs with depth inside, written from odd depth maps and options, and read back.
#include <cmath>

#include "fuzz_input.hpp"
#include "fuzz_target.hpp"
#include "portrait_depth/embedded_depth.hpp"
#include "single_threaded_io.hpp"
#include "temporary_folder.hpp"

namespace portrait_depth {
namespace {

using fuzz::FuzzInput;

DepthMap depth_of(FuzzInput& input, int width, int height) {
  Plane<float> metres(width, height, 1.0f), mask(width, height, 1.0f);
  const float person = input.unusual_or(1);
  for (float& value : metres.values()) value = input.unusual_or(person);
  for (float& share : mask.values()) share = input.unusual_or(1);
  Intrinsics camera{.fx = input.unusual_or(20), .fy = 20, .cx = input.unusual_or(4), .cy = 4};
  camera.width = width;
  camera.height = height;
  return {std::move(metres), std::move(mask), camera, 0, 1, input.unusual_or(1)};
}

void check(const std::vector<std::uint8_t>& photo) {
  const auto depth = read_embedded_depth(photo, "written");
  fuzz::require(depth.has_value(), "the written depth is read");
  for (const float metres : depth->metres.values())
    fuzz::require(std::isnan(metres) || metres > 0, "distances are above 0 or not known");
}

}  // namespace
}  // namespace portrait_depth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  fuzz::use_one_io_thread();
  static const test::TemporaryFolder folder;
  fuzz::FuzzInput input(data, size);
  const int width = input.between(1, 12), height = input.between(1, 12);
  DepthPhotoOptions options;
  if (input.flag()) options.max_side = input.between(0, 20);
  options.bits = input.flag() ? 8 : input.between(7, 17);
  if (input.flag()) options.background_metres = input.unusual_or(3);
  if (input.flag()) options.form = static_cast<DepthPhotoForm>(input.between(0, 2));
  const std::filesystem::path path = folder / (input.flag() ? "photo.heic" : "photo.jpg");
  const auto photo = fuzz::file_of(
      path, [&] { save_depth_photo(Image(width, height), depth_of(input, width, height), path, options); });
  if (photo) fuzz::expect_no_error_but_ours([&] { check(*photo); });
  return 0;
}
