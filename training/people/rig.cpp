#include "rig.hpp"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "portrait_depth/error.hpp"

namespace portrait_depth::people {
namespace {

nlohmann::json read_json(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream)
    throw Error(ErrorCode::not_found, file.string() + ": no such file; is --parts the folder of parts?");
  return nlohmann::json::parse(stream);
}

SkinWeights strongest_four(std::map<int, float> weights) {
  SkinWeights kept;
  float sum = 0;
  for (int slot = 0; slot < 4 && !weights.empty(); ++slot) {
    const auto best = std::ranges::max_element(weights, {}, [](const auto& entry) { return entry.second; });
    kept.bone[slot] = static_cast<std::uint8_t>(best->first);
    kept.weight[slot] = best->second;
    sum += best->second;
    weights.erase(best);
  }
  for (float& weight : kept.weight) weight = sum > 0 ? weight / sum : 0;
  if (sum <= 0) kept.weight[0] = 1;
  return kept;
}

}  // namespace

Rig::Rig(const std::filesystem::path& rig_file, const std::filesystem::path& weights_file, const Mesh& base) {
  const nlohmann::json description = read_json(rig_file);
  // Parents first: adds bones whose parents are in the list, until all are.
  while (bones_.size() < description.size()) {
    const std::size_t before = bones_.size();
    for (const auto& [name, content] : description.items()) {
      const auto stands = [&](const std::string& other) {
        return std::ranges::find(bones_, other, &Bone::name) != bones_.end();
      };
      const std::string parent = content.at("parent");
      if (stands(name) || (!parent.empty() && !stands(parent))) continue;
      Bone made{.name = name, .parent = parent.empty() ? -1 : bone(parent), .head_vertices = {}};
      const auto& head = content.at("head");
      if (head.at("strategy") == "CUBE")
        made.head_vertices = base.group_vertices.at(head.at("cube_name"));
      else
        made.head_vertices = head.at("vertex_indices").get<std::vector<std::uint32_t>>();
      bones_.push_back(std::move(made));
    }
    if (bones_.size() == before)
      throw Error(ErrorCode::unreadable, rig_file.string() + ": bones without a root; fetch the parts again");
  }
  std::vector<std::map<int, float>> by_vertex(base.positions.size());
  const nlohmann::json weights = read_json(weights_file);
  for (const auto& [name, entries] : weights.at("weights").items())
    for (const auto& entry : entries)
      by_vertex.at(entry.at(0).get<std::size_t>())[bone(name)] += entry.at(1).get<float>();
  weights_.reserve(by_vertex.size());
  for (auto& of_vertex : by_vertex) weights_.push_back(strongest_four(std::move(of_vertex)));
}

int Rig::bone(const std::string& name) const {
  const auto found = std::ranges::find(bones_, name, &Bone::name);
  if (found == bones_.end()) throw Error(ErrorCode::unreadable, "the rig has no bone " + name);
  return static_cast<int>(found - bones_.begin());
}

std::vector<Vec3> Rig::joints(const std::vector<Vec3>& rest) const {
  std::vector<Vec3> joints(bones_.size());
  for (std::size_t b = 0; b < bones_.size(); ++b) {
    for (const std::uint32_t v : bones_[b].head_vertices) joints[b] += rest[v];
    joints[b] = joints[b] * (1.0f / static_cast<float>(bones_[b].head_vertices.size()));
  }
  return joints;
}

SkinWeights blend(const std::array<const SkinWeights*, 3>& sources, const std::array<float, 3>& shares) {
  std::map<int, float> sum;
  for (int s = 0; s < 3; ++s)
    for (int k = 0; k < 4; ++k)
      if (sources[s]->weight[k] > 0)
        sum[sources[s]->bone[k]] += sources[s]->weight[k] * std::max(0.0f, shares[s]);
  return strongest_four(std::move(sum));
}

Pose::Pose(const Rig& rig, std::vector<Vec3> joints)
    : rig_(&rig), joints_(std::move(joints)), local_(joints_.size()), moves_(joints_.size()) {
  update();
}

void Pose::turn(const std::string& bone, const Mat3& rotation) {
  Mat3& local = local_[rig_->bone(bone)];
  local = rotation * local;
  update();
}

void Pose::face(const std::string& bone, const Mat3& orientation) {
  const int index = rig_->bone(bone), parent = rig_->parent(index);
  local_[index] = parent < 0 ? orientation : transposed(moves_[parent].rotation) * orientation;
  update();
}

Vec3 Pose::joint(const std::string& bone) const {
  const int index = rig_->bone(bone);
  return moves_[index].apply(joints_[index]);
}

void Pose::reach(const std::string& upper, const std::string& lower, const std::string& end, Vec3 target,
                 Vec3 pole) {
  const Vec3 start = joint(upper);
  const Vec3 upper_rest = rest_joint(lower) - rest_joint(upper),
             lower_rest = rest_joint(end) - rest_joint(lower);
  const float a = length(upper_rest), b = length(lower_rest);
  const Vec3 toward = normalized(target - start);
  const float distance =
      std::clamp(length(target - start), std::abs(a - b) * 1.01f + 1e-3f, (a + b) * 0.995f);
  // The law of cosines gives the angle at the shoulder.
  const float cosine = std::clamp((a * a + distance * distance - b * b) / (2 * a * distance), -1.0f, 1.0f);
  const Vec3 side = normalized(pole - toward * dot(pole, toward));
  const Vec3 elbow =
      start + toward * (a * cosine) + side * (a * std::sqrt(std::max(0.0f, 1 - cosine * cosine)));
  const Vec3 hand = start + toward * distance;
  const auto aim = [&](const std::string& bone, Vec3 rest_direction, Vec3 direction) {
    const Mat3 parent = moves_[rig_->parent(rig_->bone(bone))].rotation;
    face(bone, rotation_between(normalized(parent * rest_direction), normalized(direction)) * parent);
  };
  aim(upper, upper_rest, elbow - start);
  aim(lower, lower_rest, hand - elbow);
}

void Pose::update() {
  for (int b = 0; b < rig_->bone_count(); ++b) {
    const int parent = rig_->parent(b);
    if (parent < 0)
      moves_[b] = turn_about(local_[b], joints_[b], joints_[b]);
    else
      moves_[b] =
          turn_about(moves_[parent].rotation * local_[b], joints_[b], moves_[parent].apply(joints_[b]));
  }
}

void skin(const std::vector<Vec3>& rest, const std::vector<SkinWeights>& weights,
          const std::vector<Rigid>& moves, std::vector<Vec3>& posed) {
  posed.resize(rest.size());
  for (std::size_t v = 0; v < rest.size(); ++v) {
    const SkinWeights& w = weights[v];
    Vec3 sum = moves[w.bone[0]].apply(rest[v]) * w.weight[0];
    for (int k = 1; k < 4 && w.weight[k] > 0; ++k) sum += moves[w.bone[k]].apply(rest[v]) * w.weight[k];
    posed[v] = sum;
  }
}

}  // namespace portrait_depth::people
