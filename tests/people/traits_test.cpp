#include "traits.hpp"

#include <gtest/gtest.h>

#include <set>

#include "colors.hpp"
#include "parts.hpp"
#include "portrait.hpp"

namespace portrait_depth::people {
namespace {

TEST(Random, IsTheSameOnEveryMachine) {
  Random random(42);
  EXPECT_EQ(random.bits(), Random(42).bits());
  EXPECT_NE(Random(42).fork("a").bits(), Random(42).fork("b").bits());
  float sum = 0, squares = 0;
  for (int i = 0; i < 20000; ++i) {
    const float value = random.normal();
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / 20000, 0, 0.03f);
  EXPECT_NEAR(squares / 20000, 1, 0.05f);
}

TEST(PersonSeed, SplitsAreDisjoint) {
  std::set<std::uint64_t> seeds;
  for (const std::uint64_t run : {1u, 2u})
    for (const Split split : {Split::train, Split::test})
      for (std::uint64_t i = 0; i < 5000; ++i) EXPECT_TRUE(seeds.insert(person_seed(run, split, i)).second);
}

TEST(MonkTone, GrowsDarker) {
  for (float tone = 1; tone < 10; tone += 1)
    EXPECT_GT(luminance(monk_tone(tone)), 0.8f * luminance(monk_tone(tone + 1)));
  EXPECT_GT(luminance(monk_tone(1)), 10 * luminance(monk_tone(10)));
}

TEST(ChooseTraits, KeepsTheSplitsParts) {
  REQUIRE_PARTS(catalog);
  std::set<int> skins[2], hair[2], suits[2];
  float lightest = 10, darkest = 1;
  for (const Split split : {Split::train, Split::test}) {
    const auto s = static_cast<std::size_t>(split);
    for (std::uint64_t i = 0; i < 400; ++i) {
      const Traits traits = choose_traits(Random(person_seed(1, split, i)), *catalog, split);
      skins[s].insert(traits.skin);
      suits[s].insert(traits.suit.mesh);
      if (traits.hair.mesh >= 0) hair[s].insert(traits.hair.mesh);
      lightest = std::min(lightest, traits.skin_tone);
      darkest = std::max(darkest, traits.skin_tone);
    }
  }
  for (const auto* sets : {skins, hair, suits}) {
    EXPECT_GE(sets[1].size(), 2u);
    for (const int part : sets[1]) EXPECT_EQ(sets[0].count(part), 0u) << "a part of both splits";
  }
  EXPECT_EQ(skins[0].size() + skins[1].size(), catalog->skins.size()) << "every skin is worn";
  EXPECT_EQ(hair[0].size() + hair[1].size(), catalog->hair.size()) << "every hair is worn";
  EXPECT_LT(lightest, 1.3f);
  EXPECT_GT(darkest, 9.7f);
}

TEST(MacroWeights, BlendsRaceSexAndAge) {
  REQUIRE_PARTS(catalog);
  float sum = 0;
  const Morph* young = catalog->morphs->find("macrodetails/asian-female-young");
  ASSERT_NE(young, nullptr);
  float young_weight = 0;
  for (const auto& [morph, weight] :
       macro_weights(*catalog->morphs, {.sex = 0.25f, .age = 25, .asian = 0.4f, .caucasian = 0.6f})) {
    for (const std::string& name : catalog->morphs->names("macrodetails/"))
      if (name.find("universal") == std::string::npos && name.find('/', 13) == std::string::npos &&
          catalog->morphs->find(name) == morph)
        sum += weight;
    if (morph == young) young_weight = weight;
  }
  EXPECT_NEAR(sum, 1, 1e-4f);
  EXPECT_NEAR(young_weight, 0.75f * 0.4f, 1e-4f);
}

}  // namespace
}  // namespace portrait_depth::people
