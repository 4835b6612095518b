// The short form of `make evaluate-photo3d`: two people, small, true depth.
#include "evaluation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "../temporary_folder.hpp"
#include "parts.hpp"
#include "portrait_depth/io.hpp"
#include "views.hpp"

namespace portrait_depth {
namespace {

class Photo3DEvaluation : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::is_directory(people::parts_folder()))
      GTEST_SKIP() << "no MakeHuman parts in " << people::parts_folder();
  }

  // Colors that vary everywhere, so that displaced pixels differ.
  std::filesystem::path background() const {
    Image picture(320, 400);
    for (int y = 0; y < 400; ++y)
      for (int x = 0; x < 320; ++x) {
        const float u = static_cast<float>(x), v = static_cast<float>(y);
        picture.pixel(x, y)[0] = static_cast<std::uint8_t>(130 + 60 * std::sin(u / 17) * std::cos(v / 23));
        picture.pixel(x, y)[1] = static_cast<std::uint8_t>(110 + 60 * std::sin(u / 31 + v / 19));
        picture.pixel(x, y)[2] = static_cast<std::uint8_t>(90 + 60 * std::cos(u / 13 - v / 37));
      }
    save_image(picture, folder_ / "background.png");
    return folder_ / "background.png";
  }

  RenderedPerson person(std::uint64_t seed) const {
    people::ViewsOptions options;
    options.studio = {.parts = people::parts_folder(),
                      .out = folder_ / std::to_string(seed),
                      .seed = seed,
                      .width = 240,
                      .height = 320,
                      .samples = 3};
    options.preset = "orbit";
    options.frames = 2;
    options.background = background();
    people::write_views(options);
    return read_person(options.studio.out);
  }

  test::TemporaryFolder folder_;
};

TEST_F(Photo3DEvaluation, TheProductIsCloserToTheTruthThanTheOriginal) {
  ThreadPool threads;
  MeanMeasures ours, original, on_rays, still;
  for (const std::uint64_t seed : {1, 2}) {
    const RenderedPerson person = this->person(seed);
    const MethodInput input{person.photo.picture, person.photo.metres, person.photo.mask,
                            person.intrinsics,    person.head_metres,  person.background_metres};
    const std::vector<FrameMeasures> m = evaluate_person(person, input, threads);
    ours.add(m[0]);
    on_rays.add(m[1]);
    original.add(m[2]);
    still.add(m[3]);
  }
  EXPECT_GT(ours.mean().band.psnr, original.mean().band.psnr + 4);
  EXPECT_GT(ours.mean().whole.psnr, original.mean().whole.psnr + 2);
  EXPECT_GT(ours.mean().band.psnr, on_rays.mean().band.psnr + 2);
  EXPECT_GT(on_rays.mean().whole.psnr, still.mean().whole.psnr + 2) << "the true views move";
}

// The photo and another view of the same wall: its visible part moves by the parallax of its distance.
TEST_F(Photo3DEvaluation, TheTrueBackgroundHasTheGivenDistance) {
  const RenderedPerson person = this->person(3);
  const TrueView& view = person.views[0];
  const float head = person.head_metres, wall = person.background_metres;
  EXPECT_GE(wall, 1.4f * head);
  // The two views' common plane: the product's own renderer draws it, without a person.
  Photo3DOptions options;
  options.background_metres = wall;
  const Plane<float> empty_mask(240, 320, 0.0f);
  const Plane<float> metres(240, 320, head);
  const Photo3D photo =
      Photo3D::build(person.photo.picture, metres, empty_mask, person.intrinsics, head, options);
  CameraPose pose = view.pose;
  pose.position = {pose.position.x * head, pose.position.y * head, pose.position.z * head};
  pose.look_at = {0, 0, head};
  Image frame;
  ThreadPool threads;
  photo.render(pose, 240, 320, frame, threads);
  double difference = 0, count = 0;
  for (int y = 20; y < 60; ++y)  // above the head
    for (int x = 20; x < 220; ++x)
      if (view.mask(x, y) == 0 && person.photo.mask(x, std::min(319, y + 20)) == 0)
        for (int c = 0; c < 3; ++c, ++count)
          difference += std::abs(int{frame.pixel(x, y)[c]} - int{view.picture.pixel(x, y)[c]});
  ASSERT_GT(count, 1000);
  EXPECT_LT(difference / count, 3);
}

}  // namespace
}  // namespace portrait_depth
