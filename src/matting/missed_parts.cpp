// Each pixel near the person is compared with the distribution of the background's colors around it. Missed
// parts are found at a small size and drawn at the photo's size.
#include "matting/missed_parts.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "image/distance_transform.hpp"
#include "image/flood_fill.hpp"
#include "image/morphology.hpp"
#include "image/resize.hpp"
#include "matting/background_colors.hpp"

namespace portrait_depth {
namespace {

// Found on the 50 people of `make evaluate-photo3d` and the phone photos of `make matte-error`.
constexpr int kLongerSide = 480;  // of the small picture
constexpr float kReach = 0.012f;  // of the longer side: the greatest distance of a missed part from the mask
constexpr float kNeighborhood = 0.05f;    // of the longer side: half the width of the surrounding background
constexpr float kBareBackground = 0.03f;  // alpha below it is background
constexpr float kSurePerson = 0.94f;      // alpha from it on is person
constexpr float kHalfMask = 0.5f;         // alpha below it: the mask has decided for background
constexpr float kForeign = 8, kPossiblyForeign = 2;  // standard deviations from the background's colors
// At the photo's size, alpha rises from 0 to 1 between these, standard deviations.
constexpr float kFirstDeviation = 4, kLastDeviation = 10;

// The mask at the small size, and each pixel's place and color in relation to it.
struct Candidates {
  Plane<float> alpha;
  Plane<float> from_mask;   // pixels
  Plane<float> deviations;  // of the color from the background's colors
  float reach = 0;          // pixels

  template <class Visit>
  void for_each(Visit&& visit) const {
    for (int y = 0; y < alpha.height(); ++y)
      for (int x = 0; x < alpha.width(); ++x) visit(x, y);
  }
};

// Grows the set pixels through their neighbors for which `is_open` holds.
template <class IsOpen>
void grow_region(Plane<std::uint8_t>& region, IsOpen&& is_open) {
  std::vector<std::pair<int, int>> front;
  for (int y = 0; y < region.height(); ++y)
    for (int x = 0; x < region.width(); ++x)
      if (region(x, y) != 0) front.emplace_back(x, y);
  flood(front, region.width(), region.height(), [&](int x, int y) {
    if (region(x, y) != 0 || !is_open(x, y)) return false;
    region(x, y) = 1;
    return true;
  });
}

// Connected regions of foreign color that reach beyond the neighborhood of the mask: they belong to the
// background.
Plane<std::uint8_t> find_background_objects(const Candidates& c) {
  constexpr float kRing = 3;  // pixels beyond the reach
  Plane<std::uint8_t> objects(c.alpha.width(), c.alpha.height(), 0);
  c.for_each([&](int x, int y) {
    objects(x, y) = c.from_mask(x, y) >= c.reach && c.from_mask(x, y) < c.reach + kRing &&
                    c.deviations(x, y) > kPossiblyForeign;
  });
  grow_region(objects, [&](int x, int y) {
    return c.deviations(x, y) > kPossiblyForeign && c.alpha(x, y) < kHalfMask;
  });
  return objects;
}

Plane<std::uint8_t> find_missed(const Candidates& c) {
  constexpr float kSoftEdge = 2;  // pixels beside the sure person that may be a soft silhouette
  const int width = c.alpha.width(), height = c.alpha.height();
  const Plane<std::uint8_t> objects = find_background_objects(c);
  const auto is_foreign = [&](int x, int y) {
    return c.from_mask(x, y) < c.reach && c.deviations(x, y) > kForeign && objects(x, y) == 0;
  };
  Plane<std::uint8_t> sure(width, height, 0), missed = sure;
  c.for_each([&](int x, int y) { sure(x, y) = c.alpha(x, y) >= kSurePerson; });
  // Outside the mask. The opening removes noise.
  c.for_each([&](int x, int y) { missed(x, y) = c.alpha(x, y) < kHalfMask && is_foreign(x, y); });
  missed = opened(missed);
  // In the doubtful part of the mask. The opening includes the sure person, so that it keeps a strip beside
  // them.
  Plane<std::uint8_t> doubtful(width, height);
  c.for_each([&](int x, int y) { doubtful(x, y) = sure(x, y) != 0 || is_foreign(x, y); });
  doubtful = opened(doubtful);
  const Plane<float> from_sure = distance_to(sure);
  c.for_each([&](int x, int y) {
    doubtful(x, y) = doubtful(x, y) != 0 && sure(x, y) == 0 && is_foreign(x, y);
    if (doubtful(x, y) != 0 && from_sure(x, y) > kSoftEdge) missed(x, y) = 1;
  });
  // The rest of such a strip, down to the sure person.
  for (int step = 0; step <= static_cast<int>(kSoftEdge); ++step) {
    const Plane<std::uint8_t> grown = dilated(missed);
    c.for_each([&](int x, int y) {
      if (grown(x, y) != 0 && doubtful(x, y) != 0) missed(x, y) = 1;
    });
  }
  return missed;
}

}  // namespace

void add_missed_parts(ImageView photo, Plane<float>& alpha, ThreadPool& threads) {
  const auto longer = static_cast<float>(std::max(photo.width(), photo.height()));
  const float scale = std::min(1.0f, static_cast<float>(kLongerSide) / longer);
  const auto scaled = [scale](int size) {
    return std::max(1, static_cast<int>(std::lround(scale * static_cast<float>(size))));
  };
  const int width = scaled(photo.width()), height = scaled(photo.height());
  const Image picture = resize_picture(photo, width, height, threads);
  const float small_longer = scale * longer;
  Candidates candidates;
  candidates.alpha = resize_plane(alpha, width, height, threads);
  candidates.reach = kReach * small_longer;
  Plane<std::uint8_t> person(width, height);
  candidates.for_each([&](int x, int y) { person(x, y) = candidates.alpha(x, y) >= kBareBackground; });
  candidates.from_mask = distance_to(person);
  const Plane<ColorDistribution> background =
      background_colors(picture, candidates.from_mask, candidates.reach,
                        static_cast<int>(std::lround(kNeighborhood * small_longer)));
  candidates.deviations.resize(width, height);
  candidates.for_each([&](int x, int y) {
    candidates.deviations(x, y) = background(x, y).distance(color_at(picture, x, y));
  });
  const Plane<std::uint8_t> missed = dilated(find_missed(candidates));
  threads.parallel_for(photo.height(), [&](int y, int) {
    const int v = std::min(y * height / photo.height(), height - 1);
    for (int x = 0; x < photo.width(); ++x) {
      const int u = std::min(x * width / photo.width(), width - 1);
      if (missed(u, v) == 0) continue;
      const float deviations = background(u, v).distance(color_at(photo, x, y));
      alpha(x, y) = std::max(
          alpha(x, y),
          std::clamp((deviations - kFirstDeviation) / (kLastDeviation - kFirstDeviation), 0.0f, 1.0f));
    }
  });
}

}  // namespace portrait_depth
