// The code that reads untrusted files. A process of its own, because libvips starts once.
#include <vips/vips.h>

#include <fstream>
#include <sstream>

#include "file_fixture.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace {

class Loaders : public test::FileTest {};

std::string mapped_files() {
  std::ifstream maps("/proc/self/maps");
  std::stringstream text;
  text << maps.rdbuf();
  return text.str();
}

TEST_F(Loaders, OtherModulesAreNotLoadedAndOtherFormatsAreBlocked) {
  // A false folder of modules, at the place that libvips derives from the program's name.
  std::filesystem::create_directories(folder / "lib" / "vips-modules-8.14");
  const std::string before = std::getenv("VIPSHOME") == nullptr ? "" : std::getenv("VIPSHOME");
  write_bytes(path("a.ppm"), "P6 1 1 255 abc", 14);
  test::expect_error(ErrorCode::unreadable, "a.ppm: unsupported: not a photo",
                     [&] { load_photo(path("a.ppm")); });
  save_image(test::quadrants(64, 48), path("a.png"));
  EXPECT_EQ(load_photo(path("a.png")).image.width(), 64);

  const std::string files = mapped_files();
  EXPECT_NE(files.find("libvips"), std::string::npos);
  for (const char* other :
       {"vips-magick", "MagickCore", "openslide", "vips-poppler", "libpoppler", "vips-jxl"})
    EXPECT_EQ(files.find(other), std::string::npos) << other;
  EXPECT_EQ(std::getenv("VIPSHOME") == nullptr ? "" : std::getenv("VIPSHOME"), before);

  VipsImage* image = vips_image_new_from_file(path("a.ppm").c_str(), nullptr);
  EXPECT_EQ(image, nullptr) << "libvips itself reads no other format";
  EXPECT_NE(std::string(vips_error_buffer()).find("blocked"), std::string::npos) << vips_error_buffer();
  vips_error_clear();
}

}  // namespace
}  // namespace portrait_depth
