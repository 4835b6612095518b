#include "scanned_faces.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "../temporary_folder.hpp"
#include "choices.hpp"
#include "portrait_depth/error.hpp"
#include "proportions.hpp"

namespace portrait_depth::people {
namespace {

constexpr std::size_t kIdentities = 5;

// A library of MakeHuman's targets, and a folder of faces: each identity moves a vertex of its own.
class ScannedFaces : public testing::Test {
 protected:
  void SetUp() override {
    write("targets/target.json",
          R"({"nose": {"categories": [{"name": "nose-hump",
              "opposites": {"negative-unsided": "hump-decr", "positive-unsided": "hump-incr"}}]}})");
    for (const char* target : {"hump-decr", "hump-incr"})
      write("targets/nose/" + std::string(target) + ".target.gz", "1 0 0 1\n");
    for (const char* race : {"african", "asian", "caucasian"})
      for (const char* unit : {"mouth-open", "eye-left-closure", "nose-compression"})
        write("targets/expression/units/" + std::string(race) + "/" + unit + ".target.gz", "2 0 1 0\n");
    write("faces/faces.json", R"({"format": "portrait-depth faces 1", "identities": 5})");
    for (const char* race : {"african", "asian", "caucasian"})
      for (const char* sex : {"female", "male"})
        write("faces/mean/" + std::string(race) + "-" + sex + ".target.gz", "0 0 0 1\n");
    for (std::size_t i = 0; i < kIdentities; ++i)
      write("faces/identity/00" + std::to_string(i) + ".target.gz", std::to_string(10 + i) + " 1 0 0\n");
    for (const char* name : {"browOuterUp", "browInnerUp", "browDown", "eyeSquint", "eyeWide", "eyeBlink",
                             "noseSneer", "mouthSmile", "cheekSquint", "mouthStretch", "mouthUpperUp",
                             "mouthLowerDown", "mouthFrown", "mouthPress"})
      for (const char* side : {"_L", "_R"}) write(expression(std::string(name) + side), "3 0 1 0\n");
    for (const char* name : {"mouthFunnel", "mouthPucker", "mouthShrugUpper", "mouthShrugLower", "jawOpen"})
      write(expression(name), "3 0 1 0\n");
  }
  static std::string expression(const std::string& name) { return "faces/expression/" + name + ".target.gz"; }
  // gzip's reader takes plain text as it is.
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  std::string refusal() const {
    MorphLibrary library(folder_ / "targets");
    try {
      add_scanned_faces(folder_ / "faces", library);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  MorphLibrary& library() {
    if (!library_) {
      library_ = std::make_unique<MorphLibrary>(folder_ / "targets");
      add_scanned_faces(folder_ / "faces", *library_);
    }
    return *library_;
  }
  static std::vector<Vec3> moved(const std::vector<MorphWeight>& weights) {
    std::vector<Vec3> positions(20);
    apply_morphs(weights, positions);
    return positions;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<MorphLibrary> library_;
};

TEST_F(ScannedFaces, RejectsAFolderThatIsNotWhole) {
  EXPECT_EQ(refusal(), "");
  std::filesystem::remove(folder_ / expression("eyeBlink_R"));
  EXPECT_THAT(refusal(), testing::HasSubstr("targets are missing; make it again"));
  write(expression("eyeBlink_R"), "3 0 1 0\n");
  std::filesystem::remove(folder_ / "faces/identity/004.target.gz");
  EXPECT_THAT(refusal(), testing::HasSubstr("targets are missing"));
  write("faces/faces.json", R"({"format": "another"})");
  EXPECT_THAT(refusal(), testing::HasSubstr("faces.json: not of the format"));
  write("faces/faces.json", "[");
  EXPECT_THAT(refusal(), testing::HasSubstr("faces.json: not of the format"));
  std::filesystem::remove(folder_ / "faces/faces.json");
  EXPECT_THAT(refusal(), testing::HasSubstr("faces.json: missing; make the folder with"));
}

TEST_F(ScannedFaces, AdultsHaveThemAndChildrenDoNot) {
  EXPECT_EQ(scanned_share(library(), {.age = 10}), 0);
  EXPECT_FLOAT_EQ(scanned_share(library(), {.age = 15}), 0.5f);
  EXPECT_EQ(scanned_share(library(), {.age = 70}), 1);
  EXPECT_EQ(scanned_share(MorphLibrary(folder_ / "targets"), {.age = 30}), 0) << "no faces were read";
  EXPECT_TRUE(choose_scanned_face(Random(1), library(), {.age = 8}, Split::train).empty());
}

TEST_F(ScannedFaces, TheMeanFaceTakesTheSharesOfRaceAndSex) {
  const Macro macro{.sex = 0.3f, .age = 40, .african = 0.2f, .asian = 0.5f, .caucasian = 0.3f};
  const std::vector<MorphWeight> face = choose_scanned_face(Random(1), library(), macro, Split::train);
  EXPECT_NEAR(moved(face)[0].z, 1, 1e-5f) << "all means together replace the face once";
  const Morph* mean = library().find("faces/mean/asian-male");
  const auto found = std::ranges::find(face, mean, &MorphWeight::morph);
  ASSERT_NE(found, face.end());
  EXPECT_NEAR(found->weight, 0.5f * 0.3f, 1e-6f);
}

TEST_F(ScannedFaces, IdentitiesAreNormalAndTheSplitsShareNone) {
  for (const Split split : {Split::train, Split::test}) {
    double sum[kIdentities] = {}, squares[kIdentities] = {}, product = 0;
    constexpr int kPeople = 4000;
    for (int i = 0; i < kPeople; ++i) {
      const std::vector<float> weights =
          choose_identity(Random(static_cast<std::uint64_t>(i)), kIdentities, split);
      int negative = 0;
      for (std::size_t k = 0; k < kIdentities; ++k) {
        sum[k] += weights[k];
        squares[k] += static_cast<double>(weights[k]) * weights[k];
        if (k < 3 && weights[k] < 0) ++negative;
      }
      product += static_cast<double>(weights[0]) * weights[1];
      ASSERT_EQ(negative % 2, split == Split::test ? 1 : 0);
    }
    for (std::size_t k = 0; k < kIdentities; ++k) {
      EXPECT_NEAR(sum[k] / kPeople, 0, 0.06);
      EXPECT_NEAR(squares[k] / kPeople, 0.973, 0.08) << "normal, cut off at 3";
    }
    EXPECT_NEAR(product / kPeople, 0, 0.06) << "two weights stay independent";
  }
}

TEST_F(ScannedFaces, TheFacesOfTraitsAreThoseOfTheIdentity) {
  const Macro macro{.age = 30};
  const Random random(9);
  const std::vector<Vec3> positions = moved(choose_scanned_face(random, library(), macro, Split::test));
  const std::vector<float> identity = choose_identity(random, kIdentities, Split::test);
  for (std::size_t k = 0; k < kIdentities; ++k) EXPECT_FLOAT_EQ(positions[10 + k].x, identity[k]);
}

TEST_F(ScannedFaces, UnitsOfASideMoveThatSideAlone) {
  EXPECT_THAT(scanned_unit("eye-left-closure"), testing::ElementsAre(testing::Pair("eyeBlink_L", 1.0f)));
  EXPECT_THAT(scanned_unit("eye-right-closure"), testing::ElementsAre(testing::Pair("eyeBlink_R", 1.0f)));
  EXPECT_THAT(scanned_unit("mouth-depression"),
              testing::ElementsAre(testing::Pair("mouthFrown_L", 1.0f), testing::Pair("mouthFrown_R", 1.0f)));
  EXPECT_THAT(scanned_unit("mouth-pursing"), testing::ElementsAre(testing::Pair("mouthPucker", 1.0f)));
  EXPECT_TRUE(scanned_unit("neck-platysma").empty()) << "the scans have no such expression";
}

TEST_F(ScannedFaces, AWholeBlinkClosesEyesOfAnyWidth) {
  write(expression("eyeBlink_L"), "5 0 -0.3 0\n6 0 0.1 0\n");
  for (const float opening : {0.3f, 0.4f, 0.6f}) {
    std::vector<MorphWeight> blink{{library().find("faces/expression/eyeBlink_L"), 1},
                                   {library().find("faces/expression/jawOpen"), 0.5f}};
    fit_blinks(library(), {Lids{5, 6, opening}, Lids{5, 6, opening}}, blink);
    const std::vector<Vec3> positions = moved(blink);
    EXPECT_NEAR(positions[6].y - positions[5].y, opening, 1e-6f);
    EXPECT_EQ(blink[1].weight, 0.5f) << "other movements stay";
  }
}

TEST_F(ScannedFaces, TheirExpressionsReplaceMakeHumans) {
  const auto by_age = [&](float age) {
    for (std::uint64_t seed = 0;; ++seed) {
      Traits traits;
      traits.macro.age = age;
      choose_expression(Random(seed), library(), traits);
      if (traits.mouth_open > 0.3f) return moved(traits.expression);
    }
  };
  EXPECT_EQ(by_age(8)[3].y, 0);
  EXPECT_GT(by_age(8)[2].y, 0.3f);
  EXPECT_GT(by_age(30)[3].y, 0.2f);
  EXPECT_LT(by_age(30)[2].y, 0.9f) << "only units that the scans lack";
}

TEST_F(ScannedFaces, SlidersOfTheFaceLeaveThemAsTheyAre) {
  float largest = 0, without = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    largest = std::max(largest, std::abs(moved(choose_shape(Random(seed), library(), 1))[1].z));
    without = std::max(without, std::abs(moved(choose_shape(Random(seed), library(), 0))[1].z));
  }
  EXPECT_EQ(largest, 0);
  EXPECT_GT(without, 0.1f);
}

TEST(NoseHeights, AreDistancesFromThePlaneOfEyesAndChin) {
  Landmarks landmarks;
  landmarks.eye_corner = {0, 1};
  landmarks.chin_front = 2;
  landmarks.nose_tip = 3;
  landmarks.nose_bridge = 4;
  const NoseHeights heights =
      nose_heights(landmarks, {{4, 0, 1}, {-4, 0, 1}, {0, -10, 1}, {0, -3, 5}, {0, 0, 3}});
  EXPECT_FLOAT_EQ(heights.tip, 0.5f);
  EXPECT_FLOAT_EQ(heights.bridge, 0.25f);
}

}  // namespace
}  // namespace portrait_depth::people
