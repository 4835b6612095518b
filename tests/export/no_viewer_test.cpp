// A build without three.js: this program's own empty viewer takes the place of the library's.
#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "export/viewer_assets.hpp"
#include "scene.hpp"

namespace portrait_depth {

const std::string_view kViewerPage = "<!doctype html>";
const std::string_view kViewerScript;
const std::string_view kViewerScriptHash, kViewerStyleHash;

namespace {

TEST(PageWithoutViewer, IsRejectedWithTheActionAndLeavesNoFile) {
  const test::TemporaryFolder folder;
  const auto scene = test::make_scene();
  EXPECT_THAT(error_of([&] { export_scene(scene.view(), folder / "photo.html"); }),
              IsError(ErrorCode::unsupported, "fetch_three.sh"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(PageWithoutViewer, OtherFormatsAreWritten) {
  const test::TemporaryFolder folder;
  export_scene(test::make_scene().view(), folder / "photo.glb");
  EXPECT_TRUE(std::filesystem::exists(folder / "photo.glb"));
}

}  // namespace
}  // namespace portrait_depth
