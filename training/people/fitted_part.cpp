#include "fitted_part.hpp"

#include <fstream>
#include <sstream>

#include "portrait_depth/error.hpp"

namespace portrait_depth::people {
namespace {

// "3 - 6 9": a range and a number.
void parse_deleted(const std::string& line, std::vector<std::uint32_t>& deleted) {
  std::istringstream words(line);
  bool range = false;
  for (std::string word; words >> word;) {
    if (word == "-") {
      range = true;
      continue;
    }
    const auto vertex = static_cast<std::uint32_t>(std::stoul(word));
    if (range && !deleted.empty())
      for (std::uint32_t v = deleted.back() + 1; v < vertex; ++v) deleted.push_back(v);
    deleted.push_back(vertex);
    range = false;
  }
}

FittedPart::Anchor parse_anchor(const std::string& line) {
  std::istringstream words(line);
  FittedPart::Anchor anchor;
  words >> anchor.base[0];
  if (words >> anchor.base[1] >> anchor.base[2]) {
    for (float& weight : anchor.weight) words >> weight;
    words >> anchor.offset.x >> anchor.offset.y >> anchor.offset.z;
  } else {
    anchor.base = {anchor.base[0], anchor.base[0], anchor.base[0]};
    anchor.weight = {1, 0, 0};
  }
  return anchor;
}

}  // namespace

FittedPart read_fitted_part(const std::filesystem::path& mhclo,
                            const std::vector<SkinWeights>& base_weights) {
  std::ifstream stream(mhclo);
  if (!stream)
    throw Error(ErrorCode::not_found, mhclo.string() + ": no such part; is --parts the folder of parts?");
  FittedPart part;
  part.name = mhclo.stem().string();
  enum { header, vertices, deleting } section = header;
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    std::string key;
    if (!(words >> key) || key.starts_with('#')) continue;
    const bool number = key.find_first_not_of("0123456789") == std::string::npos;
    if (section == deleting && number) {
      parse_deleted(line, part.deleted);
    } else if (section == vertices && number) {
      part.anchors.push_back(parse_anchor(line));
    } else if (key == "verts") {
      section = vertices;
    } else if (key == "delete_verts") {
      section = deleting;
    } else if (key == "obj_file") {
      words >> key;
      part.mesh = read_obj(mhclo.parent_path() / key);
    } else if (key.ends_with("_scale") && key.size() == 7) {
      FittedPart::Scale& scale = part.scales[static_cast<std::size_t>(key[0] - 'x')];
      words >> scale.from >> scale.to >> scale.divisor;
    }
  }
  if (part.anchors.size() != part.mesh.positions.size())
    throw Error(ErrorCode::unreadable, mhclo.string() + ": does not fit its mesh; fetch the parts again");
  for (const auto& anchor : part.anchors) {
    for (const std::uint32_t v : anchor.base)
      if (v >= base_weights.size())
        throw Error(ErrorCode::unreadable, mhclo.string() + ": made for another base mesh; remove the part");
    part.weights.push_back(
        blend({&base_weights[anchor.base[0]], &base_weights[anchor.base[1]], &base_weights[anchor.base[2]]},
              anchor.weight));
  }
  return part;
}

void FittedPart::fit(const std::vector<Vec3>& base, std::vector<Vec3>& positions) const {
  const auto scale = [&](int axis, float Vec3::*component) {
    const Scale& s = scales[static_cast<std::size_t>(axis)];
    return s.divisor > 0 ? std::abs(base[s.from].*component - base[s.to].*component) / s.divisor : 1.0f;
  };
  const Vec3 by{scale(0, &Vec3::x), scale(1, &Vec3::y), scale(2, &Vec3::z)};
  positions.resize(anchors.size());
  for (std::size_t v = 0; v < anchors.size(); ++v) {
    const Anchor& a = anchors[v];
    positions[v] = base[a.base[0]] * a.weight[0] + base[a.base[1]] * a.weight[1] +
                   base[a.base[2]] * a.weight[2] + a.offset * by;
  }
}

void measure_alpha(const Texture& texture, FittedPart& part) {
  const Triangles& triangles = part.mesh.triangles;
  part.triangle_alpha.resize(triangles.count());
  for (std::size_t t = 0; t < triangles.count(); ++t) {
    const Vec2 a = part.mesh.uvs[triangles.uvs[3 * t]], b = part.mesh.uvs[triangles.uvs[3 * t + 1]],
               c = part.mesh.uvs[triangles.uvs[3 * t + 2]];
    float sum = 0;
    for (const auto& w : {Vec3{1, 1, 1}, Vec3{4, 1, 1}, Vec3{1, 4, 1}, Vec3{1, 1, 4}}) {
      const float total = w.x + w.y + w.z;
      sum += texture.alpha(a * (w.x / total) + b * (w.y / total) + c * (w.z / total), 0);
    }
    part.triangle_alpha[t] = sum / 4;
  }
}

}  // namespace portrait_depth::people
