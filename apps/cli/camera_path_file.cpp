#include "camera_path_file.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "files/input_file.hpp"
#include "portrait_depth/error.hpp"
#include "text/number_text.hpp"
#include "text/one_line.hpp"

namespace portrait_depth::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestFile = std::size_t{64} << 20;
constexpr float kMostSeconds = 3600, kMostMetres = 1000, kLeastZoom = 0.01f, kMostZoom = 100;

std::string range_text(float least, float most) {
  return " from " + number_text(least) + " to " + number_text(most);
}

bool lies_between(const json& value, float least, float most) {
  return value.is_number() && value.get<double>() >= least && value.get<double>() <= most;
}

float number_of(const json& value, float least, float most) {
  if (!lies_between(value, least, most))
    throw std::runtime_error("must be a number" + range_text(least, most));
  return value.get<float>();
}

Vec3 vector_of(const json& value) {
  const auto fits = [](const json& number) { return lies_between(number, -kMostMetres, kMostMetres); };
  if (!value.is_array() || value.size() != 3 || !std::all_of(value.begin(), value.end(), fits))
    throw std::runtime_error("must be three numbers" + range_text(-kMostMetres, kMostMetres));
  return {value[0].get<float>(), value[1].get<float>(), value[2].get<float>()};
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
    keyframe.time_seconds = number_of(value, -kMostSeconds, kMostSeconds);
  else if (name == "position")
    keyframe.pose.position = vector_of(value);
  else if (name == "look_at")
    keyframe.pose.look_at = vector_of(value);
  else if (name == "up")
    keyframe.pose.up = vector_of(value);
  else if (name == "zoom")
    keyframe.pose.zoom = number_of(value, kLeastZoom, kMostZoom);
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
      throw std::runtime_error(message.append(".").append(one_line(name)).append(" ").append(error.what()));
    }
  }
  return keyframe;
}

void check_order(const std::vector<CameraKeyframe>& keyframes) {
  const std::size_t last = keyframes.size() - 1;
  if (last > 0 && keyframes[last].time_seconds <= keyframes[last - 1].time_seconds)
    throw std::runtime_error("keyframes[" + std::to_string(last) +
                             "].time must be later than the one before");
}

}  // namespace

std::vector<CameraKeyframe> parse_camera_path(std::string_view text, const std::string& name) {
  try {
    const json file = json::parse(text);
    if (!file.is_object() || !file.contains("keyframes") || !file["keyframes"].is_array())
      throw std::runtime_error("keyframes must be a list; see docs/camera-path.md");
    std::vector<CameraKeyframe> keyframes;
    for (const json& value : file["keyframes"]) {
      keyframes.push_back(keyframe_of(value, keyframes.size()));
      check_order(keyframes);
    }
    if (keyframes.empty()) throw std::runtime_error("keyframes must hold at least one");
    return keyframes;
  } catch (const json::parse_error& error) {
    throw Error(ErrorCode::unreadable,
                name + ": is not JSON (byte " + std::to_string(error.byte) + "); see docs/camera-path.md");
  } catch (const json::exception&) {
    throw Error(ErrorCode::unreadable, name + ": holds a number that is too large; write metres and seconds");
  } catch (const std::runtime_error& error) {
    throw Error(ErrorCode::unreadable, name + ": " + error.what());
  }
}

std::vector<CameraKeyframe> read_camera_path(const std::filesystem::path& path) {
  const auto bytes = read_file(path, {"camera path", kLargestFile, "Write fewer key frames"});
  return parse_camera_path(std::string(bytes.begin(), bytes.end()), path.string());
}

}  // namespace portrait_depth::cli
