#include "io/memory_file.hpp"

#include <gmock/gmock.h>

#include "../error_of.hpp"
#include "file_fixture.hpp"
#include "io/output_file.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth::io {
namespace {

using testing::IsEmpty;

const std::vector<std::uint8_t> kBytes = {'n', 'e', 'w'};

class MemoryFileTest : public test::FileTest {
 protected:
  // A temporary folder in which no file can be made shows that no part of the result is written there.
  void SetUp() override {
    if (const char* const given = ::getenv("TMPDIR")) old_ = given;
    ::setenv("TMPDIR", path("missing").c_str(), 1);
  }
  void TearDown() override {
    if (old_.empty())
      ::unsetenv("TMPDIR");
    else
      ::setenv("TMPDIR", old_.c_str(), 1);
  }

 private:
  std::string old_;
};

TEST_F(MemoryFileTest, ReceivesAResultAtCommit) {
  const MemoryFile memory;
  OutputFile file(memory.path());
  file.write(kBytes);
  EXPECT_THAT(memory.bytes(), IsEmpty());
  file.commit();
  EXPECT_EQ(memory.bytes(), kBytes);
}

TEST_F(MemoryFileTest, ReceivesFilmsOfEveryContainerWithoutADisk) {
  const Image frame(32, 32, 3);
  for (const FilmFormat& format : film_formats()) {
    if (format.kind == FilmKind::frames) continue;
    const MemoryFile memory;
    const auto writer = create_video_writer(memory.path(), {.format = format.extension});
    for (int i = 0; i < 3; ++i) writer->write(frame);
    writer->finish();
    EXPECT_GT(memory.bytes().size(), 50U) << format.extension;
  }
}

TEST_F(MemoryFileTest, HoldsTheSameBytesAsAFile) {
  const Image picture(40, 30, 3);
  const MemoryFile memory;
  save_image(picture, memory.path(), "png");
  save_image(picture, path("a.png"));
  EXPECT_EQ(memory.bytes(), bytes_of(path("a.png")));
}

TEST_F(MemoryFileTest, IsReadAsAPath) {
  save_image(Image(40, 30, 3), path("a.png"));
  const MemoryFile memory(bytes_of(path("a.png")));
  EXPECT_EQ(load_photo(memory.path()).image.width(), 40);
}

TEST_F(MemoryFileTest, IsNamedAsTheResult) {
  const MemoryFile memory;
  EXPECT_THAT(error_of([&] { save_image(ImageView(), memory.path(), "png"); }),
              IsError(ErrorCode::invalid_argument, "the result: an empty picture"));
  EXPECT_FALSE(is_memory_path("/proc/self/fd/0"));
  EXPECT_FALSE(is_memory_path("/tmp/a.png"));
}

}  // namespace
}  // namespace portrait_depth::io
