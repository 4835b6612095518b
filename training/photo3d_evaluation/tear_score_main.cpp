// The command `tear_score`: measures tears in the frames of a 3D photo.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "portrait_depth/error.hpp"
#include "portrait_depth/io.hpp"
#include "tear_score.hpp"

namespace {

using namespace portrait_depth;

struct Options {
  std::filesystem::path photo, maps;
  std::vector<std::filesystem::path> frames;
  float zoom = 0;
  TearOptions tears;
  int threads = 0;
};

// The frame in gray with its torn pixels in red.
Image marked(const Image& frame, const Plane<std::uint8_t>& torn) {
  Image map = frame;
  for (int y = 0; y < map.height(); ++y)
    for (int x = 0; x < map.width(); ++x) {
      std::uint8_t* pixel = map.pixel(x, y);
      const auto gray = static_cast<std::uint8_t>((int{pixel[0]} + pixel[1] + pixel[2]) / 6 + 64);
      std::fill_n(pixel, 3, gray);
      if (torn(x, y) == 0) continue;
      pixel[0] = 255;
      pixel[1] = pixel[2] = 0;
    }
  return map;
}

void measure(const Options& options) {
  ThreadPool threads(options.threads);
  const Image photo = load_photo(options.photo).image;
  double sum = 0;
  for (const auto& file : options.frames) {
    const Image frame = load_photo(file).image;
    TearOptions tears = options.tears;
    tears.zoom = options.zoom > 0 ? options.zoom : estimate_zoom(photo, frame, threads);
    const Plane<std::uint8_t> torn = find_torn_pixels(photo, frame, tears, threads);
    const double score = tear_score(torn);
    std::printf("%s  %.3f %%  (zoom %.3f)\n", file.string().c_str(), 100 * score,
                static_cast<double>(tears.zoom));
    sum += score;
    if (!options.maps.empty()) save_image(marked(frame, torn), options.maps / file.filename());
  }
  std::printf("mean  %.3f %%\n", 100 * sum / static_cast<double>(options.frames.size()));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Prints the share of torn pixels in frames of a 3D photo; docs/photo3d-evaluation.md defines it.\n"
      "Example: tear_score portrait.jpg frame-1.png frame-2.png"};
  Options options;
  app.add_option("photo", options.photo, "The photo")->required();
  app.add_option("frames", options.frames, "Frames of the 3D photo, as pictures")->required();
  app.add_option("--zoom", options.zoom, "The frames' zoom into the photo; 0: estimated from each frame")
      ->capture_default_str();
  app.add_option("--reach", options.tears.reach,
                 "Largest movement between photo and frame, as a share of the frame's longer side")
      ->check(CLI::Range(0.0f, 1.0f))
      ->capture_default_str();
  app.add_option("--maps", options.maps, "Folder for pictures of the torn pixels");
  app.add_option("--threads", options.threads, "Threads; 0: one for each core")->capture_default_str();
  try {
    app.parse(argc, argv);
    if (!options.maps.empty()) std::filesystem::create_directories(options.maps);
    measure(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tear_score: %s\n", error.what());
    return 1;
  }
  return 0;
}
