#include <gtest/gtest.h>

#include <fstream>

#include "../temporary_folder.hpp"
#include "export/viewer_assets.hpp"
#include "node_scripts.hpp"
#include "scene.hpp"

namespace portrait_depth {
namespace {

TEST(Page, MovesWithMouseKeysTiltAndOnItsOwnWithoutANetwork) {
  if (kViewerScript.empty()) GTEST_SKIP() << "three.js was missing at build: run scripts/fetch_three.sh";
  if (!std::filesystem::exists("/usr/bin/chromium")) GTEST_SKIP() << "Chromium is missing";
  const test::TemporaryFolder folder;
  const auto scene = test::make_scene();
  export_scene(scene.view(), folder / "photo.html", {.path = test::make_path(), .title = "Ada & <friends>"});
  const auto seen = test::run_node(
      "open_page.mjs", test::shell_quoted(folder / "photo.html") + " " + test::shell_quoted(folder.path()));
  ASSERT_TRUE(seen.is_object());

  EXPECT_EQ(seen["title"], "Ada & <friends>");
  EXPECT_TRUE(seen["errors"].empty()) << seen["errors"];
  EXPECT_TRUE(seen["requests"].empty()) << seen["requests"];
  // 240 x 320 in a window of 480 x 360: as high as the window, in the middle.
  EXPECT_NEAR(seen["box"]["width"], 270, 1);
  EXPECT_NEAR(seen["box"]["x"], 105, 1);
  EXPECT_EQ(seen["still"], 0) << "the page stands still if the user prefers reduced motion";
  for (const char* lead : {"restLeft", "leftRight", "keys", "tilt", "alone"})
    EXPECT_GT(seen[lead], 0.5) << lead;
}

TEST(Page, IsOneFileWithoutLinks) {
  if (kViewerScript.empty()) GTEST_SKIP() << "three.js was missing at build: run scripts/fetch_three.sh";
  const test::TemporaryFolder folder;
  const auto scene = test::make_scene();
  export_scene(scene.view(), folder / "photo.html");
  std::ifstream file(folder / "photo.html");
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_EQ(page.find("src=\"http"), std::string::npos);
  EXPECT_EQ(page.find("<link"), std::string::npos);
  EXPECT_EQ(page.find("{{"), std::string::npos) << "a part of the page was not filled in";
}

}  // namespace
}  // namespace portrait_depth
