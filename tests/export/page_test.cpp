#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <string>

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

class PageText : public testing::Test {
 protected:
  void SetUp() override {
    if (kViewerScript.empty()) GTEST_SKIP() << "three.js was missing at build: run scripts/fetch_three.sh";
    const test::TemporaryFolder folder;
    const auto scene = test::make_scene();
    export_scene(scene.view(), folder / "secret-name.html");
    std::ifstream file(folder / "secret-name.html");
    page.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::string page;
};

TEST_F(PageText, IsOneFileWithoutLinks) {
  EXPECT_EQ(page.find("src=\"http"), std::string::npos);
  EXPECT_EQ(page.find("<link"), std::string::npos);
  EXPECT_EQ(page.find("{{"), std::string::npos) << "a part of the page was not filled in";
}

TEST_F(PageText, ItsPolicyAllowsTwoElementsByHashAndNoNetwork) {
  static const std::regex policy("http-equiv=\"Content-Security-Policy\"\\s+content=\"([^\"]*)\"");
  std::smatch found;
  const std::string head = page.substr(0, page.find("</head>"));
  ASSERT_TRUE(std::regex_search(head, found, policy));
  EXPECT_THAT(found[1].str(),
              testing::MatchesRegex("default-src 'none'; script-src 'sha256-[A-Za-z0-9+/]{43}='; "
                                    "style-src 'sha256-[A-Za-z0-9+/]{43}='; img-src blob: data:; "
                                    "connect-src blob: data:; base-uri 'none'; form-action 'none'"));
}

TEST_F(PageText, HoldsNoFileName) {
  EXPECT_EQ(page.find("secret-name"), std::string::npos);
}

}  // namespace
}  // namespace portrait_depth
