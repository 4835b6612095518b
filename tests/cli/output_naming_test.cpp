#include "output_naming.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>

#include "../temporary_folder.hpp"
#include "command.hpp"
#include "input_files.hpp"

namespace portrait_depth::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const OutputRule kRule = {.suffix = "-3d", .extension = "gif", .formats = {"gif", "webm", "png", "jpg"}};

class OutputNaming : public testing::Test {
 protected:
  void touch(const std::string& name) {
    std::filesystem::create_directories((folder_.path() / name).parent_path());
    std::ofstream(folder_.path() / name) << "x";
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  static std::vector<std::string> outputs(const JobOptions& options) {
    std::vector<std::string> names;
    for (const Job& job : name_jobs(options, kRule)) names.push_back(job.output.filename().string());
    return names;
  }
  static std::string wrong_use(const std::function<void()>& work) {
    try {
      work();
    } catch (const WrongUse& error) {
      return error.what();
    }
    return "no error";
  }

  test::TemporaryFolder folder_;
};

TEST_F(OutputNaming, ResultsLieBesideThePhotoOrInTheFolder) {
  EXPECT_EQ(name_jobs({.inputs = {"x/anna.jpg"}}, kRule).front().output, "x/anna-3d.gif");
  EXPECT_EQ(name_jobs({.inputs = {"x/anna.jpg"}, .format = "WebM"}, kRule).front().format, "webm");
  EXPECT_EQ(name_jobs({.inputs = {"anna.jpg"}, .output = "b.JPEG"}, kRule).front().format, "jpg");
  const auto jobs = name_jobs({.inputs = {"x/anna.jpg", "y/otto.jpg"}, .output = path("out")}, kRule);
  EXPECT_EQ(jobs[1].output, path("out/otto-3d.gif"));
}

TEST_F(OutputNaming, PhotosOfOneStemInOneFolderHaveDistinctResults) {
  for (const char* name : {"IMG_1.heic", "IMG_1.jpg", "IMG_2.jpg"}) touch(name);
  EXPECT_THAT(outputs({.inputs = {folder_.path().string()}, .quiet = true}),
              ElementsAre("IMG_1-heic-3d.gif", "IMG_1-jpg-3d.gif", "IMG_2-3d.gif"));
  // The results are not photos of the next run.
  for (const char* name : {"IMG_1-heic-3d.gif", "IMG_1-jpg-3d.gif", "IMG_2-3d.gif"}) touch(name);
  EXPECT_EQ(outputs({.inputs = {folder_.path().string()}, .quiet = true}).size(), 3U);
}

TEST_F(OutputNaming, NamesTheResultsOfALargeFolderInSeconds) {
  JobOptions options;
  for (int i = 0; i < 20'000; ++i) options.inputs.push_back("x/" + std::to_string(i) + ".jpg");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(name_jobs(options, kRule).size(), options.inputs.size());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST_F(OutputNaming, OnePlaceForTwoResultsIsAnError) {
  const JobOptions options = {.inputs = {"x/anna.jpg", "y/anna.jpg"}, .output = path("out/")};
  EXPECT_THAT(wrong_use([&] { name_jobs(options, kRule); }), HasSubstr("the result of two photos"));
}

TEST_F(OutputNaming, TakesAllExtensionsOfPhotosAndNamesTheOtherFiles) {
  for (const char* name : {"a.jfif", "b.jpe", "c.HIF", "d.png", "notes.txt", ".hidden", "e.pdf"}) touch(name);
  testing::internal::CaptureStderr();
  EXPECT_EQ(expand_inputs({.inputs = {folder_.path().string()}}).size(), 4U);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            folder_.path().string() + ": 2 files skipped: e.pdf, notes.txt (no photo's extension)\n");
  testing::internal::CaptureStderr();
  expand_inputs({.inputs = {folder_.path().string()}, .quiet = true});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(OutputNaming, APercentSignInAPhotosNameIsNotAPattern) {
  EXPECT_THAT(outputs({.inputs = {"100%d.jpg"}, .format = "png"}), ElementsAre("100_d-3d.png"));
  EXPECT_THAT(outputs({.inputs = {"a.jpg"}, .output = "f-%04d.png"}), ElementsAre("f-%04d.png"));
}

TEST_F(OutputNaming, RejectsNamesThatContradictTheFormat) {
  EXPECT_THAT(wrong_use([&] { name_jobs({.inputs = {"a.jpg"}, .output = "a.mkv"}, kRule); }),
              HasSubstr("a.mkv: files cannot be written as mkv; take gif, webm, png or jpg"));
  EXPECT_THAT(wrong_use([&] { name_jobs({.inputs = {"a.jpg"}, .output = "a"}, kRule); }),
              HasSubstr("the name has no extension"));
  EXPECT_THAT(
      wrong_use([&] { name_jobs({.inputs = {"a.jpg"}, .output = "a.webm", .format = "gif"}, kRule); }),
      HasSubstr("another format than --format gif"));
}

TEST_F(OutputNaming, NoResultReplacesAFileThatIsRead) {
  touch("a.gif");
  const std::vector<Job> jobs = {{.input = path("a.gif"), .output = path("b.gif"), .format = "gif"}};
  EXPECT_THAT(wrong_use([&] { prepare_outputs(jobs, {{path("a.gif")}}, {}, {}); }),
              HasSubstr("would replace a photo's file"));
  touch("b.gif");
  EXPECT_THAT(wrong_use([&] {
                prepare_outputs(jobs, {{"the mask's", path("b.gif")}}, {});
              }),
              HasSubstr("would replace the mask's file"));
  EXPECT_EQ(wrong_use([&] { prepare_outputs(jobs, {{"the mask's", ""}}, {}); }), "no error");
}

}  // namespace
}  // namespace portrait_depth::cli
