// The second look at the head, with the shipped network.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "portrait_depth/depth.hpp"
#include "portrait_depth/io.hpp"
#include "test_network.hpp"

namespace portrait_depth {
namespace {

/// The largest difference of two depth maps in a box, in metres.
float difference(const DepthMap& a, const DepthMap& b, const Box& box) {
  float largest = 0;
  for (int y = static_cast<int>(box.y); y < static_cast<int>(box.y + box.height); ++y)
    for (int x = static_cast<int>(box.x); x < static_cast<int>(box.x + box.width); ++x)
      if (a.mask()(x, y) > 0) largest = std::max(largest, std::abs(a.metres()(x, y) - b.metres()(x, y)));
  return largest;
}

class HeadPassNetwork : public testing::Test {
 protected:
  HeadPassNetwork() : estimator_(create_estimator()) {}

  PhotoDepth depth(bool head_pass, bool any_subject = false) {
    return estimator_->estimate_photo(photo_, {.head_pass = head_pass, .any_subject = any_subject});
  }

  Image photo_ = load_photo(PORTRAIT_DEPTH_SOURCE_DIR "/.deps/samples/astronaut.png").image;
  std::unique_ptr<DepthEstimator> estimator_;
};

TEST_F(HeadPassNetwork, ChangesTheFaceAndNothingBelowTheHead) {
  const PhotoDepth without = depth(false), with = depth(true);
  ASSERT_TRUE(with.face);
  EXPECT_EQ(with.depth.head_distance_metres(), without.depth.head_distance_metres());
  EXPECT_GT(difference(with.depth, without.depth, with.face->box), 0.002f);
  EXPECT_LT(difference(with.depth, without.depth, with.face->box), 0.1f);
  const float below = with.face->box.y + 3 * with.face->box.height;
  const Box rest = {0, below, 512, 512 - below};
  EXPECT_LT(difference(with.depth, without.depth, rest), 1e-5f);
}

TEST_F(HeadPassNetwork, IsPartOfTheDefaults) {
  const PhotoDepth with = depth(true), usual = estimator_->estimate_photo(photo_);
  EXPECT_EQ(difference(with.depth, usual.depth, {0, 0, 512, 512}), 0);
}

TEST_F(HeadPassNetwork, NeedsAFaceThatWasFound) {
  const PhotoDepth with = depth(true, true), without = depth(false, true);
  EXPECT_FALSE(with.face);
  EXPECT_EQ(difference(with.depth, without.depth, {0, 0, 512, 512}), 0);
}

TEST_F(HeadPassNetwork, LeavesNothingForTheNextPicture) {
  EstimationConfig config = test::kLimits;
  config.flip_augmentation = true;
  const DepthMap before = estimator_->estimate_depth(photo_, config);
  depth(true);
  EXPECT_EQ(difference(estimator_->estimate_depth(photo_, config), before, {0, 0, 512, 512}), 0);
}

}  // namespace
}  // namespace portrait_depth
