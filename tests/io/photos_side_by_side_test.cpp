// Photos that several threads decode: results and errors are those of one photo alone.
#include <atomic>
#include <functional>
#include <thread>

#include "../error_of.hpp"
#include "file_fixture.hpp"
#include "io/content_hash.hpp"
#include "portrait_depth/error.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace {

class PhotosSideBySide : public test::FileTest {
 protected:
  // A picture that does not compress to nothing.
  static Image noise(int width, int height) {
    Image image(width, height, 3);
    for (std::size_t i = 0; i < image.bytes().size(); ++i)
      image.bytes()[i] = static_cast<std::uint8_t>(i * 2654435761u >> 21);
    return image;
  }

  // The error, or the warning of a photo that opens.
  static std::string outcome(const std::string& file) {
    try {
      return "opens: " + load_photo(file).info.warning;
    } catch (const Error& error) {
      return error.what();
    }
  }

  std::vector<std::string> write_photos() const {
    std::vector<std::string> names;
    for (const char* name : {"whole.jpg", "cut.jpg", "cut.png", "cut.webp", "no-end.jpg", "no-end-cut.jpg"}) {
      names.push_back(path(name));
      save_image(noise(200, 150), names.back());
    }
    cut_off(names[1], 0.3);
    cut_off(names[2], 0.5);
    cut_off(names[3], 0.6);
    std::filesystem::resize_file(names[4], std::filesystem::file_size(names[4]) - 2);
    cut_off(names[5], 0.9);
    return names;
  }
};

TEST_F(PhotosSideBySide, HaveTheirOwnErrors) {
  const std::vector<std::string> photos = write_photos();
  std::vector<std::string> alone;
  for (const std::string& photo : photos) alone.push_back(outcome(photo));
  ASSERT_EQ(alone[0], "opens: ");
  ASSERT_EQ(alone[4], "opens: the JPEG lacks its end marker");
  std::atomic<int> differences = 0;
  const auto load_all = [&](std::size_t first) {
    for (int round = 0; round < 12; ++round)
      for (std::size_t i = 0; i < photos.size(); ++i) {
        const std::size_t photo = (first + i) % photos.size();
        if (outcome(photos[photo]) != alone[photo]) ++differences;
      }
  };
  std::vector<std::jthread> threads;
  for (std::size_t first = 0; first < 4; ++first) threads.emplace_back(load_all, first);
  threads.clear();
  EXPECT_EQ(differences, 0);
}

TEST_F(PhotosSideBySide, AreKnownByTheirContent) {
  // The examples of FIPS 180-4.
  EXPECT_EQ(io::sha256_of_text("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  write_bytes(path("abc"), "abc", 3);
  EXPECT_EQ(io::sha256_of_file(path("abc")), io::sha256_of_text("abc"));
  EXPECT_THAT(error_of([&] { io::sha256_of_file(path("missing")); }),
              IsError(ErrorCode::not_found, "missing"));
}

}  // namespace
}  // namespace portrait_depth
