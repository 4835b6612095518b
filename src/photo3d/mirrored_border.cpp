#include "photo3d/mirrored_border.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "camera/intrinsics.hpp"
#include "photo3d/border_outline.hpp"
#include "render/shading.hpp"

namespace portrait_depth {
namespace {

constexpr float kAtBorder = 1e-4f;                              // of the photo's side
constexpr float kMirrored = mirrored_inwards(kMirroredBorder);  // of the photo's side: the mirrored strip
enum class Axis { across, down };

Axis axis_of(BorderSide side) {
  return is_across(side) ? Axis::across : Axis::down;
}

float pixels_along(const Intrinsics& camera, Axis axis) {
  return static_cast<float>(axis == Axis::across ? camera.width : camera.height);
}

// A point's place in the photo along an axis, 0..1 inside. Points at and behind the camera have none.
float place(const Vec3& point, const Intrinsics& camera, Axis axis) {
  return axis == Axis::across
             ? (camera.fx * point.x / point.z + camera.cx) / static_cast<float>(camera.width)
             : (camera.fy * point.y / point.z + camera.cy) / static_cast<float>(camera.height);
}

Vec3 moved_to(const Vec3& point, const Intrinsics& camera, Axis axis, float place) {
  Vec3 moved = point;
  if (axis == Axis::across)
    moved.x = (place * static_cast<float>(camera.width) - camera.cx) / camera.fx * point.z;
  else
    moved.y = (place * static_cast<float>(camera.height) - camera.cy) / camera.fy * point.z;
  return moved;
}

// Mirrors at a side of the photo, so that the person's outline goes on straight.
class Mirror {
 public:
  Mirror(PlaneView<const float> alpha, const Intrinsics& camera, BorderSide side)
      : camera_(camera),
        side_(side),
        pixels_(pixels_along(camera, axis_of(side))),
        outline_(alpha, side, static_cast<int>(std::ceil(kMirrored * pixels_)), kMirroredBorder * pixels_) {}

  // From the border to the inside.
  float distance(const Vec3& point) const {
    const float at = place(point, camera_, axis_of(side_));
    return is_high(side_) ? 1 - at : at;
  }
  Vec3 mirrored(const Vec3& point) const {
    constexpr float kFarthest = 0.9f * kMostMirrored;  // corners of triangles across the strip's end
    const float inwards = std::min(distance(point), kFarthest), outwards = mirrored_outwards(inwards);
    const Axis border = is_across(side_) ? Axis::down : Axis::across;
    const float border_pixels = pixels_along(camera_, border);
    const float along = outline_.continued(place(point, camera_, border) * border_pixels, inwards * pixels_,
                                           outwards * pixels_);
    const Vec3 beyond = moved_to(point, camera_, axis_of(side_), is_high(side_) ? 1 + outwards : -outwards);
    return moved_to(beyond, camera_, border, along / border_pixels);
  }

 private:
  const Intrinsics& camera_;
  BorderSide side_;
  float pixels_;  // of the photo across the border
  BorderOutline outline_;
};

class MirroredMesh {
 public:
  MirroredMesh(Mesh& mesh, const Mirror& mirror)
      : mesh_(mesh), mirror_(mirror), index_(mesh.positions.size(), -1) {
    for (const Vec3& point : mesh.positions) distance_.push_back(point.z > 0 ? mirror.distance(point) : -1);
  }

  // Appends the mirror images of the triangles that have a corner inside the strip along the border.
  void add(std::vector<std::uint32_t>& indices) {
    const std::size_t count = indices.size();
    for (std::size_t t = 0; t < count; t += 3) {
      const std::array<std::uint32_t, 3> corners = {indices[t], indices[t + 1], indices[t + 2]};
      const auto [low, high] =
          std::minmax({distance_[corners[0]], distance_[corners[1]], distance_[corners[2]]});
      if (low < -kAtBorder || low >= kMirrored || high <= kAtBorder) continue;
      for (const std::size_t k : {0, 2, 1})
        indices.push_back(mirrored(corners[k]));  // keeps its front in front
    }
  }

 private:
  std::uint32_t mirrored(std::uint32_t vertex) {
    if (distance_[vertex] <= kAtBorder) return vertex;
    if (index_[vertex] < 0) {
      index_[vertex] = static_cast<std::int64_t>(mesh_.positions.size());
      mesh_.positions.push_back(mirror_.mirrored(mesh_.positions[vertex]));
      mesh_.texture_coordinates.push_back(mesh_.texture_coordinates[vertex]);
    }
    return static_cast<std::uint32_t>(index_[vertex]);
  }

  Mesh& mesh_;
  const Mirror& mirror_;
  std::vector<float> distance_;      // of each vertex, of the photo's side; negative: outside
  std::vector<std::int64_t> index_;  // of its mirror image
};

bool is_visible(PlaneView<const float> alpha, const std::array<float, 2>& texel) {
  constexpr float kVisibleAlpha = 0.05f;  // less is not noticed at a border
  const auto pixel_at = [](float at, int size) {
    return static_cast<int>(std::clamp(at * static_cast<float>(size), 0.0f, static_cast<float>(size - 1)));
  };
  return alpha(pixel_at(texel[0], alpha.width()), pixel_at(texel[1], alpha.height())) > kVisibleAlpha;
}

}  // namespace

void mirror_person(DepthMesh& person, PlaneView<const float> alpha, const Intrinsics& camera) {
  for (const BorderSide side : kBorderSides) {
    const Mirror mirror(alpha, camera, side);
    MirroredMesh mirrored(person.mesh, mirror);
    mirrored.add(person.mesh.indices);
    mirrored.add(person.seam_indices);
  }
}

std::array<std::vector<Vec3>, 4> find_border_points(const Mesh& mesh, PlaneView<const float> alpha,
                                                    const Intrinsics& camera) {
  std::array<std::vector<Vec3>, 4> points;
  for (const BorderSide side : kBorderSides) {
    const Axis axis = axis_of(side);
    const float end = is_high(side) ? 1 + kMirroredBorder : -kMirroredBorder;
    for (std::size_t i = 0; i < mesh.positions.size(); ++i) {
      const Vec3& point = mesh.positions[i];
      if (!(point.z > 0)) continue;  // a relief above 1 can move parts to the camera and behind it
      const float at = place(point, camera, axis);
      const bool beyond = is_high(side) ? at >= end : at <= end;
      if (beyond && is_visible(alpha, mesh.texture_coordinates[i]))
        points[index_of(side)].push_back(moved_to(point, camera, axis, end));
    }
  }
  return points;
}

Mesh make_mirrored_plane(const Intrinsics& camera, float metres) {
  constexpr int kSteps = 6;  // of the mirrored border: between them, the stretch is linear
  std::vector<float> places, texels;
  for (int i = kSteps; i >= 0; --i) {
    places.push_back(-kMirroredBorder * static_cast<float>(i) / kSteps);
    texels.push_back(mirrored_inwards(-places.back()));
  }
  for (std::size_t i = places.size(); i-- > 0;) {
    places.push_back(1 - places[i]);
    texels.push_back(1 - texels[i]);
  }
  const auto w = static_cast<float>(camera.width), h = static_cast<float>(camera.height);
  Mesh plane;
  for (std::size_t j = 0; j < places.size(); ++j)
    for (std::size_t i = 0; i < places.size(); ++i) {
      plane.positions.push_back(camera.unproject(places[i] * w, places[j] * h, metres));
      plane.texture_coordinates.push_back({texels[i], texels[j]});
      if (i + 1 == places.size() || j + 1 == places.size()) continue;
      const auto a = static_cast<std::uint32_t>(j * places.size() + i), b = a + 1;
      const auto c = static_cast<std::uint32_t>(a + places.size()), d = c + 1;
      plane.indices.insert(plane.indices.end(), {a, b, d, a, d, c});
    }
  return plane;
}

}  // namespace portrait_depth
