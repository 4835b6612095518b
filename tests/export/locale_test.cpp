// Files do not depend on the locale that the host program has set.
#include <gtest/gtest.h>

#include <clocale>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "../programs.hpp"
#include "../temporary_folder.hpp"
#include "export/html.hpp"
#include "export/stereo.hpp"
#include "export/viewer_assets.hpp"
#include "portrait_depth/embedded_depth.hpp"

namespace portrait_depth {
namespace {

// Numbers have a decimal comma while a test runs.
class DecimalComma : public testing::Test {
 protected:
  void SetUp() override {
    const auto made = test::run_program("localedef -i de_DE -f UTF-8 " + test::shell_quoted(folder_ / "de"));
    setenv("LOCPATH", folder_.path().c_str(), 1);
    if (std::setlocale(LC_ALL, "de") == nullptr) GTEST_SKIP() << "no German locale: " << made.output;
    ASSERT_EQ(std::to_string(0.5), "0,500000");
  }
  void TearDown() override {
    std::setlocale(LC_ALL, "C");
    unsetenv("LOCPATH");
  }
  test::TemporaryFolder folder_;
};

TEST_F(DecimalComma, DoesNotShowInAPhotosDepth) {
  Image photo(8, 8);
  DepthMap depth(Plane<float>(8, 8, 0.75f), Plane<float>(8, 8, 1.0f), Intrinsics::assumed(8, 8), 0.2f, 0.9f);
  save_depth_photo(photo, depth, folder_ / "a.jpg");
  std::stringstream file;
  file << std::ifstream(folder_ / "a.jpg").rdbuf();
  EXPECT_NE(file.str().find("Near=\"0.75\""), std::string::npos);
  const auto read = read_embedded_depth(folder_ / "a.jpg");
  ASSERT_TRUE(read);
  EXPECT_NEAR(read->metres(4, 4), 0.75f, 1e-5f);
}

TEST_F(DecimalComma, DoesNotShowInNamesAndPages) {
  EXPECT_EQ(quilt_path("a.png", 8, 6, 0.75f), "a_qs8x6a0.75.png");
  if (kViewerScript.empty()) GTEST_SKIP() << "this build has no viewer";
  const std::vector<std::uint8_t> glb(4), page = encode_html(glb, "", 0.75f);
  const std::string text(page.begin(), page.end());
  EXPECT_EQ(text.find("0,75"), std::string::npos);
  EXPECT_NE(text.find("0.75"), std::string::npos);
}

}  // namespace
}  // namespace portrait_depth
