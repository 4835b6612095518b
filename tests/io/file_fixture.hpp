// A folder of its own for every test, pictures that are easy to recognize, and other programs that read
// files.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "../temporary_folder.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth::test {

using Color = std::array<int, 3>;

/// Output of a shell command; the test fails when the command does.
inline std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no pipe for " + command);
  std::array<char, 1 << 16> block;
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), pipe))
    text.append(block.data(), count);
  const int status = ::pclose(pipe);
  EXPECT_EQ(status, 0) << command;
  return text;
}

class FileTest : public testing::Test {
 private:
  TemporaryFolder own_;

 protected:
  std::string path(const std::string& name) const { return (folder / name).string(); }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      names.push_back(entry.path().filename());
    return names;
  }
  static std::vector<std::uint8_t> bytes_of(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }
  static void write_bytes(const std::string& file, const void* data, std::size_t size) {
    std::ofstream(file, std::ios::binary)
        .write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  static void cut_off(const std::string& file, double share) {
    std::filesystem::resize_file(
        file, static_cast<std::uintmax_t>(share * static_cast<double>(std::filesystem::file_size(file))));
  }
  /// The frames that ffmpeg decodes from a file.
  static std::vector<std::uint8_t> decoded_by_ffmpeg(const std::string& file, const std::string& pixel_format,
                                                     const std::string& decoder = {}) {
    const std::string text = output_of("ffmpeg -v error " + decoder + " -i '" + file +
                                       "' -f rawvideo -pix_fmt " + pixel_format + " -fps_mode passthrough -");
    return {text.begin(), text.end()};
  }

  const std::filesystem::path folder = own_.path();
};

constexpr std::array<Color, 4> kQuadrantColors = {
    {{200, 40, 30}, {40, 170, 60}, {50, 70, 190}, {220, 210, 200}}};

/// Four colors: upper left, upper right, lower left, lower right.
inline Image quadrants(int width, int height, int channels = 3) {
  Image image(width, height, channels);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const Color& color =
          kQuadrantColors[static_cast<std::size_t>((y >= height / 2) * 2 + (x >= width / 2))];
      for (int c = 0; c < 3; ++c)
        image.pixel(x, y)[c] = static_cast<std::uint8_t>(color[static_cast<std::size_t>(c)]);
      if (channels == 4) image.pixel(x, y)[3] = 255;
    }
  return image;
}

inline int largest_difference(const std::uint8_t* pixel, const Color& color) {
  int largest = 0;
  for (int c = 0; c < 3; ++c)
    largest = std::max(largest, std::abs(pixel[c] - color[static_cast<std::size_t>(c)]));
  return largest;
}

/// The order of a picture's quadrants that is not turned.
constexpr std::array<int, 4> kAsStored = {0, 1, 2, 3};

/// The middle of each quadrant has the color of kQuadrantColors[order[i]].
inline void expect_quadrants(const Image& image, const std::array<int, 4>& order, int tolerance) {
  for (int i = 0; i < 4; ++i) {
    const int x = image.width() * (1 + 2 * (i % 2)) / 4, y = image.height() * (1 + 2 * (i / 2)) / 4;
    const Color& expected = kQuadrantColors[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])];
    EXPECT_LE(largest_difference(image.pixel(x, y), expected), tolerance) << "quadrant " << i;
  }
}

template <class Work>
void expect_error(ErrorCode code, const std::string& part_of_message, const Work& work) {
  try {
    work();
    FAIL() << "no error; expected one with \"" << part_of_message << "\"";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(std::string(error.what()).find(part_of_message), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
  }
}

}  // namespace portrait_depth::test
