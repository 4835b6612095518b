#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>

#include "../allocation_counter.hpp"
#include "../temporary_folder.hpp"
#include "image/window_sampler.hpp"
#include "inference/network.hpp"
#include "portrait_depth/io.hpp"
#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {
namespace {

using testing::HasSubstr;

const std::filesystem::path kSamples = PORTRAIT_DEPTH_SOURCE_DIR "/.deps/samples";

/// Head, hair and space suit, with a helmet in front: 512 x 512.
const Image& astronaut() {
  static const Image image = load_photo(kSamples / "astronaut.png").image;
  return image;
}

Image resized(const Image& image, int width, int height) {
  std::vector<float> planes(3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  WindowSampler().sample(image, {0, 0, static_cast<float>(image.width()), static_cast<float>(image.height())},
                         width, height, planes);
  Image result(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c)
        result.pixel(x, y)[c] =
            static_cast<std::uint8_t>(std::lround(planes.data()[(c * height + y) * width + x] * 255));
  return result;
}

TEST(BodySegmenter, FindsTheAstronaut) {
  const Segmentation found = BodySegmenter().segment(astronaut());
  EXPECT_TRUE(found.found);
  EXPECT_EQ(found.mask.width(), 512);
  EXPECT_EQ(found.mask.height(), 512);
  EXPECT_NEAR(found.coverage, 0.54f, 0.05f);
  EXPECT_NEAR(found.person.y, 16, 6);  // the hair
  EXPECT_NEAR(found.person.y + found.person.height, 512, 2);
  for (const auto& [x, y] : {std::pair(225, 110), {230, 40}, {170, 100}, {150, 380}, {400, 430}, {60, 450}})
    EXPECT_GT(found.mask(x, y), 0.95f) << "person at " << x << ", " << y;
  for (const auto& [x, y] : {std::pair(10, 10), {100, 100}, {340, 60}, {430, 150}, {50, 200}, {480, 300}})
    EXPECT_LT(found.mask(x, y), 0.05f) << "background at " << x << ", " << y;
}

TEST(BodySegmenter, DrawsCleanEdges) {
  const Segmentation found = BodySegmenter().segment(astronaut());
  // Across the right border of the hair at the height of the eyes: from person to background within a few
  // pixels.
  const float* const row = found.mask.row(95);
  int soft = 0;
  for (int x = 270; x < 330; ++x) soft += row[x] > 0.05f && row[x] < 0.95f ? 1 : 0;
  EXPECT_GT(row[285], 0.9f);
  EXPECT_LT(row[315], 0.1f);
  EXPECT_LE(soft, 12);
}

TEST(BodySegmenter, FindsThePersonInSmallAndLargePictures) {
  BodySegmenter segmenter;
  const float coverage = segmenter.segment(astronaut()).coverage;
  for (const auto& [width, height] : {std::pair(96, 128), {192, 256}, {1600, 1200}}) {
    const Segmentation found = segmenter.segment(resized(astronaut(), width, height));
    EXPECT_TRUE(found.found);
    EXPECT_NEAR(found.coverage, coverage, 0.06f) << width << " x " << height;
  }
}

TEST(BodySegmenter, TakesTheLandscapeNetworkForWidePictures) {
  Image wide(1024, 512);
  for (std::uint8_t& byte : wide.bytes()) byte = 128;
  for (int y = 0; y < 512; ++y) std::copy_n(astronaut().row(y), 3 * 512, wide.pixel(256, y));
  const Segmentation automatic = BodySegmenter().segment(wide);
  const Segmentation landscape = BodySegmenter({.model = SegmentationModel::landscape}).segment(wide);
  const Segmentation general = BodySegmenter({.model = SegmentationModel::general}).segment(wide);
  EXPECT_TRUE(std::ranges::equal(automatic.mask.values(), landscape.mask.values()));
  EXPECT_FALSE(std::ranges::equal(automatic.mask.values(), general.mask.values()));
  EXPECT_NEAR(landscape.coverage, 0.27f, 0.05f);
  EXPECT_LT(landscape.mask(20, 250), 0.05f);
  EXPECT_GT(landscape.mask(256 + 225, 110), 0.95f);
}

TEST(BodySegmenter, IgnoresOpaqueAlpha) {
  Image rgba(512, 512, 4);
  for (int y = 0; y < 512; ++y)
    for (int x = 0; x < 512; ++x) {
      std::copy_n(astronaut().pixel(x, y), 3, rgba.pixel(x, y));
      rgba.pixel(x, y)[3] = 255;
    }
  BodySegmenter segmenter;
  const Segmentation with = segmenter.segment(rgba), without = segmenter.segment(astronaut());
  for (std::size_t i = 0; i < with.mask.values().size(); ++i)
    ASSERT_NEAR(with.mask.values()[i], without.mask.values()[i], 1e-4f);
}

TEST(BodySegmenter, FindsNoPersonInNoiseAndBlanks) {
  BodySegmenter segmenter;
  std::mt19937 random(3);
  Image noise(400, 300), gray(300, 400);
  for (std::uint8_t& byte : noise.bytes()) byte = static_cast<std::uint8_t>(random() & 255u);
  for (std::uint8_t& byte : gray.bytes()) byte = 128;
  EXPECT_FALSE(segmenter.segment(noise).found);
  EXPECT_FALSE(segmenter.segment(gray).found);
  EXPECT_FALSE(segmenter.segment(Image(64, 64)).found);
  EXPECT_EQ(segmenter.segment(gray).person.width, 0);
}

TEST(BodySegmenter, TakesOddSizes) {
  BodySegmenter segmenter;
  for (const auto& [width, height] : {std::pair(1, 1), {1, 700}, {700, 1}, {257, 255}}) {
    const Segmentation result = segmenter.segment(Image(width, height));
    EXPECT_EQ(result.mask.width(), width);
    EXPECT_EQ(result.mask.height(), height);
  }
}

TEST(BodySegmenter, RejectsAnEmptyPicture) {
  try {
    BodySegmenter().segment(Image());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  }
}

TEST(BodySegmenter, NamesAMissingAndABrokenNetwork) {
  const test::TemporaryFolder folder;
  const auto error_code = [&] {
    try {
      const BodySegmenter segmenter({.model_folder = folder.path()});
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr((folder / "selfie_segmentation.onnx").string()));
      return error.code();
    }
    return ErrorCode::stopped;
  };
  EXPECT_EQ(error_code(), ErrorCode::not_found);
  std::ofstream(folder / "selfie_segmentation.onnx") << "not a network";
  EXPECT_EQ(error_code(), ErrorCode::unreadable);
}

TEST(BodySegmenter, AllocatesNoMoreThanTheNetworkOnceWarm) {
  const Image image = resized(astronaut(), 300, 400);
  BodySegmenter segmenter;
  Segmentation result;
  for (int i = 0; i < 3; ++i) segmenter.segment(image, result);

  Network network(default_model_folder() / "selfie_segmentation.onnx");
  std::vector<float> input(3 * 256 * 256), mask(256 * 256);
  network.bind_input("input", input, std::array<std::int64_t, 4>{1, 3, 256, 256});
  network.bind_output("mask", mask, std::array<std::int64_t, 4>{1, 1, 256, 256});
  for (int i = 0; i < 3; ++i) network.run();

  const long of_network = fewest_allocations(1, [&](int) { network.run(); })[0];
  EXPECT_LE(fewest_allocations(1, [&](int) { segmenter.segment(image, result); })[0], of_network);
}

TEST(SegmentationFromMask, MeasuresAndClamps) {
  Plane<float> mask(100, 50, 0.0f);
  for (int y = 10; y < 30; ++y)
    for (int x = 20; x < 60; ++x) mask(x, y) = 1.5f;
  mask(90, 45) = 0.4f;
  mask(0, 0) = std::numeric_limits<float>::quiet_NaN();
  mask(1, 0) = -1;
  const Segmentation found = segmentation_from_mask(mask);
  EXPECT_TRUE(found.found);
  EXPECT_EQ(found.person.x, 20);
  EXPECT_EQ(found.person.y, 10);
  EXPECT_EQ(found.person.width, 40);
  EXPECT_EQ(found.person.height, 20);
  EXPECT_FLOAT_EQ(found.coverage, 0.16f);
  EXPECT_EQ(found.mask(30, 20), 1.0f);
  EXPECT_EQ(found.mask(90, 45), 0.4f);
  EXPECT_EQ(found.mask(0, 0), 0.0f);
  EXPECT_EQ(found.mask(1, 0), 0.0f);
}

TEST(SegmentationFromMask, FindsNoPersonInAnEmptyMask) {
  EXPECT_FALSE(segmentation_from_mask(Plane<float>(100, 100, 0.3f)).found);
  EXPECT_FALSE(segmentation_from_mask(Plane<float>()).found);
  Plane<float> speck(100, 100, 0.0f);
  speck(50, 50) = 1;  // 0.01 %
  EXPECT_FALSE(segmentation_from_mask(speck).found);
}

}  // namespace
}  // namespace portrait_depth
