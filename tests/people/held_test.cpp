#include "held.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "parts.hpp"

namespace portrait_depth::people {
namespace {

TEST(Held, ArmsHoldIfThereIsAnObject) {
  std::set<HeldKind> kinds;
  int holding = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const Shot shot = choose_shot(Random(seed));
    const bool arms = std::ranges::count(shot.arms, Arms::holding) > 0;
    EXPECT_EQ(arms, shot.held.kind != HeldKind::none);
    kinds.insert(shot.held.kind);
    holding += arms ? 1 : 0;
  }
  EXPECT_EQ(kinds.size(), 5u);
  EXPECT_NEAR(holding / 3000.0, 0.07, 0.02);
}

TEST(Held, StandsBeforeTheChestByItsGap) {
  REQUIRE_PARTS(catalog);
  const Traits traits;
  const Body body = unposed_body(*catalog, traits);
  float chest = 0;
  for (const std::uint32_t v : catalog->landmarks.chest_line) chest = std::max(chest, body.rest[v].z);
  for (const HeldKind kind : {HeldKind::ball, HeldKind::helmet, HeldKind::box, HeldKind::bottle}) {
    const Held held{.kind = kind, .half_size = {0.1f, 0.12f, 0.08f}, .gap = 0.05f};
    Scene scene;
    add_held(body, held, Random(3), scene);
    ASSERT_FALSE(scene.objects.empty());
    const SceneObject& object = scene.objects[0];
    EXPECT_FALSE(object.all_head);
    const auto [nearest, farthest] =
        std::ranges::minmax(object.positions, {}, [](const Vec3& p) { return p.z; });
    EXPECT_NEAR(nearest.z, chest + 0.05f, 1e-3f);
    EXPECT_NEAR(farthest.z - nearest.z, 0.16f, 2e-3f);
    EXPECT_EQ(scene.objects.size() > 1, kind == HeldKind::helmet) << "only helmets have more parts";
  }
}

}  // namespace
}  // namespace portrait_depth::people
