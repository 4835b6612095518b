// A photo and the depth of a slanted person in it.
#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "portrait_depth/depth.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth::test::slanted_person {

inline constexpr int kWidth = 96, kHeight = 128;

inline float true_metres(int x, int y) {
  return 0.8f + 0.3f * static_cast<float>(x) / kWidth + 0.1f * static_cast<float>(y) / kHeight;
}

// A slanted person in the middle third.
inline DepthMap make_depth() {
  Plane<float> metres(kWidth, kHeight, std::nanf("")), mask(kWidth, kHeight, 0.0f);
  for (int y = 20; y < kHeight; ++y)
    for (int x = 32; x < 64; ++x) {
      metres(x, y) = true_metres(x, y);
      mask(x, y) = 1;
    }
  return {std::move(metres), std::move(mask), Intrinsics::assumed(kWidth, kHeight), 0.2f, 0.9f};
}

inline Image make_photo(int columns = kWidth, int rows = kHeight) {
  Image photo(columns, rows, 3);
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      photo.pixel(x, y)[0] = static_cast<std::uint8_t>(x * 2);
      photo.pixel(x, y)[1] = static_cast<std::uint8_t>(y);
      photo.pixel(x, y)[2] = 90;
    }
  return photo;
}

inline std::vector<std::uint8_t> bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace portrait_depth::test::slanted_person
