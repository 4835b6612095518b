// Key frames of the camera from a JSON file: photo3d --path.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "portrait_depth/photo3d.hpp"

namespace portrait_depth::cli {

/// Reads
///
///     {"keyframes": [{"time": 0, "position": [0, 0, 0], "look_at": [0, 0, 0.8], "zoom": 1, "easing":
///     "linear"}, …]}
///
/// Times are seconds; positions metres in the photo's camera space (x right, y down, z away; the photo was
/// taken from [0, 0, 0] looking at [0, 0, 1]). All but `time` may be left out; there is at least one key
/// frame, and times grow. Times lie between ±3600 s, places and directions between ±1000, zooms from 0.01 to
/// 100. Throws ErrorCode::not_found or unreadable and names the file and the place in it.
std::vector<CameraKeyframe> read_camera_path(const std::filesystem::path& path);
/// The same from the file's text. Errors begin with `name`.
std::vector<CameraKeyframe> parse_camera_path(std::string_view text, const std::string& name);

}  // namespace portrait_depth::cli
