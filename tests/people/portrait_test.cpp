#include "portrait.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "framing.hpp"
#include "parts.hpp"
#include "person.hpp"

namespace portrait_depth::people {
namespace {

std::vector<std::uint8_t> bytes_of(const Record& record) {
  std::vector<std::uint8_t> bytes;
  encode(record, bytes);
  return bytes;
}

float label(const Record& record, const std::string& name) {
  for (const auto& [key, value] : record.labels)
    if (key == name) return value;
  ADD_FAILURE() << "no label " << name;
  return 0;
}

TEST(Portrait, IsTheSameForTheSameSeed) {
  REQUIRE_PARTS(catalog);
  PortraitMaker first(*catalog, Split::train, ShotKind::any, 2),
      second(*catalog, Split::train, ShotKind::any, 2);
  second.make(person_seed(1, Split::train, 8));  // earlier records must not matter
  const std::uint64_t seed = person_seed(1, Split::train, 3);
  EXPECT_EQ(bytes_of(first.make(seed)), bytes_of(second.make(seed)));
  EXPECT_NE(bytes_of(first.make(seed)), bytes_of(second.make(seed + 1)));
}

TEST(Portrait, HoldsTogether) {
  REQUIRE_PARTS(catalog);
  PortraitMaker maker(*catalog, Split::test, ShotKind::any, 2);
  for (std::uint64_t i = 0; i < 12; ++i) {
    const Record& record = maker.make(person_seed(5, Split::test, i));
    int covered = 0, head = 0, nearer = 0;
    for (const Pixel& pixel : record.pixels.values()) {
      EXPECT_EQ(pixel.alpha > 0, pixel.depth > 0);
      EXPECT_EQ(pixel.alpha > 0, pixel.label != Label::none);
      if (pixel.alpha <= 0) continue;
      EXPECT_NEAR(length(pixel.normal), 1, 1e-3f);
      ++covered;
      head += pixel.head ? 1 : 0;
      nearer += pixel.head && pixel.depth < record.head_distance ? 1 : 0;
    }
    EXPECT_GT(covered, 1500);
    EXPECT_NEAR(static_cast<float>(nearer) / static_cast<float>(head), 0.5f, 0.12f)
        << "half of the head is nearer than its median";
    for (const Vec3& light : record.lights) EXPECT_NEAR(length(light), 1, 1e-4f);
    EXPECT_LT(std::abs(record.head_distance - label(record, "distance")), 0.3f);
  }
}

// The normals that follow from depth and intrinsics agree with the drawn ones where the surface is smooth.
TEST(Portrait, DepthAgreesWithIntrinsicsAndNormals) {
  REQUIRE_PARTS(catalog);
  PortraitMaker maker(*catalog, Split::train, ShotKind::any, 2);
  double sum = 0;
  int count = 0;
  for (std::uint64_t i = 0; i < 6; ++i) {
    const Record& record = maker.make(person_seed(7, Split::train, i));
    const auto point = [&](int x, int y) {
      return record.window.unproject(static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f,
                                     record.pixels(x, y).depth);
    };
    for (int y = 2; y + 2 < kWindowHeight; y += 3) {
      for (int x = 2; x + 2 < kWindowWidth; x += 3) {
        const Pixel& pixel = record.pixels(x, y);
        if (pixel.label != Label::skin || pixel.normal.z > -0.6f) continue;
        const auto on_this_surface = [&](int column, int row) {
          const Pixel& other = record.pixels(column, row);
          return other.label == Label::skin && std::abs(other.depth - pixel.depth) < 0.02f * pixel.depth;
        };
        if (!on_this_surface(x - 2, y) || !on_this_surface(x + 2, y) || !on_this_surface(x, y - 2) ||
            !on_this_surface(x, y + 2))
          continue;
        const Vec3 normal =
            normalized(cross(point(x, y + 2) - point(x, y - 2), point(x + 2, y) - point(x - 2, y)));
        sum += dot(normal, pixel.normal);
        ++count;
      }
    }
  }
  ASSERT_GT(count, 1000);
  EXPECT_GT(sum / count, 0.93) << "mean cosine between the normals";
}

TEST(Portrait, TheMouthIsNearerThanTheEarsAndTurnsWithTheHead) {
  REQUIRE_PARTS(catalog);
  Traits traits;
  traits.hair.mesh = -1;
  for (const float yaw : {0.0f, 40.0f}) {
    Shot shot;
    shot.head_yaw = yaw;
    const Person person = build_person(*catalog, traits, shot, Split::train, Random(1));
    const auto framing =
        frame_shot(person.scene, person.eyes, person.camera, shot, kWindowWidth, kWindowHeight);
    ASSERT_TRUE(framing);
    const SceneObject& body = person.scene.objects[0];
    const auto depth = [&](std::uint32_t vertex) {
      return framing->placement.to_camera(body.positions[vertex]).z;
    };
    const Landmarks& marks = catalog->landmarks;
    EXPECT_LT(depth(marks.lips), depth(marks.ear_canal[0]) - 0.05f);
    EXPECT_LT(depth(marks.lips), depth(marks.ear_canal[1]) - 0.05f + 0.002f * yaw);
    if (yaw > 0) {
      EXPECT_GT(depth(marks.ear_canal[0]), depth(marks.ear_canal[1]))
          << "turned to the left, the left ear goes back";
    }
    const Vec3 left = framing->placement.to_camera(body.positions[marks.ear_canal[0]]),
               right = framing->placement.to_camera(body.positions[marks.ear_canal[1]]);
    if (yaw == 0) {
      EXPECT_GT(left.x, right.x) << "the person's left is the picture's right";
    }
  }
}

TEST(Portrait, FollowsTheProductsCropRule) {
  REQUIRE_PARTS(catalog);
  Shot shot;  // no jitter
  const Person person = build_person(*catalog, Traits{}, shot, Split::train, Random(1));
  const auto framing =
      frame_shot(person.scene, person.eyes, person.camera, shot, kWindowWidth, kWindowHeight);
  ASSERT_TRUE(framing);
  PixelBuffer pixels;
  Renderer().render(person.scene, framing->placement, framing->window, 1, framing->photo, pixels);
  int left = kWindowWidth, right = -1, top = kWindowHeight, bottom = -1;
  for (int y = 0; y < kWindowHeight; ++y) {
    for (int x = 0; x < kWindowWidth; ++x) {
      if (pixels(x, y).alpha <= 0) continue;
      left = std::min(left, x);
      right = std::max(right, x);
      top = std::min(top, y);
      bottom = std::max(bottom, y);
    }
  }
  EXPECT_NEAR(left, kWindowWidth - 1 - right, 3) << "the person's box lies in the middle";
  EXPECT_NEAR(top, kWindowHeight - 1 - bottom, 3);
  const float longer = static_cast<float>(std::max(right - left, bottom - top) + 1);
  const float air = std::min(static_cast<float>(left), static_cast<float>(top));
  EXPECT_NEAR(air / longer, 0.05f, 0.015f);
}

// The object with `label` that has the most vertices.
const SceneObject& largest(const Person& person, Label label) {
  const auto vertices = [&](const SceneObject& object) {
    return object.label == label ? object.rest.size() : std::size_t{0};
  };
  return *std::ranges::max_element(person.scene.objects, {}, vertices);
}

// Into Catalog::hair; -1 without long01.
int long_hair(const Catalog& catalog) {
  const auto found =
      std::ranges::find(catalog.hair, "long01", [](const auto& hair) { return hair.part.name; });
  return found == catalog.hair.end() ? -1 : static_cast<int>(found - catalog.hair.begin());
}

TEST(Portrait, FittedClothesStandOffAndFold) {
  REQUIRE_PARTS(catalog);
  Traits traits;
  const Person tight = build_person(*catalog, traits, Shot{}, Split::train, Random(1));
  traits.suit.looseness = 0.02f;
  traits.suit.folds = 0.012f;
  const Person loose = build_person(*catalog, traits, Shot{}, Split::train, Random(1));
  const SceneObject &before = largest(tight, Label::cloth), &after = largest(loose, Label::cloth);
  ASSERT_EQ(before.rest.size(), after.rest.size());
  std::vector<Vec3> normals;
  smooth_normals(before.rest, before.indices, normals);
  for (std::size_t v = 0; v < before.rest.size(); ++v)
    EXPECT_GE(dot(after.rest[v] - before.rest[v], normals[v]), -1e-5f);
  const float farthest = farthest_move(before, after);
  EXPECT_GT(farthest, 0.012f);
  EXPECT_LT(farthest, 0.033f);
}

TEST(Portrait, HairGrowsBelowTheEarsAndWavesOffTheSkull) {
  REQUIRE_PARTS(catalog);
  Traits traits;
  traits.hair.mesh = long_hair(*catalog);
  if (traits.hair.mesh < 0) GTEST_SKIP() << "long01 is not among the parts";
  const auto lowest = [&](float length, float waviness) {
    traits.hair.length = length;
    traits.hair.waviness = waviness;
    const Person person = build_person(*catalog, traits, Shot{}, Split::train, Random(1));
    const SceneObject& hair = largest(person, Label::hair);
    return std::ranges::min(hair.rest, {}, &Vec3::y).y;
  };
  const float plain = lowest(1, 0);
  EXPECT_LT(lowest(1.35f, 0), plain - 0.03f);
  EXPECT_GT(lowest(0.5f, 0), plain + 0.05f);
  EXPECT_NEAR(lowest(1, 0.018f), plain, 0.04f);
}

TEST(Portrait, HairOfMoreBulkStandsOffWhereItIsFree) {
  REQUIRE_PARTS(catalog);
  Traits traits;
  traits.hair.mesh = long_hair(*catalog);
  if (traits.hair.mesh < 0) GTEST_SKIP() << "long01 is not among the parts";
  const Person flat = build_person(*catalog, traits, Shot{}, Split::train, Random(1));
  traits.hair.bulk = 0.03f;
  const Person full = build_person(*catalog, traits, Shot{}, Split::train, Random(1));
  const SceneObject &before = largest(flat, Label::hair), &after = largest(full, Label::hair);
  ASSERT_EQ(before.rest.size(), after.rest.size());
  const float farthest = farthest_move(before, after);
  EXPECT_GT(farthest, 0.015f);
  EXPECT_LT(farthest, 0.085f);
}

TEST(Portrait, AThroatIsDrawnBackAndTheChinIsNot) {
  REQUIRE_PARTS(catalog);
  Traits traits;
  traits.outer.thickness = 0.02f;  // the skin's vertices are the base mesh's either way
  Shot shot;
  const Person plain = build_person(*catalog, traits, shot, Split::train, Random(1));
  shot.throat_drawn = 0.03f;
  const Person drawn = build_person(*catalog, traits, shot, Split::train, Random(1));
  const SceneObject &before = largest(plain, Label::skin), &after = largest(drawn, Label::skin);
  const Landmarks& marks = catalog->landmarks;
  EXPECT_EQ(after.rest[marks.chin].z, before.rest[marks.chin].z);
  EXPECT_EQ(after.rest[marks.chest_line[2]].z, before.rest[marks.chest_line[2]].z);
  const auto throat = static_cast<std::size_t>(std::ranges::max_element(marks.throat) - marks.throat.begin());
  EXPECT_GT(marks.throat[throat], 0.9f);
  EXPECT_LT(after.positions[throat].z, before.positions[throat].z - 0.02f);
}

}  // namespace
}  // namespace portrait_depth::people
