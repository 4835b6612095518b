#include "photo3d_plan.hpp"

#include <gmock/gmock.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "command.hpp"
#include "photo3d_lists.hpp"
#include "photo3d_rules.hpp"

namespace portrait_depth::cli {
namespace {

using testing::HasSubstr;

// The options of a command line.
struct Given {
  CLI::App app;
  Photo3DCommandOptions options;

  explicit Given(std::vector<std::string> words) {
    add_photo3d_result_options(app, options);
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app.parse(words);
  }
};

Photo3DJob planned(const std::string& format, const std::vector<std::string>& words = {}) {
  const Given given(words);
  return plan_photo3d({.input = "anna.jpg", .output = "a." + format, .format = format}, given.options);
}

std::string refusal(const std::string& format, const std::vector<std::string>& words) {
  try {
    planned(format, words);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no error";
}

TEST(Photo3DPlan, TheKindFollowsFromTheTables) {
  EXPECT_EQ(planned("gif").kind, Photo3DKind::film);
  EXPECT_EQ(planned("png").kind, Photo3DKind::frames);
  EXPECT_EQ(planned("jpg").kind, Photo3DKind::photo_with_depth);
  EXPECT_EQ(planned("ply").kind, Photo3DKind::mesh);
  EXPECT_EQ(planned("glb").kind, Photo3DKind::scene);
  EXPECT_EQ(planned("html").kind, Photo3DKind::scene);
  EXPECT_EQ(planned("jpg", {"--stereo", "anaglyph"}).kind, Photo3DKind::stereo_picture);
  EXPECT_EQ(planned("png", {"--stereo", "quilt"}).kind, Photo3DKind::stereo_picture);
  EXPECT_EQ(planned("png", {"--stereo", "anaglyph"}).kind, Photo3DKind::frames);
  EXPECT_THAT(refusal("mkv", {}), HasSubstr("films cannot be written as mkv; take gif,"));
}

TEST(Photo3DPlan, EveryWrittenExtensionHasAKind) {
  for (const std::string& format : photo3d_formats()) EXPECT_NO_THROW(planned(format)) << format;
}

TEST(Photo3DPlan, RateAndSizeAreTheFormatsUsualOnes) {
  PhotoInfo photo;
  photo.width = 3000;
  photo.height = 4000;
  EXPECT_EQ(planned("gif").frames_per_second, 20);
  EXPECT_EQ(planned("webm").frames_per_second, kFramesPerSecond);
  EXPECT_EQ(planned("glb").frames_per_second, kFramesPerSecond);
  EXPECT_EQ(planned("gif", {"--fps", "12"}).frames_per_second, 12);
  EXPECT_EQ(frame_size(planned("gif"), photo).height, 480);
  EXPECT_EQ(frame_size(planned("webm"), photo).height, 720);
  EXPECT_EQ(frame_size(planned("glb"), photo).height, 720);
  EXPECT_EQ(frame_size(planned("webm", {"--size", "301x401"}), photo).width, 300);
  EXPECT_EQ(frame_size(planned("png", {"--stereo", "quilt"}), photo).height, 560);
  EXPECT_EQ(frame_size(planned("jpg", {"--stereo", "anaglyph"}), photo).height, 4000);
}

TEST(Photo3DPlan, NamesAllFilesOfAResult) {
  const Given pair({"--pair"});
  const auto photo = plan_photo3d({.input = "anna.jpg", .output = "a.jpg", .format = "jpg"}, pair.options);
  EXPECT_THAT(files_of(photo, pair.options, 2), testing::ElementsAre("a.jpg", "a_depth.png"));
  const Given plain({});
  EXPECT_THAT(files_of(planned("gif"), plain.options, 2), testing::ElementsAre("a.gif"));
  EXPECT_EQ(files_of(planned("png", {"--fps", "10"}), plain.options, 0.5f).back(), "a-0006.png");
}

TEST(Photo3DRules, AnOptionWithoutUseIsRejected) {
  EXPECT_EQ(refusal("ply", {"--fps", "10", "--loops", "2"}),
            "a.ply: a .ply takes no --fps, --loops; leave that out");
  EXPECT_THAT(refusal("jpg", {"--scene", "original"}), HasSubstr("a photo with its depth takes no --scene"));
  EXPECT_THAT(refusal("png", {"--quality", "1"}), HasSubstr("a sequence of pictures takes no --quality"));
  EXPECT_EQ(refusal("webp", {"--loops", "2", "--quality", "1"}), "no error");
  EXPECT_EQ(refusal("ply", {"--scene", "original"}), "no error");
}

TEST(Photo3DRules, TransparencyNeedsACodecWithAlpha) {
  EXPECT_EQ(refusal("webm", {"--background", "none"}), "no error");
  EXPECT_EQ(
      refusal("webm", {"--background", "none", "--codec", "av1"}),
      "a.webm: av1 films have no transparency; take gif, webm (vp9), webp or png, or another --background");
  EXPECT_THAT(refusal("mp4", {"--background", "none"}), HasSubstr("mp4 films have no transparency"));
}

TEST(Photo3DRules, OptionsThatContradictEachOtherAreRejected) {
  const auto combination = [](const std::vector<std::string>& words) -> std::string {
    try {
      check_combinations(Given(words).options);
    } catch (const WrongUse& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_THAT(combination({"--scene", "original", "--relief", "2"}), HasSubstr("leave --relief out"));
  EXPECT_EQ(combination({"--scene", "original", "--preset", "sway"}), "no error");
  EXPECT_THAT(combination({"--path", "p.json", "--preset", "sway"}), HasSubstr("leave one of them out"));
  EXPECT_THAT(combination({"--stereo", "quilt", "--background", "none"}),
              HasSubstr("--background other than"));
}

TEST(Photo3DLists, HaveALineForEveryFormat) {
  const std::string list = format_list();
  for (const std::string& format : photo3d_formats())
    EXPECT_THAT("\n" + list, HasSubstr("\n" + format + " ")) << format;
  EXPECT_THAT(list, HasSubstr("webm  WebM, VP9 (--codec av1: AV1); transparent with --background none\n"));
}

}  // namespace
}  // namespace portrait_depth::cli
