#include "garments.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "parts.hpp"
#include "random.hpp"
#include "traits.hpp"

namespace portrait_depth::people {
namespace {

// An unposed person, whose skin the tests compare garments with.
struct Dressed {
  Traits traits{};
  Body body{};

  explicit Dressed(const Catalog& catalog) : traits(choose_traits(Random(5), catalog, Split::train)) {}
  void stand(const Catalog& catalog) { body = unposed_body(catalog, traits); }
};

float nearest_skin(const Body& body, Vec3 point) {
  float best = 1e9f;
  for (const std::uint32_t v : body.catalog->base.group_vertices.at("body"))
    best = std::min(best, length(body.rest[v] - point));
  return best;
}

// All layers of the pullover or jacket, from the inside outwards.
std::vector<SceneObject> layers(const Body& body) {
  Scene scene;
  add_outer(body, outer_mask(body), scene);
  return std::move(scene.objects);
}

TEST(Garments, APulloverCoversTheChestAndLeavesHeadAndHandsFree) {
  REQUIRE_PARTS(catalog);
  Dressed person(*catalog);
  person.traits.outer = {.thickness = 0.03f, .neckline_drop = 0.02f};
  person.stand(*catalog);
  const std::vector<float> mask = outer_mask(person.body);
  const Landmarks& marks = catalog->landmarks;
  EXPECT_GT(mask[marks.chest_line[5]], 0.04f);
  for (const std::uint32_t v : {marks.chin, marks.lips, marks.top, marks.temple[0]}) EXPECT_LT(mask[v], 0);
  const std::vector<std::uint32_t>& body = catalog->base.group_vertices.at("body");
  const auto [low, high] = std::ranges::minmax(body, {}, [&](std::uint32_t v) {
    return catalog->base.positions[v].z;  // the fingers reach out farthest to the front
  });
  EXPECT_LT(mask[high], 0);
  EXPECT_GE(mask[low], -1);
}

TEST(Garments, APulloverStandsOffTheBodyByItsThickness) {
  REQUIRE_PARTS(catalog);
  Dressed person(*catalog);
  person.traits.outer = {.thickness = 0.03f};
  person.stand(*catalog);
  const std::vector<SceneObject> plain = layers(person.body);
  ASSERT_EQ(plain.size(), 1U);
  const SceneObject& smooth = plain[0];
  ASSERT_EQ(smooth.rest.size(), smooth.positions.size());
  double sum = 0;
  int count = 0;
  for (std::size_t v = 0; v < smooth.rest.size(); v += 7) {
    if (smooth.mask[v] < 0.04f) continue;
    const float away = nearest_skin(person.body, smooth.rest[v]);
    EXPECT_GT(away, 0.003f);  // an arm's pit brings one side's cloth to the other's skin
    sum += away;
    ++count;
  }
  EXPECT_NEAR(sum / count, 0.033, 0.012);  // bridged hollows add to it

  person.traits.outer.folds = 0.01f;
  const SceneObject folded = layers(person.body).at(0);
  ASSERT_EQ(folded.rest.size(), smooth.rest.size());
  const float farthest = farthest_move(smooth, folded);
  EXPECT_GT(farthest, 0.003f);
  EXPECT_LT(farthest, 0.011f);
}

TEST(Garments, AnOpenJacketShowsTheShirtUnderIt) {
  REQUIRE_PARTS(catalog);
  Dressed person(*catalog);
  person.traits.outer = {.thickness = 0.03f, .opening = 0.05f};
  person.stand(*catalog);
  const std::vector<SceneObject> worn = layers(person.body);
  ASSERT_EQ(worn.size(), 2U);
  // On the chest's middle line there is only the shirt; on the back the jacket lies outside it.
  const Vec3 chest = person.body.rest[catalog->landmarks.chest_line[4]];
  const auto outermost = [&](const SceneObject& layer, float direction) {
    float farthest = -1;
    for (std::size_t v = 0; v < layer.rest.size(); ++v)
      if (layer.mask[v] > 0 && std::abs(layer.rest[v].x) < 0.02f &&
          std::abs(layer.rest[v].y - chest.y) < 0.03f)
        farthest = std::max(farthest, direction * layer.rest[v].z);
    return farthest;
  };
  EXPECT_GT(outermost(worn[0], 1), 0.05f);
  EXPECT_LT(outermost(worn[1], 1), 0);
  EXPECT_GT(outermost(worn[1], -1), outermost(worn[0], -1) + 0.01f);
}

TEST(Garments, NeckwearLiesAroundTheNeckBelowTheMouth) {
  REQUIRE_PARTS(catalog);
  for (const Neckwear kind : {Neckwear::collar, Neckwear::scarf, Neckwear::hood}) {
    Dressed person(*catalog);
    person.traits.outer = {.neckwear = kind, .neckwear_width = 0.014f, .seed = 9};
    person.stand(*catalog);
    const SceneObject object = neckwear_object(person.body);
    ASSERT_FALSE(object.rest.empty());
    Vec3 neck;
    for (const std::uint32_t v : catalog->landmarks.neck_ring)
      neck += person.body.rest[v] * (1.0f / static_cast<float>(catalog->landmarks.neck_ring.size()));
    bool left = false, right = false, behind = false;
    for (const Vec3& p : object.rest) {
      EXPECT_LT(p.y, person.body.mouth_rest.y);
      left = left || p.x - neck.x > 0.05f;
      right = right || p.x - neck.x < -0.05f;
      behind = behind || p.z - neck.z < -0.04f;
    }
    EXPECT_TRUE(left && right && behind) << static_cast<int>(kind);
  }
}

}  // namespace
}  // namespace portrait_depth::people
