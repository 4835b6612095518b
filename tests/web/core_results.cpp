// The native core's results for a picture with depth, which web/tests/native.test.ts compares with
// WebAssembly's:
//
//   core_results FOLDER WIDTH HEIGHT FX FY CX CY HEAD_DISTANCE
//
// reads FOLDER/rgba, metres and mask (bytes and float32, row by row) and writes positions, indices, texture
// and fill.
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "../raw_values.hpp"
#include "portrait_depth/photo3d.hpp"

using namespace portrait_depth;

int main(int count, char** words) try {
  if (count != 9) throw Error(ErrorCode::invalid_argument, "eight arguments are needed");
  const std::filesystem::path folder = words[1];
  const int width = std::atoi(words[2]), height = std::atoi(words[3]);
  const auto number = [&](int index) { return std::strtof(words[index], nullptr); };
  const Intrinsics camera = {number(4), number(5), number(6), number(7), width, height};

  const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  const auto rgba = read_raw<std::uint8_t>(folder / "rgba", 4 * pixels);
  const auto metres = read_raw<float>(folder / "metres", pixels);
  const auto mask = read_raw<float>(folder / "mask", pixels);
  const Photo3D photo = Photo3D::build(ImageView(rgba.data(), width, height, 4),
                                       PlaneView<const float>(metres.data(), width, height),
                                       PlaneView<const float>(mask.data(), width, height), camera, number(8));

  write_raw<Vec3>(folder / "positions", photo.person_mesh().positions);
  write_raw<std::uint32_t>(folder / "indices", photo.person_mesh().indices);
  write_raw<std::uint8_t>(folder / "texture", photo.person_texture().bytes());
  write_raw<std::uint8_t>(folder / "fill", photo.background_texture().bytes());
} catch (const std::exception& error) {
  std::fprintf(stderr, "core_results: %s\n", error.what());
  return 1;
}
