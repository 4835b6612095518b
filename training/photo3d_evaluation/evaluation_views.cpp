#include "evaluation_views.hpp"

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "portrait_depth/error.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace {

nlohmann::json read_json(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw Error(ErrorCode::not_found, file.string() + ": missing; run `people render`");
  nlohmann::json json = nlohmann::json::parse(stream, nullptr, false);
  if (json.is_discarded() || !json.contains("cameras") || !json.contains("background_metres"))
    throw Error(
        ErrorCode::unreadable,
        file.string() + ": views without a background; remove the file and run `people render --background`");
  return json;
}

// float32 of a version-1.0 .npy file with the shape height x width.
Plane<float> read_depth(const std::filesystem::path& file, int width, int height) {
  std::ifstream stream(file, std::ios::binary);
  char magic[8];
  unsigned char length[2];
  Plane<float> depth(width, height);
  const auto bytes = static_cast<std::streamsize>(depth.values().size_bytes());
  if (!stream.read(magic, sizeof magic) || !stream.read(reinterpret_cast<char*>(length), sizeof length) ||
      !stream.ignore(length[0] + 256 * length[1]) ||
      !stream.read(reinterpret_cast<char*>(depth.values().data()), bytes))
    throw Error(ErrorCode::unreadable,
                file.string() + ": damaged depth; remove the file and run `people render`");
  for (float& value : depth.values())
    if (!(value > 0)) value = std::numeric_limits<float>::quiet_NaN();
  return depth;
}

Vec3 scaled_point(const nlohmann::json& json, float scale) {
  return {json.at(0).get<float>() * scale, json.at(1).get<float>() * scale, json.at(2).get<float>() * scale};
}

}  // namespace

RenderedPerson read_person(const std::filesystem::path& stem) {
  const nlohmann::json json = read_json(stem.string() + ".json");
  RenderedPerson person;
  person.name = stem.filename().string();
  const int width = json["width"], height = json["height"];
  const auto focal = json["intrinsics"].get<std::array<float, 4>>();
  person.intrinsics = {focal[0], focal[1], focal[2], focal[3], width, height};
  person.head_metres = json["head_metres"];
  person.background_metres = json["background_metres"];
  const float heads = 1 / person.head_metres;
  for (std::size_t k = 0; k < json["cameras"].size(); ++k) {
    const nlohmann::json& camera = json["cameras"][k];
    const std::string name = stem.string() + "-" + std::to_string(k);
    TrueView view;
    view.picture = load_photo(name + ".png").image;
    view.mask = load_mask(name + "-mask.png", width, height);
    view.pose.position = scaled_point(camera["position"], heads);
    view.pose.look_at = scaled_point(camera["look_at"], heads);
    view.pose.zoom = camera["zoom"];
    view.metres = read_depth(name + ".npy", width, height);
    if (k == 0)
      person.photo = std::move(view);
    else
      person.views.push_back(std::move(view));
  }
  return person;
}

}  // namespace portrait_depth
