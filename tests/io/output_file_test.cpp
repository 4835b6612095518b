#include "io/output_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <unistd.h>

#include <memory>

#include "../error_of.hpp"
#include "file_fixture.hpp"
#include "portrait_depth/error.hpp"

namespace portrait_depth::io {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;
using testing::UnorderedElementsAreArray;

const std::vector<std::uint8_t> kNew = {'n', 'e', 'w'}, kOld = {'o', 'l', 'd'};
constexpr const char* kLeftOver = ".portrait-depth-0123456789abcdef.tmp";

class OutputFileTest : public test::FileTest {
 protected:
  void write_old(const std::string& name) { write_bytes(path(name), "old", 3); }
};

TEST_F(OutputFileTest, HasNoNameBeforeItIsComplete) {
  const int nameless = ::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
  ASSERT_GE(nameless, 0) << "the tests need a file system with O_TMPFILE";
  ::close(nameless);
  for (const bool replaces : {false, true}) {
    const std::vector<std::string> before = files();
    {
      OutputFile file(path("a.bin"));
      file.write(kNew);
      EXPECT_THAT(files(), UnorderedElementsAreArray(before));
    }
    EXPECT_THAT(files(), UnorderedElementsAreArray(before));
    write_file(path("a.bin"), kNew);
    EXPECT_THAT(files(), UnorderedElementsAre("a.bin"));
    EXPECT_EQ(bytes_of(path("a.bin")), kNew) << replaces;
    write_old("a.bin");
  }
}

TEST_F(OutputFileTest, OpensAgainByItsTemporaryPath) {
  OutputFile file(path("a.bin"));
  const int second = ::open(file.temporary_path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  ASSERT_GE(second, 0);
  ASSERT_EQ(::write(second, "new", 3), 3);
  ::close(second);
  file.commit();
  EXPECT_EQ(bytes_of(path("a.bin")), kNew);
}

TEST_F(OutputFileTest, RemovesTheHiddenFilesOfEndedProcesses) {
  write_old(kLeftOver);
  write_old("b.bin");
  write_file(path("a.bin"), kNew);
  EXPECT_THAT(files(), UnorderedElementsAre("a.bin", "b.bin"));
}

TEST_F(OutputFileTest, KeepsTheHiddenFilesOfRunningProcessesAndOfOtherPrograms) {
  const std::vector<std::string> others = {
      ".a.bin.123", ".portrait-depth-0123.tmp", ".portrait-depth-0123456789abcdef",
      ".portrait-depth-0123456789ABCDEF.tmp", "portrait-depth-0123456789abcdef.tmp"};
  for (const std::string& name : others) write_old(name);
  std::filesystem::create_symlink(path(others[0]), path(".portrait-depth-0000000000000001.tmp"));
  std::filesystem::create_directory(folder / ".portrait-depth-0000000000000002.tmp");
  write_old(kLeftOver);
  const int lock = ::open(path(kLeftOver).c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(lock, LOCK_EX | LOCK_NB), 0);
  const std::vector<std::string> before = files();
  EXPECT_EQ(before.size(), others.size() + 3);
  write_file(path("a.bin"), kNew);
  EXPECT_EQ(files().size(), before.size() + 1) << testing::PrintToString(files());
  ::close(lock);
}

TEST_F(OutputFileTest, AProvisionalFileIsRemovedUnlessItIsKept) {
  {
    OutputFile file(path("a.bin"));
    file.write(kNew);
    file.commit_provisionally();
    EXPECT_EQ(bytes_of(path("a.bin")), kNew);
  }
  EXPECT_THAT(files(), IsEmpty());
  {
    OutputFile file(path("a.bin"));
    file.write(kNew);
    file.commit_provisionally();
    file.keep();
  }
  EXPECT_EQ(bytes_of(path("a.bin")), kNew);
}

TEST_F(OutputFileTest, AProvisionalFileThatReplacesAnotherStays) {
  write_old("a.bin");
  {
    OutputFile file(path("a.bin"));
    file.write(kNew);
    file.commit_provisionally();
  }
  EXPECT_EQ(bytes_of(path("a.bin")), kNew);
}

TEST_F(OutputFileTest, ReadsBackFromAnyPosition) {
  OutputFile file(path("a.bin"));
  file.write(kOld);
  file.write(kNew);
  std::vector<std::uint8_t> bytes(2);
  file.read(bytes, 2);
  EXPECT_EQ(bytes, (std::vector<std::uint8_t>{'d', 'n'}));
  EXPECT_THAT(error_of([&] { file.read(bytes, 5); }),
              IsError(ErrorCode::unwritable, "a.bin cannot be written"));
}

}  // namespace
}  // namespace portrait_depth::io
