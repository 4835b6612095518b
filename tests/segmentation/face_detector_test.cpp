#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "portrait_depth/face_detection.hpp"
#include "portrait_depth/io.hpp"
#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {
namespace {

using testing::HasSubstr;

Image sample(const std::string& name) {
  return load_photo(std::filesystem::path(PORTRAIT_DEPTH_SOURCE_DIR "/.deps/samples") / name).image;
}

/// `image` at (x, y) of a gray picture.
Image on_gray(const Image& image, int width, int height, int x, int y) {
  Image result(width, height);
  std::ranges::fill(result.bytes(), std::uint8_t{128});
  for (int row = 0; row < image.height(); ++row)
    std::copy_n(image.row(row), 3 * image.width(), result.pixel(x, y + row));
  return result;
}

/// The astronaut's face from the brows to the chin is at about (180, 75) to (270, 165).
void expect_astronaut(const Face& face, float x, float y) {
  EXPECT_TRUE(face.found);
  EXPECT_GT(face.score, 0.8f);
  EXPECT_NEAR(face.box.x, x + 180, 15);
  EXPECT_NEAR(face.box.y, y + 75, 15);
  EXPECT_NEAR(face.box.width, 90, 20);
  EXPECT_NEAR(face.box.height, 90, 20);
}

TEST(FaceDetector, FindsTheAstronautsFace) {
  const Image astronaut = sample("astronaut.png");
  FaceDetector detector;
  expect_astronaut(detector.find(astronaut), 0, 0);
  expect_astronaut(detector.find(astronaut, BodySegmenter().segment(astronaut).person), 0, 0);
}

TEST(FaceDetector, FindsItInWidePicturesAndHighOnes) {
  const Image astronaut = sample("astronaut.png");
  FaceDetector detector;
  expect_astronaut(detector.find(on_gray(astronaut, 1024, 512, 400, 0)), 400, 0);
  expect_astronaut(detector.find(on_gray(astronaut, 512, 900, 0, 300)), 0, 300);
}

TEST(FaceDetector, ExaminesASmallPersonEnlarged) {
  const Image far = on_gray(sample("astronaut.png"), 6000, 5000, 5000, 4000);
  FaceDetector detector;
  EXPECT_FALSE(detector.find(far).found);
  expect_astronaut(detector.find(far, {5000, 4016, 512, 496}), 5000, 4000);
  EXPECT_FALSE(detector.find(far, {}).found);
}

TEST(FaceDetector, FindsNoneInACatAndACup) {
  BodySegmenter segmenter;
  FaceDetector detector;
  for (const char* name : {"chelsea.png", "coffee.png"}) {
    const Image picture = sample(name);
    const Segmentation subject = segmenter.segment(picture);
    ASSERT_TRUE(subject.found) << name << " no longer counts as a person: the test needs another picture";
    const Face face = detector.find(picture, subject.person);
    EXPECT_FALSE(face.found) << name << ": " << face.score;
  }
}

TEST(FaceDetector, TakesAnyPicture) {
  FaceDetector detector;
  EXPECT_FALSE(detector.find(Image(1, 1)).found);
  EXPECT_FALSE(detector.find(Image(1, 700), {0, 0, 1, 700}).found);
  EXPECT_THAT(error_of([&] { detector.find(Image()); }), IsError(ErrorCode::invalid_argument, "picture"));
  for (const Box& box :
       {Box{NAN, 0, 5, 5}, Box{0, 0, INFINITY, 5}, Box{0, 0, 5, NAN}, Box{1e9f, 0, 1e9f, 1e9f}})
    EXPECT_THAT(error_of([&] { detector.find(Image(30, 30), box); }),
                IsError(ErrorCode::invalid_argument, "box"));
  Image rgba(512, 512, 4);
  const Image astronaut = sample("astronaut.png");
  for (int y = 0; y < 512; ++y)
    for (int x = 0; x < 512; ++x) std::copy_n(astronaut.pixel(x, y), 3, rgba.pixel(x, y));
  expect_astronaut(detector.find(rgba), 0, 0);
}

TEST(FaceDetector, NamesAMissingAndABrokenNetwork) {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder / "face_detection_full_range.onnx";
  const auto error_code = [&] {
    try {
      const FaceDetector detector({.model_folder = folder.path()});
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(file.string()));
      return error.code();
    }
    return ErrorCode::stopped;
  };
  EXPECT_EQ(error_code(), ErrorCode::not_found);
  std::ofstream(file) << "not a network";
  EXPECT_EQ(error_code(), ErrorCode::unreadable);
}

}  // namespace
}  // namespace portrait_depth
