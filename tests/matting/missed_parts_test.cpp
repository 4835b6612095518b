#include "matting/missed_parts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace portrait_depth {
namespace {

constexpr int kWidth = 360, kHeight = 480;
constexpr std::array<std::uint8_t, 3> kHair = {40, 25, 15};

// A brown box from x 100 to 260, below y 200, in front of a gray wall. The mask begins 4 pixels lower.
struct Portrait {
  Image photo{kWidth, kHeight};
  Plane<float> alpha{kWidth, kHeight, 0.0f};

  template <class Wall>
  explicit Portrait(const Wall& wall) {
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x) {
        const bool person = x >= 100 && x < 260 && y >= 200;
        for (std::size_t c = 0; c < 3; ++c) photo.pixel(x, y)[c] = person ? kHair[c] : wall(x, y);
        if (person && y >= 204) alpha(x, y) = 1;
      }
  }
};

std::uint8_t plain(int x, int /*y*/) {
  return static_cast<std::uint8_t>(150 + x % 3);
}

TEST(MissedParts, HairThatTheMaskMissesIsAdded) {
  Portrait portrait(plain);
  ThreadPool threads(2);
  add_missed_parts(portrait.photo, portrait.alpha, threads);
  for (int x = 110; x < 250; ++x)
    for (int y = 200; y < 204; ++y) EXPECT_EQ(portrait.alpha(x, y), 1) << x << ' ' << y;
  for (int x = 0; x < kWidth; ++x) EXPECT_EQ(portrait.alpha(x, 198), 0) << x;
}

// A dark pole starts behind the person and continues beyond them: it belongs to the background.
TEST(MissedParts, AnObjectThatContinuesIntoTheBackgroundStaysThere) {
  Portrait portrait([](int x, int y) { return x >= 170 && x < 190 ? kHair[0] : plain(x, y); });
  const Plane<float> before = portrait.alpha;
  ThreadPool threads(2);
  add_missed_parts(portrait.photo, portrait.alpha, threads);
  for (int x = 172; x < 188; ++x)
    for (int y = 190; y < 204; ++y) EXPECT_EQ(portrait.alpha(x, y), before(x, y)) << x << ' ' << y;
}

// A hat's brim between the sure head and the background, in the doubtful part of the mask.
TEST(MissedParts, ADoubtfulStripBesideTheSurePersonIsAdded) {
  Portrait portrait(plain);
  for (int y = 204; y < kHeight; ++y)
    for (int x = 100; x < 106; ++x) portrait.alpha(x, y) = 0.6f;
  ThreadPool threads(2);
  add_missed_parts(portrait.photo, portrait.alpha, threads);
  for (int y = 210; y < kHeight - 10; ++y)
    for (int x = 101; x < 106; ++x) EXPECT_EQ(portrait.alpha(x, y), 1) << x << ' ' << y;
}

TEST(MissedParts, ASoftSilhouetteStaysSoft) {
  Portrait portrait(plain);
  for (int y = 200; y < kHeight; ++y)
    for (int x = 100; x < 102; ++x) portrait.alpha(x, y) = x == 100 ? 0.3f : 0.7f;
  for (int y = 200; y < 204; ++y)
    for (int x = 100; x < 260; ++x) portrait.alpha(x, y) = 1;  // the mask is complete
  const Plane<float> before = portrait.alpha;
  ThreadPool threads(2);
  add_missed_parts(portrait.photo, portrait.alpha, threads);
  EXPECT_TRUE(std::ranges::equal(before.values(), portrait.alpha.values()));
}

TEST(MissedParts, InFrontOfManyColorsTheMaskStays) {
  Portrait portrait([](int x, int y) { return static_cast<std::uint8_t>((x / 7 * 61 + y / 7 * 97) % 256); });
  const Plane<float> before = portrait.alpha;
  ThreadPool threads(2);
  add_missed_parts(portrait.photo, portrait.alpha, threads);
  EXPECT_TRUE(std::ranges::equal(before.values(), portrait.alpha.values()));
}

TEST(MissedParts, AcceptsPhotosOfOnePixelAndWithoutBackground) {
  ThreadPool threads(1);
  Image dot(1, 1);
  Plane<float> alpha(1, 1, 0.0f);
  add_missed_parts(dot, alpha, threads);
  EXPECT_EQ(alpha(0, 0), 0);
  Portrait portrait(plain);
  portrait.alpha = Plane<float>(kWidth, kHeight, 1.0f);
  add_missed_parts(portrait.photo, portrait.alpha, threads);
  EXPECT_EQ(portrait.alpha(0, 0), 1);
}

}  // namespace
}  // namespace portrait_depth
