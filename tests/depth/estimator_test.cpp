#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <random>

#include "../allocation_counter.hpp"
#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "inference/network.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/io.hpp"
#include "portrait_depth/progress.hpp"
#include "test_network.hpp"

namespace portrait_depth {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Le;
using testing::StrEq;

using test::gray_picture;
using test::kLimits;
using test::test_model;

/// A person's mask in the middle of a picture: half as wide and half as high.
Plane<float> middle_mask(int width, int height) {
  Plane<float> mask(width, height, 0.0f);
  for (int y = height / 4; y < height * 3 / 4; ++y)
    for (int x = width / 4; x < width * 3 / 4; ++x) mask(x, y) = 1;
  return mask;
}

TEST(DepthEstimator, MakesMetresOfReliefAndWidth) {
  DepthEstimator estimator(test_model("ramp"), {.segmentation = false});
  const Image image = gray_picture(300, 400);
  const Plane<float> mask = middle_mask(300, 400);
  EstimationConfig config = kLimits;
  config.mask = mask.view();
  config.intrinsics = Intrinsics{400, 400, 150, 200, 300, 400};
  const DepthMap depth = estimator.estimate_depth(image, config);
  ASSERT_EQ(depth.width(), 300);
  ASSERT_EQ(depth.height(), 400);
  // The person's box is 150 x 200, with air 170 x 220, so the crop is 170 x 226.7 about (150, 200).
  const float crop_width = 170, person_share = 150 * 200 / (170 * 170 / 0.75f);
  const float width_metres = 0.6f + 0.1f * person_share;
  const float head = width_metres * 400 / crop_width;
  EXPECT_NEAR(depth.head_distance_metres(), head, 1e-3f);
  for (const int x : {80, 150, 220}) {
    const float across = (static_cast<float>(x) + 0.5f - 150) / crop_width;
    EXPECT_NEAR(depth.metres()(x, 200), head * (1 + 0.4f * across * crop_width / 400), 2e-3f) << x;
  }
  EXPECT_TRUE(std::isnan(depth.metres()(10, 10)));
  EXPECT_EQ(depth.value(10, 10), 0);
}

TEST(DepthEstimator, TakesAKnownDistance) {
  DepthEstimator estimator(test_model("flat"), {.segmentation = false});
  EstimationConfig config = kLimits;
  config.head_distance_metres = 1.5f;
  const DepthMap depth = estimator.estimate_depth(gray_picture(90, 120), config);
  EXPECT_EQ(depth.head_distance_metres(), 1.5f);
  EXPECT_NEAR(depth.metres()(45, 60), 1.5f, 1e-5f);
  EXPECT_NEAR(depth.value(45, 60), (0.75f - 0.2f) / 0.7f, 1e-5f);
}

TEST(DepthEstimator, UsesThePicturesColors) {
  DepthEstimator estimator(test_model("red"), {.segmentation = false});
  Image image = gray_picture(90, 120);
  for (int y = 0; y < 60; ++y)
    for (int x = 0; x < 90; ++x) image.pixel(x, y)[0] = 200;
  EstimationConfig config = kLimits;
  config.head_distance_metres = 1.0f;
  config.intrinsics = Intrinsics{100, 100, 45, 60, 90, 120};
  const DepthMap depth = estimator.estimate_depth(image, config);
  const float crop_width = 102;  // 90 and 6 of air on each side
  EXPECT_NEAR(depth.metres()(45, 20), 1 + 0.5f * 200 / 255 * crop_width / 100, 5e-3f);
  EXPECT_NEAR(depth.metres()(45, 100), 1 + 0.5f * 100 / 255 * crop_width / 100, 5e-3f);
}

TEST(DepthEstimator, MirrorsTheWholeResult) {
  DepthEstimator estimator(test_model("ramp"), {.segmentation = false});
  const Image image = gray_picture(301, 200);
  Plane<float> mask(301, 200, 0.0f);
  for (int y = 20; y < 180; ++y)
    for (int x = 30; x < 150; ++x) mask(x, y) = 1;
  EstimationConfig config = kLimits;
  config.mask = mask.view();
  config.intrinsics = Intrinsics{300, 300, 140, 100, 301, 200};
  const DepthMap straight = estimator.estimate_depth(image, config);
  config.flip_horizontal = true;
  const DepthMap mirrored = estimator.estimate_depth(image, config);
  EXPECT_EQ(mirrored.intrinsics().cx, 301 - 140);
  for (int x = 0; x < 301; ++x) {
    EXPECT_EQ(mirrored.mask()(300 - x, 90), straight.mask()(x, 90));
    EXPECT_EQ(mirrored.value(300 - x, 90), straight.value(x, 90));
    if (mask(x, 90) > 0) {
      EXPECT_EQ(mirrored.metres()(300 - x, 90), straight.metres()(x, 90));
    }
  }
}

TEST(DepthEstimator, TakesTheMeanWithTheMirrorImage) {
  Image image = gray_picture(90, 120);
  for (int y = 0; y < 120; ++y)
    for (int x = 0; x < 90; ++x) image.pixel(x, y)[0] = static_cast<std::uint8_t>(50 + 2 * x);
  EstimationConfig config = kLimits;
  config.head_distance_metres = 1.0f;
  const std::vector<ImageView> pictures(3, image.view());
  const auto estimate = [&](DepthEstimator& estimator, bool flip_augmentation) {
    config.flip_augmentation = flip_augmentation;
    return estimator.estimate_depth(pictures, config);
  };
  for (const char* name : {"ramp", "one_at_a_time"}) {  // these return the same slope for every picture
    DepthEstimator estimator(test_model(name), {.segmentation = false});
    const DepthMap straight = estimate(estimator, false).front();
    EXPECT_GT(straight.metres()(80, 60), straight.metres()(10, 60) + 0.1f);
    for (const DepthMap& mean : estimate(estimator, true))
      for (const int x : {10, 45, 80}) EXPECT_NEAR(mean.metres()(x, 60), 1, 1e-3f) << name << " " << x;
  }
  DepthEstimator follows(test_model("red"), {.segmentation = false});  // its relief is the picture's red
  const DepthMap straight = estimate(follows, false).front();
  EXPECT_GT(straight.metres()(80, 60), straight.metres()(10, 60) + 0.1f);
  for (const DepthMap& mean : estimate(follows, true))
    for (const int x : {10, 45, 80}) EXPECT_NEAR(mean.metres()(x, 60), straight.metres()(x, 60), 1e-5f) << x;
}

TEST(DepthEstimator, RejectsANegativeWidthInBothImages) {
  DepthEstimator estimator(test_model("negative_width"), {.segmentation = false});
  EstimationConfig config = kLimits;
  for (const bool flip_augmentation : {false, true}) {
    config.flip_augmentation = flip_augmentation;
    EXPECT_THAT(error_of([&] { estimator.estimate_depth(gray_picture(90, 120), config); }),
                IsError(ErrorCode::invalid_argument, "the crop's width"))
        << flip_augmentation;
  }
}

TEST(DepthEstimator, RejectsANetworkWithoutFiniteValues) {
  DepthEstimator estimator(test_model("nan"), {.segmentation = false});
  const Error error = error_of([&] { estimator.estimate_depth(gray_picture(90, 120), kLimits); });
  EXPECT_EQ(error.code(), ErrorCode::no_person);
  EXPECT_THAT(error.what(), HasSubstr("the depth network returned no finite values inside the mask"));
}

TEST(DepthEstimator, RejectsLimitsWithTheApisWords) {
  DepthEstimator estimator(test_model("flat"), {.segmentation = false});
  const Image image = gray_picture(30, 40);
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  for (const EstimationConfig& config : {EstimationConfig{}, EstimationConfig{.min_depth = 0.1f},
                                         EstimationConfig{.min_depth = kNan, .max_depth = 1}}) {
    const Error error = error_of([&] { estimator.estimate_depth(image, config); });
    EXPECT_STREQ(error.what(), "An estimation config with minDepth and maxDepth set must be provided.");
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  }
  EXPECT_THAT(error_of([&] { estimator.estimate_depth(image, {.min_depth = 0.9f, .max_depth = 0.2f}); }),
              IsError(ErrorCode::invalid_argument, StrEq("minDepth must be <= maxDepth.")));
  EXPECT_NO_THROW(estimator.estimate_depth(image, {.min_depth = 0.5f, .max_depth = 0.5f}));
}

TEST(DepthEstimator, RejectsInputsThatDoNotFitThePicture) {
  DepthEstimator estimator(test_model("flat"), {.segmentation = false});
  const Image image = gray_picture(30, 40);
  EXPECT_THAT(error_of([&] { estimator.estimate_depth(Image(), kLimits); }),
              IsError(ErrorCode::invalid_argument, "the picture is empty"));
  EstimationConfig config = kLimits;
  const Plane<float> mask(40, 30, 1.0f);
  config.mask = mask.view();
  EXPECT_THAT(error_of([&] { estimator.estimate_depth(image, config); }),
              IsError(ErrorCode::invalid_argument, "mask"));
  config = kLimits;
  config.intrinsics = Intrinsics::assumed(40, 30);
  EXPECT_THAT(error_of([&] { estimator.estimate_depth(image, config); }),
              IsError(ErrorCode::invalid_argument, "intrinsics"));
  config = kLimits;
  config.head_distance_metres = -1.0f;
  EXPECT_THAT(error_of([&] { estimator.estimate_depth(image, config); }),
              IsError(ErrorCode::invalid_argument, "distance"));
}

TEST(DepthEstimator, AFailedCallLeavesTheResultAsItWas) {
  DepthEstimator estimator(test_model("ramp"), {.segmentation = false});
  DepthMap depth;
  estimator.estimate_depth(gray_picture(60, 80), kLimits, depth);
  const std::vector<float> values = depth.to_array();
  EstimationConfig bad_distance = kLimits, without_person = kLimits;
  bad_distance.head_distance_metres = -1.0f;
  const Plane<float> empty(30, 40, 0.0f);
  without_person.mask = empty.view();
  struct Refusal {
    EstimationConfig config;
    ErrorCode code;
    const char* part;
  };
  for (const Refusal& refusal : {Refusal{bad_distance, ErrorCode::invalid_argument, "distance"},
                                 Refusal{without_person, ErrorCode::no_person, "mask"}}) {
    EXPECT_THAT(error_of([&] { estimator.estimate_depth(gray_picture(30, 40), refusal.config, depth); }),
                IsError(refusal.code, refusal.part));
    EXPECT_EQ(depth.mask().width(), 60);
    EXPECT_EQ(depth.mask().height(), 80);
    EXPECT_EQ(depth.intrinsics().width, 60);
    EXPECT_EQ(depth.to_array(), values);
  }
}

TEST(DepthEstimator, RejectsUnusableCamerasAndDistances) {
  DepthEstimator estimator(test_model("flat"), {.segmentation = false});
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  for (const Intrinsics& camera :
       {Intrinsics{40, 0, 15, 20, 30, 40}, Intrinsics{40, kNan, 15, 20, 30, 40},
        Intrinsics{40, 40, kNan, 20, 30, 40}, Intrinsics{-40, 40, 15, 20, 30, 40}}) {
    EstimationConfig config = kLimits;
    config.intrinsics = camera;
    EXPECT_THAT(error_of([&] { estimator.estimate_depth(gray_picture(30, 40), config); }),
                IsError(ErrorCode::invalid_argument, "focal lengths and size above 0"));
  }
  EstimationConfig config = kLimits;
  config.intrinsics = Intrinsics{1e-40f, 1e-40f, 15, 20, 30, 40};
  EXPECT_THAT(error_of([&] { estimator.estimate_depth(gray_picture(30, 40), config); }),
              IsError(ErrorCode::invalid_argument, "focal length is too short"));
  config = kLimits;
  config.head_distance_metres = 1e38f;
  EXPECT_THAT(error_of([&] { estimator.estimate_depth(gray_picture(30, 40), config); }),
              IsError(ErrorCode::invalid_argument, "at most 1000000 metres"));
}

TEST(DepthEstimator, FindsNoPersonInNoise) {
  DepthEstimator estimator(test_model("flat"));
  std::mt19937 random(5);
  Image noise(300, 400);
  for (std::uint8_t& byte : noise.bytes()) byte = static_cast<std::uint8_t>(random() & 255u);
  const Error error = error_of([&] { estimator.estimate_depth(noise, kLimits); });
  EXPECT_EQ(error.code(), ErrorCode::no_person);
  EXPECT_THAT(error.what(), HasSubstr("no person found"));
  EstimationConfig config = kLimits;
  const Plane<float> without_person(300, 400, 0.0f);
  config.mask = without_person.view();
  const Error unmarked = error_of([&] { estimator.estimate_depth(noise, config); });
  EXPECT_EQ(unmarked.code(), ErrorCode::no_person);
  EXPECT_THAT(unmarked.what(), HasSubstr("the mask contains no person"));
}

TEST(DepthEstimator, NamesMissingBrokenAndUnfitNetworks) {
  const auto creating = [](const DepthModel& model) {
    return error_of([&] { const DepthEstimator estimator(model, {.segmentation = false}); });
  };
  EXPECT_THAT(creating(test_model("nowhere")), IsError(ErrorCode::not_found, "nowhere.onnx"));
  DepthModel broken = test_model("flat");
  const test::TemporaryFolder folder;
  broken.file = folder / "broken_depth.onnx";
  std::ofstream(broken.file) << "no network";
  EXPECT_THAT(creating(broken), IsError(ErrorCode::unreadable, "broken_depth.onnx"));
  EXPECT_THAT(creating(test_model("add")), IsError(ErrorCode::unreadable, "no input named input"));
  DepthModel other_size = test_model("flat");
  other_size.input_width = 128;
  EXPECT_THAT(creating(other_size), IsError(ErrorCode::invalid_argument, "?x4x256x192"));
}

TEST(DepthEstimator, RunsNetworksOfOtherKinds) {
  DepthModel gray = test_model("gray");
  gray.input_width = gray.input_height = 64;
  gray.input_channels = 3;
  gray.masked = false;
  Image image = gray_picture(100, 100);
  for (int y = 0; y < 100; ++y)
    for (int x = 0; x < 100; ++x) std::fill_n(image.pixel(x, y), 3, static_cast<std::uint8_t>(100 + x));
  for (const DepthOutput kind : {DepthOutput::depth, DepthOutput::disparity}) {
    gray.output = kind;
    DepthEstimator estimator(gray, {.segmentation = false});
    const DepthMap depth = estimator.estimate_depth(image, kLimits);
    const float left = depth.metres()(20, 50), right = depth.metres()(80, 50);
    if (kind == DepthOutput::depth) {
      EXPECT_NEAR(right / left, 180.0f / 120.0f, 0.02f);  // brighter is farther, in proportion
    } else {
      EXPECT_LT(right, left - 0.05f);  // brighter is nearer
    }
  }
}

TEST(DepthEstimator, GivesTheSameInABatchAsOneByOne) {
  for (const char* name : {"red", "one_at_a_time"}) {
    DepthEstimator estimator(test_model(name), {.segmentation = false});
    std::vector<Image> pictures;
    for (int i = 0; i < 11; ++i) {
      pictures.push_back(gray_picture(60 + i, 80));
      for (std::uint8_t& byte : pictures.back().bytes()) byte = static_cast<std::uint8_t>(20 * i);
    }
    const std::vector<ImageView> views(pictures.begin(), pictures.end());
    std::vector<double> fractions;
    const std::vector<DepthMap> batch = estimator.estimate_depth(
        views, kLimits, {.report = [&](double f) { fractions.push_back(f); }, .stop = nullptr});
    ASSERT_EQ(batch.size(), pictures.size());
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      const DepthMap single = estimator.estimate_depth(pictures[i], kLimits);
      ASSERT_EQ(batch[i].width(), pictures[i].width());
      EXPECT_NEAR(batch[i].metres()(30, 40), single.metres()(30, 40), 1e-5f) << name << " " << i;
    }
    EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
    EXPECT_EQ(fractions.back(), 1.0);
  }
}

TEST(DepthEstimator, StopsOnRequest) {
  DepthEstimator estimator(test_model("flat"), {.segmentation = false});
  const Image image = gray_picture(30, 40);
  const std::vector<ImageView> views(20, image.view());
  std::atomic<bool> stop = false;
  const Progress progress{.report = [&](double f) { stop = f > 0.2; }, .stop = &stop};
  EXPECT_THAT(error_of([&] { estimator.estimate_depth(views, kLimits, progress); }),
              IsError(ErrorCode::stopped, "stopped on request"));
}

TEST(DepthEstimator, EstimatesEveryFrameByItself) {
  DepthEstimator estimator(test_model("red"), {.segmentation = false});
  Image bright = gray_picture(60, 80), dark = gray_picture(60, 80);
  for (std::uint8_t& byte : bright.bytes()) byte = 250;
  const DepthMap first = estimator.estimate_depth(dark, kLimits);
  estimator.estimate_depth(bright, kLimits);
  const DepthMap after = estimator.estimate_depth(dark, kLimits);
  estimator.reset();
  const DepthMap after_reset = estimator.estimate_depth(dark, kLimits);
  EXPECT_EQ(first.to_array(), after.to_array());
  EXPECT_EQ(first.to_array(), after_reset.to_array());
}

/// The astronaut's head and shoulders.
Image portrait() {
  return load_photo(PORTRAIT_DEPTH_SOURCE_DIR "/.deps/samples/astronaut.png").image;
}

TEST(EstimatePhoto, FindsThePersonTheFaceAndTheLimits) {
  DepthEstimator estimator(find_depth_model("ar_portrait_depth"));
  const Image photo = portrait();
  std::vector<PhotoStage> stages;
  const PhotoDepth result = estimator.estimate_photo(photo, {.head_pass = false},
                                                     [&](PhotoStage stage) { stages.push_back(stage); });
  EXPECT_EQ(stages, (std::vector{PhotoStage::segmentation, PhotoStage::depth}));
  ASSERT_TRUE(result.face.has_value());
  EXPECT_GT(result.face->box.x, result.person.x);
  EXPECT_LT(result.face->box.x + result.face->box.width, result.person.x + result.person.width);
  EXPECT_GT(result.coverage, 0.2f);
  EstimationConfig config = kLimits;
  config.flip_augmentation = true;
  DepthMap same = estimator.estimate_depth(photo, config);
  same.set_limits(same.limits_of_person());
  EXPECT_EQ(result.depth.to_array(), same.to_array());
  const PhotoDepth limited = estimator.estimate_photo(photo, {.limits = DepthLimits{0.2f, 0.9f}});
  EXPECT_EQ(limited.depth.limits().min_depth, 0.2f);
  EXPECT_EQ(limited.depth.limits().max_depth, 0.9f);
}

TEST(EstimatePhoto, RequiresAFaceUnlessTheCallerNamesTheSubject) {
  DepthEstimator estimator(find_depth_model("ar_portrait_depth_fast"));
  const Image cat = load_photo(PORTRAIT_DEPTH_SOURCE_DIR "/.deps/samples/chelsea.png").image;
  const Error error = error_of([&] { estimator.estimate_photo(cat); });
  EXPECT_EQ(error.code(), ErrorCode::no_person);
  EXPECT_THAT(error.what(), HasSubstr("no face is visible"));
  EXPECT_FALSE(estimator.estimate_photo(cat, {.any_subject = true}).face.has_value());
  const Plane<float> mask = middle_mask(cat.width(), cat.height());
  const PhotoDepth masked = estimator.estimate_photo(cat, {.mask = mask.view()});
  EXPECT_EQ(masked.depth.mask()(cat.width() / 2, cat.height() / 2), 1);
  EXPECT_EQ(masked.person.x, static_cast<float>(cat.width() / 4));
}

TEST(EstimatePhoto, PutsATightCropAtPersonalDistance) {
  DepthEstimator estimator(find_depth_model("ar_portrait_depth"));
  const Image photo = portrait();
  Image tight(156, 208);
  for (int y = 0; y < tight.height(); ++y) std::copy_n(photo.pixel(150, y), 3 * tight.width(), tight.row(y));
  const DepthMap depth = estimator.estimate_photo(tight, {.limits = DepthLimits{0.2f, 0.9f}}).depth;
  EXPECT_GT(depth.head_distance_metres(), 0.8f);
  EXPECT_LT(depth.head_distance_metres(), 1.0f);
  int person = 0, no_surface = 0;
  for (int y = 0; y < depth.height(); ++y)
    for (int x = 0; x < depth.width(); ++x) {
      if (depth.mask()(x, y) < kPersonMask) continue;
      ++person;
      if (depth.value(x, y) <= 0.1f) ++no_surface;
    }
  EXPECT_LE(no_surface, person / 20);
}

/// The number of allocations of a bare run of a network, once warm.
long allocations_of_network(const std::filesystem::path& file, std::int64_t channels, std::int64_t width,
                            std::int64_t height, bool relief) {
  Network network(file);
  std::vector<float> input(static_cast<std::size_t>(channels * width * height)),
      output(static_cast<std::size_t>(width * height)), s(1);
  network.bind_input("input", input, std::array<std::int64_t, 4>{1, channels, height, width});
  network.bind_output(relief ? "relief" : "mask", output, std::array<std::int64_t, 4>{1, 1, height, width});
  if (relief) network.bind_output("crop_width", s, std::array<std::int64_t, 2>{1, 1});
  for (int i = 0; i < 3; ++i) network.run();
  return fewest_allocations(1, [&](int) { network.run(); })[0];
}

TEST(DepthEstimator, AllocatesNoMoreThanTheNetworksOnceWarm) {
  DepthEstimator estimator(test_model("ramp"));
  // Head and shoulders of the astronaut, who moves from frame to frame.
  const Image photo = load_photo(PORTRAIT_DEPTH_SOURCE_DIR "/.deps/samples/astronaut.png").image;
  std::vector<Image> frames;
  for (const int left : {60, 80, 100}) {
    Image frame(288, 384);
    for (int y = 0; y < frame.height(); ++y)
      std::copy_n(photo.pixel(left, y), 3 * frame.width(), frame.row(y));
    frames.push_back(std::move(frame));
  }
  DepthMap depth;
  EstimationConfig mirrored_too = kLimits;
  mirrored_too.flip_augmentation = true;
  for (int round = 0; round < 2; ++round)
    for (const Image& frame : frames) estimator.estimate_depth(frame, mirrored_too, depth);
  const long networks =
      allocations_of_network(default_model_folder() / "selfie_segmentation.onnx", 3, 256, 256, false) +
      allocations_of_network(test_model("ramp").file, 4, 192, 256, true);
  const auto of_frames = [&](const EstimationConfig& config) {
    return fewest_allocations(
        3, [&](int i) { estimator.estimate_depth(frames[static_cast<std::size_t>(i)], config, depth); });
  };
  EXPECT_THAT(of_frames(kLimits), Each(Le(networks)));
  const long mirrored = networks + allocations_of_network(test_model("ramp").file, 4, 192, 256, true);
  EXPECT_THAT(of_frames(mirrored_too), Each(Le(mirrored)));
}

TEST(CreateEstimator, LoadsTheShippedNetwork) {
  const auto estimator = create_estimator();
  EXPECT_EQ(estimator->model().name, "ar_portrait_depth");
  EstimationConfig config = kLimits;
  const Image image = gray_picture(192, 256);
  const Plane<float> mask = middle_mask(192, 256);
  config.mask = mask.view();
  const DepthMap depth = estimator->estimate_depth(image, config);
  EXPECT_TRUE(std::isfinite(depth.metres()(96, 128)));
}

}  // namespace
}  // namespace portrait_depth
