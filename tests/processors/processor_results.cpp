// processor_results FOLDER [--without-wide-registers]: runs the core from a picture to a film and writes its
// results as raw numbers, for a comparison between processors.
//
// FOLDER holds photo.rgb (256 x 256 pixels, RGB) and mask.f32 (256 x 256 numbers, 0..1). The results: the
// network's input, metres and normals of a given relief, textures, frames, and a GIF. With the option, the
// core uses registers of 128 bits and no fused multiply-add on x86.
#include <hwy/targets.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <vector>

#include "../raw_values.hpp"
#include "depth/estimation.hpp"
#include "film/gif_film.hpp"
#include "portrait_depth/photo3d.hpp"

namespace portrait_depth {
namespace {

namespace fs = std::filesystem;

constexpr int kSide = 256, kFrameSide = 320;

// A head and shoulders, as a network returns them: log distance about the head's, larger is farther.
std::vector<float> relief(const DepthModel& model) {
  std::vector<float> values;
  for (int row = 0; row < model.input_height; ++row)
    for (int column = 0; column < model.input_width; ++column) {
      const float x = static_cast<float>(column) / static_cast<float>(model.input_width) - 0.5f;
      const float y = static_cast<float>(row) / static_cast<float>(model.input_height) - 0.35f;
      values.push_back(0.4f * x * x + 0.15f * y - 0.12f * std::exp(-25 * (x * x + y * y)));
    }
  return values;
}

DepthMap depth_of(ImageView photo, const fs::path& folder) {
  const DepthModel model = find_depth_model("ar_portrait_depth");
  std::vector<float> mask = read_raw<float>(folder / "mask.f32", kSide * kSide);
  Segmentation segmentation = segmentation_from_mask(PlaneView<const float>(mask.data(), kSide, kSide));
  std::vector<float> input(static_cast<std::size_t>(model.input_width) * model.input_height *
                           model.input_channels);
  const EstimationConfig config = {.min_depth = 0.2f, .max_depth = 0.9f};
  Estimation estimation;
  estimation.prepare(photo, segmentation, model, input);
  write_raw<float>(folder / "input.f32", input);
  estimation.place(estimation.assumed_crop_width_metres(), config);
  std::vector<float> output = relief(model);
  DepthMap depth;
  estimation.make_depth_map(photo, output, model.output, config, depth);
  return depth;
}

void write_depth(const DepthMap& depth, const fs::path& folder) {
  const PlaneView<const float> metres = depth.metres();
  write_raw<float>(folder / "metres.f32",
                   {metres.data(), static_cast<std::size_t>(metres.width()) * metres.height()});
  const Plane<Vec3> normals = depth.normals();
  std::vector<float> numbers;
  for (const Vec3& normal : normals.values()) numbers.insert(numbers.end(), {normal.x, normal.y, normal.z});
  write_raw<float>(folder / "normals.f32", numbers);
}

void write_film(const Photo3D& photo3d, const fs::path& folder) {
  ThreadPool threads;
  film::GifFilm gif({.frames_per_second = 10});
  std::vector<std::uint8_t> bytes;
  const CameraPath path = photo3d.camera_path({.duration_seconds = 0.6f, .frames_per_second = 10});
  photo3d.render(path, kFrameSide, kFrameSide, threads, [&](const Image& frame) {
    bytes.insert(bytes.end(), frame.bytes().begin(), frame.bytes().end());
    gif.write(frame);
  });
  write_raw<std::uint8_t>(folder / "frames.u8", bytes);
  gif.end();
  while (gif.encode_step()) {
  }
  write_raw<std::uint8_t>(folder / "film.gif", gif.take_bytes());
}

void run(const fs::path& folder) {
  const std::vector<std::uint8_t> pixels = read_raw<std::uint8_t>(folder / "photo.rgb", kSide * kSide * 3);
  const ImageView photo(pixels.data(), kSide, kSide, 3);
  const DepthMap depth = depth_of(photo, folder);
  write_depth(depth, folder);
  const Photo3D photo3d = Photo3D::build(photo, depth);
  write_raw<std::uint8_t>(folder / "person_texture.u8", photo3d.person_texture().bytes());
  write_raw<std::uint8_t>(folder / "background_texture.u8", photo3d.background_texture().bytes());
  write_film(photo3d, folder);
}

}  // namespace
}  // namespace portrait_depth

int main(int argc, char** argv) {
  if (argc < 2 || (argc == 3 && std::strcmp(argv[2], "--without-wide-registers") != 0) || argc > 3) {
    std::fprintf(stderr, "usage: processor_results FOLDER [--without-wide-registers]\n");
    return 2;
  }
#if HWY_ARCH_X86
  if (argc == 3) hwy::DisableTargets(~std::int64_t{HWY_SSSE3 | HWY_SSE4});
#endif
  try {
    portrait_depth::run(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "processor_results: %s\n", error.what());
    return 1;
  }
}
