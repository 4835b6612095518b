#include "camera_path_file.hpp"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "portrait_depth/error.hpp"

namespace portrait_depth::cli {
namespace {

using nlohmann::json;

Vec3 vector_of(const json& value) {
  if (!value.is_array() || value.size() != 3) throw std::runtime_error("must be three numbers");
  return {value[0].get<float>(), value[1].get<float>(), value[2].get<float>()};
}

Easing easing_of(const json& value) {
  static const std::map<std::string, Easing> easings = {{"linear", Easing::linear},
                                                        {"ease-in", Easing::ease_in},
                                                        {"ease-out", Easing::ease_out},
                                                        {"ease-in-out", Easing::ease_in_out},
                                                        {"hold", Easing::hold}};
  const auto found = easings.find(value.get<std::string>());
  if (found == easings.end())
    throw std::runtime_error("must be linear, ease-in, ease-out, ease-in-out or hold");
  return found->second;
}

void set_member(CameraKeyframe& keyframe, const std::string& name, const json& value) {
  if (name == "time")
    keyframe.time_seconds = value.get<float>();
  else if (name == "position")
    keyframe.pose.position = vector_of(value);
  else if (name == "look_at")
    keyframe.pose.look_at = vector_of(value);
  else if (name == "up")
    keyframe.pose.up = vector_of(value);
  else if (name == "zoom")
    keyframe.pose.zoom = value.get<float>();
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
    } catch (const json::exception&) {
      throw std::runtime_error(place + "." + name + " is of the wrong kind");
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(place + "." + name + " " + error.what());
    }
  }
  return keyframe;
}

}  // namespace

std::vector<CameraKeyframe> read_camera_path(const std::filesystem::path& path) {
  std::ifstream stream(path);
  if (!stream) throw Error(ErrorCode::not_found, path.string() + ": no such camera path; check --path");
  try {
    const json file = json::parse(stream);
    if (!file.is_object() || !file.contains("keyframes") || !file["keyframes"].is_array())
      throw std::runtime_error("keyframes must be a list");
    std::vector<CameraKeyframe> keyframes;
    for (const json& value : file["keyframes"]) keyframes.push_back(keyframe_of(value, keyframes.size()));
    return keyframes;
  } catch (const json::parse_error& error) {
    throw Error(ErrorCode::unreadable,
                path.string() + ": is no JSON (byte " + std::to_string(error.byte) + ")");
  } catch (const std::runtime_error& error) {
    throw Error(ErrorCode::unreadable, path.string() + ": " + error.what());
  }
}

}  // namespace portrait_depth::cli
