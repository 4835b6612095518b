// Reading of whole files, parts and pipes, and the class of each reason.
#include "files/input_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <numeric>
#include <thread>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"

namespace portrait_depth {
namespace {

constexpr FileKind kKind = {"depth map", std::size_t{1} << 20, "Scale the depth map down"};

std::vector<std::uint8_t> numbers(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

class InputFileTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::vector<std::uint8_t>& bytes) {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path;
  }

  test::TemporaryFolder folder_;
};

TEST_F(InputFileTest, ReadsFilesOfAllSizes) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65535}, std::size_t{65536},
                                 std::size_t{65537}, kKind.most_bytes})
    EXPECT_EQ(read_file(write("file", numbers(size)), kKind), numbers(size)) << size;
}

TEST_F(InputFileTest, ReadsPartsWithoutMoving) {
  const auto path = write("file", numbers(100));
  InputFile file(path, "file");
  std::vector<std::uint8_t> part(10);
  EXPECT_EQ(file.read_at(95, part), 5u);
  EXPECT_EQ(part[4], 99);
  EXPECT_EQ(file.read_at(UINT64_MAX, part), 0u);
  EXPECT_EQ(file.read(part), 10u);
  EXPECT_EQ(part[9], 9);
  EXPECT_EQ(file.read(part), 10u);
  EXPECT_EQ(part[0], 10);
}

TEST_F(InputFileTest, ReadsAPipeWhoseBytesComeInPieces) {
  const auto path = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] {
    std::ofstream pipe(path, std::ios::binary);
    for (int i = 0; i < 3000; ++i) pipe.write("0123456789", 10).flush();
  });
  const auto bytes = read_file(path, kKind);
  writer.join();
  ASSERT_EQ(bytes.size(), 30'000u);
  EXPECT_EQ(bytes[29'999], '9');
}

TEST_F(InputFileTest, TheCallersCheckEndsTheReading) {
  InputFile zeros("/dev/zero", "file");
  static int blocks;
  blocks = 0;
  const auto end_at_the_third = [] {
    if (++blocks == 3) throw Error(ErrorCode::stopped, "stopped");
  };
  EXPECT_THAT(error_of([&] { zeros.read_to_end(kKind, end_at_the_third); }),
              IsError(ErrorCode::stopped, "stopped"));
}

TEST_F(InputFileTest, RejectsALargerFile) {
  const auto path = write("large", numbers(kKind.most_bytes + 1));
  EXPECT_THAT(error_of([&] { read_file(path, kKind); }),
              IsError(ErrorCode::too_large,
                      path.string() + ": too large: more than 1 MiB. Scale the depth map down."));
}

TEST_F(InputFileTest, NamesTheReason) {
  const auto no_file = folder_ / "nothing";
  EXPECT_THAT(
      error_of([&] { read_file(no_file, kKind); }),
      IsError(ErrorCode::not_found, no_file.string() + ": not found: no such depth map. Check the path."));
  EXPECT_THAT(error_of([&] { read_file(folder_.path(), kKind); }),
              IsError(ErrorCode::unreadable, ": unsupported: a folder, not a depth map. Check the path."));
  const auto below_a_file = write("file", {1}) / "below";
  EXPECT_THAT(error_of([&] { read_file(below_a_file, kKind); }),
              IsError(ErrorCode::not_found, "not found: no such depth map"));
  std::filesystem::create_symlink("loop", folder_ / "loop");
  EXPECT_THAT(error_of([&] { read_file(folder_ / "loop", kKind); }),
              IsError(ErrorCode::not_found, "not found: Too many levels"));
}

TEST(FailReading, ChoosesTheClassByTheNumber) {
  const auto error = [](int number) { return error_of([number] { fail_reading("a", "photo", number); }); };
  EXPECT_THAT(error(EACCES), IsError(ErrorCode::unreadable,
                                     "a: no permission: the photo cannot be read. Change its permissions."));
  EXPECT_THAT(error(ENOMEM), IsError(ErrorCode::too_large, "a: no memory: the photo cannot be read."));
  EXPECT_THAT(error(EMFILE), IsError(ErrorCode::unreadable, "a: no memory: too many files are open."));
  EXPECT_THAT(error(EIO),
              IsError(ErrorCode::unreadable, "a: damaged: the photo cannot be read (Input/output"));
  EXPECT_THAT(error(EBADF), IsError(ErrorCode::not_found, "a: not found: it is closed. Give a photo."));
}

}  // namespace
}  // namespace portrait_depth
