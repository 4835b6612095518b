#include "landmarks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace portrait_depth::people {
namespace {

// The numbers below are metres on the base mesh hm08: eyes at (±0.031, 0.728, 0.139), nose tip at (0, 0.691,
// 0.168), mouth line at (0, 0.662, 0.158), chin at (0, 0.616, 0.14), top of the head at (0, 0.849, 0.07),
// back at z = -0.039.

float headscarf(Vec3 p) {
  const float x = p.x / 0.062f, y = (p.y - 0.705f) / 0.098f;
  const float past_opening = p.z > 0.05f ? 0.07f * (std::sqrt(x * x + y * y) - 1) : 0.05f;
  return std::min({p.y - 0.555f, past_opening, 0.1f - std::abs(p.x), 0.05f});
}

float throat(Vec3 p) {
  const float up = p.y < 0.598f ? above(p.y, 0.572f, 0.026f) : below(p.y, 0.617f, 0.019f);
  return up * above(p.z, 0.03f, 0.03f) * below(p.z, 0.1f, 0.025f) * below(std::abs(p.x), 0.06f, 0.02f);
}

bool is_ear(Vec3 p) {
  return std::abs(p.x) > 0.0725f && p.z > 0.018f && p.z < 0.09f && p.y > 0.675f && p.y < 0.79f;
}

}  // namespace

Landmarks find_landmarks(const Mesh& base) {
  Landmarks found;
  const std::vector<std::uint32_t>& body = base.group_vertices.at("body");
  const auto nearest = [&](Vec3 wanted) {
    float best = std::numeric_limits<float>::max();
    std::uint32_t index = 0;
    for (const std::uint32_t v : body) {
      const Vec3 d = base.positions[v] * 0.1f - wanted;
      if (dot(d, d) < best) {
        best = dot(d, d);
        index = v;
      }
    }
    return index;
  };
  found.forehead = nearest({0, 0.79f, 0.146f});
  found.bridge = nearest({0, 0.727f, 0.151f});
  found.top = nearest({0, 0.849f, 0.07f});
  found.lips = nearest({0, 0.663f, 0.158f});
  found.chin = nearest({0, 0.616f, 0.138f});
  found.nose_tip = nearest({0, 0.6969f, 0.1669f});
  found.nose_bridge = nearest({0, 0.7323f, 0.1506f});
  found.chin_front = nearest({0, 0.6201f, 0.1434f});
  for (std::size_t side = 0; side < 2; ++side) {
    const float x = side == 0 ? 1.0f : -1.0f;
    found.eye_corner[side] = nearest({x * 0.0439f, 0.7287f, 0.1358f});
    found.upper_lid[side] = nearest({x * 0.0311f, 0.73315f, 0.14107f});
    found.lower_lid[side] = nearest({x * 0.03109f, 0.72395f, 0.14046f});
    found.temple[side] = nearest({x * 0.073f, 0.78f, 0.07f});
    found.ear_top[side] = nearest({x * 0.077f, 0.752f, 0.055f});
    found.ear_canal[side] = nearest({x * 0.072f, 0.722f, 0.062f});
  }
  for (std::size_t i = 0; i < found.neck_ring.size(); ++i) {
    const float angle = 2 * std::numbers::pi_v<float> * static_cast<float>(i) / found.neck_ring.size();
    const float s = std::sin(angle), c = std::cos(angle);
    found.neck_ring[i] = nearest({0.058f * s, 0.573f - 0.0125f * c, 0.016f + 0.054f * c});
  }
  for (std::size_t i = 0; i < found.chest_line.size(); ++i) {
    const float down = 0.03f * static_cast<float>(i);
    found.chest_line[i] = nearest({0.035f, 0.55f - down, 0.085f + 0.35f * down});
  }
  const std::size_t count = body.back() + 1;
  for (std::vector<float>* mask : {&found.cap, &found.beanie, &found.headscarf}) mask->assign(count, -1);
  found.ear.assign(count, 0);
  found.throat.assign(count, 0);
  for (const std::uint32_t v : body) {
    const Vec3 p = base.positions[v] * 0.1f;
    if (p.y < 0.53f || std::abs(p.x) > 0.12f) continue;
    found.cap[v] = std::min(0.05f, p.y - (0.767f + 0.13f * (p.z + 0.035f)));
    found.beanie[v] = std::min(0.05f, p.y - (0.738f + 0.28f * (p.z + 0.035f)));
    found.headscarf[v] = headscarf(p);
    found.ear[v] = is_ear(p) ? 1 : 0;
    found.throat[v] = throat(p);
  }
  return found;
}

}  // namespace portrait_depth::people
