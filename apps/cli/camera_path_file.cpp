#include "camera_path_file.hpp"

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "portrait_depth/error.hpp"

namespace portrait_depth::cli {
namespace {

using nlohmann::json;

float number_of(const json& value) {
  const float number = value.is_number() ? value.get<float>() : std::numeric_limits<float>::quiet_NaN();
  if (!std::isfinite(number)) throw std::runtime_error("must be a number");
  return number;
}

float zoom_of(const json& value) {
  const float zoom = number_of(value);
  if (!(zoom > 0)) throw std::runtime_error("must be above 0");
  return zoom;
}

Vec3 vector_of(const json& value) {
  if (!value.is_array() || value.size() != 3) throw std::runtime_error("must be three numbers");
  return {number_of(value[0]), number_of(value[1]), number_of(value[2])};
}

Easing easing_of(const json& value) {
  static const std::map<std::string, Easing> easings = {{"linear", Easing::linear},
                                                        {"ease-in", Easing::ease_in},
                                                        {"ease-out", Easing::ease_out},
                                                        {"ease-in-out", Easing::ease_in_out},
                                                        {"hold", Easing::hold}};
  const auto found = easings.find(value.is_string() ? value.get<std::string>() : "");
  if (found == easings.end())
    throw std::runtime_error("must be linear, ease-in, ease-out, ease-in-out or hold");
  return found->second;
}

void set_member(CameraKeyframe& keyframe, const std::string& name, const json& value) {
  if (name == "time")
    keyframe.time_seconds = number_of(value);
  else if (name == "position")
    keyframe.pose.position = vector_of(value);
  else if (name == "look_at")
    keyframe.pose.look_at = vector_of(value);
  else if (name == "up")
    keyframe.pose.up = vector_of(value);
  else if (name == "zoom")
    keyframe.pose.zoom = zoom_of(value);
  else if (name == "easing")
    keyframe.easing = easing_of(value);
  else
    throw std::runtime_error("is unknown; known are time, position, look_at, up, zoom and easing");
}

CameraKeyframe keyframe_of(const json& value, std::size_t index) {
  const std::string place = "keyframes[" + std::to_string(index) + "]";
  if (!value.is_object() || !value.contains("time")) throw std::runtime_error(place + " needs a time");
  CameraKeyframe keyframe;
  for (const auto& [name, member] : value.items()) {
    try {
      set_member(keyframe, name, member);
    } catch (const std::runtime_error& error) {
      std::string message = place;
      throw std::runtime_error(message.append(".").append(name).append(" ").append(error.what()));
    }
  }
  return keyframe;
}

}  // namespace

std::vector<CameraKeyframe> parse_camera_path(std::string_view text, const std::string& name) {
  try {
    const json file = json::parse(text);
    if (!file.is_object() || !file.contains("keyframes") || !file["keyframes"].is_array())
      throw std::runtime_error("keyframes must be a list; see docs/camera-path.md");
    std::vector<CameraKeyframe> keyframes;
    for (const json& value : file["keyframes"]) keyframes.push_back(keyframe_of(value, keyframes.size()));
    return keyframes;
  } catch (const json::parse_error& error) {
    throw Error(ErrorCode::unreadable,
                name + ": is no JSON (byte " + std::to_string(error.byte) + "); see docs/camera-path.md");
  } catch (const json::exception&) {
    throw Error(ErrorCode::unreadable, name + ": holds a number that is too large; write metres and seconds");
  } catch (const std::runtime_error& error) {
    throw Error(ErrorCode::unreadable, name + ": " + error.what());
  }
}

std::vector<CameraKeyframe> read_camera_path(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path))
    throw Error(ErrorCode::unreadable, path.string() + ": is a folder; check --path");
  std::ifstream stream(path);
  if (!stream) throw Error(ErrorCode::not_found, path.string() + ": no such camera path; check --path");
  const std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  return parse_camera_path(text, path.string());
}

}  // namespace portrait_depth::cli
