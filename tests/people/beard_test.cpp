#include "beard.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "parts.hpp"

namespace portrait_depth::people {
namespace {

// An unposed person with a beard. Not movable: the body points to the traits.
struct Bearded {
  Traits traits{};
  Body body{};

  Bearded(const Catalog& catalog, const BeardTraits& beard) {
    traits.beard = beard;
    body = unposed_body(catalog, traits);
  }
  Bearded(const Bearded&) = delete;
  Bearded& operator=(const Bearded&) = delete;
};

// Density at the vertex of the base mesh nearest to a place, metres.
float density_at(const Bearded& man, Vec3 place) {
  const Mesh& base = man.body.catalog->base;
  const std::vector<std::uint32_t>& body = base.group_vertices.at("body");
  const std::uint32_t nearest = *std::ranges::min_element(
      body, {}, [&](std::uint32_t v) { return length(base.positions[v] * 0.1f - place); });
  return beard_mask(man.body)[nearest];
}

constexpr Vec3 kChin{0, 0.616f, 0.138f}, kUnderside{0, 0.617f, 0.103f}, kThroat{0, 0.578f, 0.069f},
    kJaw{0.055f, 0.64f, 0.09f}, kForehead{0, 0.79f, 0.146f};

TEST(Beard, IsEmptyWithoutABeard) {
  REQUIRE_PARTS(catalog);
  const Bearded man(*catalog, {.kind = Beard::none});
  EXPECT_TRUE(beard_mask(man.body).empty());
  Scene scene;
  add_beard(man.body, scene);
  EXPECT_TRUE(scene.objects.empty());
}

TEST(Beard, EndsAtItsNecklineAndWidth) {
  REQUIRE_PARTS(catalog);
  const Bearded full(*catalog, {.kind = Beard::full, .width = 0.1f, .neckline = -0.01f});
  const Bearded trimmed(*catalog, {.kind = Beard::full, .width = 0.035f, .neckline = 0.045f});
  EXPECT_GT(density_at(full, kChin), 0.9f);
  EXPECT_GT(density_at(full, kUnderside), 0.9f);
  EXPECT_GT(density_at(full, kJaw), 0.5f);
  EXPECT_GT(density_at(trimmed, kChin), 0.9f);
  EXPECT_LT(density_at(trimmed, kUnderside), 0.1f);
  EXPECT_LT(density_at(trimmed, kJaw), 0.1f);
  for (const Bearded* man : {&full, &trimmed}) {
    EXPECT_EQ(density_at(*man, kThroat), 0);
    EXPECT_EQ(density_at(*man, kForehead), 0);
  }
}

TEST(Beard, StandsOffByItsLengthAndClumpsUnevenly) {
  REQUIRE_PARTS(catalog);
  constexpr float kLength = 0.02f;
  const auto reach = [&](float clumps) {
    const Bearded man(*catalog, {.kind = Beard::full, .length = kLength, .clumps = clumps});
    Scene scene;
    add_beard(man.body, scene);
    const SceneObject& outermost = scene.objects.back();
    const Vec3 chin = man.body.rest[catalog->landmarks.chin];
    float farthest = 0, nearest = 1;
    for (std::size_t v = 0; v < outermost.rest.size(); ++v) {
      if (outermost.mask[v] < 0.74f || length(outermost.rest[v] - chin) > 0.05f) continue;
      float off = 1;
      for (const std::uint32_t s : catalog->base.group_vertices.at("body"))
        off = std::min(off, length(man.body.rest[s] - outermost.rest[v]));
      farthest = std::max(farthest, off);
      nearest = std::min(nearest, off);
    }
    return std::pair(nearest, farthest);
  };
  const auto [even_near, even_far] = reach(0);
  EXPECT_NEAR(even_far, kLength, 0.002f);
  EXPECT_GT(even_near, 0.5f * kLength);
  const auto [near, far] = reach(0.5f);
  EXPECT_GT(far, even_far * 1.1f);
  EXPECT_LT(near, even_near);
}

}  // namespace
}  // namespace portrait_depth::people
