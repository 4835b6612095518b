// Key frames from a file: a camera can follow all accepted ones.
#include <cmath>
#include <string_view>

#include "camera_path_file.hpp"
#include "fuzz_target.hpp"

namespace portrait_depth {
namespace {

void check(const CameraKeyframe& keyframe) {
  const CameraPose& pose = keyframe.pose;
  for (const Vec3& v : {pose.position, pose.look_at, pose.up})
    fuzz::require(std::isfinite(v.x) && std::isfinite(v.y) && std::isfinite(v.z), "places are numbers");
  fuzz::require(std::isfinite(keyframe.time_seconds), "times are numbers");
  fuzz::require(std::isfinite(pose.zoom) && pose.zoom > 0, "zooms are above 0");
}

}  // namespace
}  // namespace portrait_depth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fuzz::expect_no_error_but_ours([&] {
    for (const CameraKeyframe& keyframe : cli::parse_camera_path(text, "path.json")) check(keyframe);
  });
  return 0;
}
