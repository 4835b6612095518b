// soak_process FOLDER PHOTO...: one process that loads, segments, estimates, builds and films until SIGTERM.
// Each round takes another photo, size, file format and output; soak.py measures the process from outside.
// The lists have lengths without a common factor, so that each output meets each photo and size.
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "portrait_depth/portrait_depth.hpp"

namespace {

using namespace portrait_depth;
namespace fs = std::filesystem;

volatile std::sig_atomic_t ended = 0;

// The photos of a round, in each file format that can be read and written, and one damaged file.
class Photos {
 public:
  Photos(const std::vector<std::string>& originals, const fs::path& folder) {
    const std::vector<std::string> formats = image_formats();
    for (std::size_t i = 0; i < originals.size(); ++i) {
      const Image image = load_photo(originals[i]).image;
      const std::string& format = formats[i % formats.size()];
      files_.push_back(folder / (std::to_string(i) + "." + format));
      save_image(image, files_.back());
    }
    damaged_ = folder / "damaged.jpg";
    fs::copy_file(originals.front(), damaged_, fs::copy_options::overwrite_existing);
    fs::resize_file(damaged_, fs::file_size(damaged_) / 2);
  }
  const fs::path& file(std::size_t round) const { return files_[round % files_.size()]; }
  const fs::path& damaged() const { return damaged_; }

 private:
  std::vector<fs::path> files_;
  fs::path damaged_;
};

void film(const Photo3D& scene, const fs::path& path, std::size_t round) {
  static const std::vector<CameraPreset> presets = camera_presets();
  constexpr std::array kHeights = {96, 160, 120, 240};
  const Intrinsics& camera = scene.intrinsics();
  const PixelSize size = film_frame_size({camera.width, camera.height}, video_format(path), {},
                                         kHeights[round % kHeights.size()]);
  const auto writer = create_video_writer(path);
  ThreadPool threads;
  const CameraPath poses =
      scene.camera_path({.preset = presets[round % presets.size()].name, .duration_seconds = 0.4f});
  scene.render(poses, size.width, size.height, threads, [&](const Image& frame) { writer->write(frame); });
  writer->finish();
}

// Writes the round's output; each name is one kind.
void write_output(const fs::path& path, std::size_t round, ImageView image, const DepthMap& depth,
                  const Photo3DOptions& options) {
  const std::string name = path.stem().string();
  if (name == "depth") return save_depth(depth, path);
  if (name == "mask") return save_mask(depth.mask(), path);
  if (name == "photo") return save_depth_photo(image, depth, path);
  const Photo3D scene = Photo3D::build(image, depth, options);
  if (name == "scene") return export_photo3d(scene, path);
  film(scene, path, round);
}

class Work {
 public:
  Work(const std::vector<std::string>& originals, const fs::path& folder)
      : photos_(originals, folder), folder_(folder) {}

  void round(std::size_t number) {
    constexpr std::array kOutputs = {"film.gif",  "depth.png",  "film.webm", "scene.glb", "film.mp4",
                                     "mask.webp", "film.webp",  "photo.jpg", "film.avif", "scene.html",
                                     "depth.npy", "frames.png", "scene.ply"};
    constexpr std::array kShortSides = {160, 320, 240, 480, 200};
    constexpr std::size_t kRoundsOfAnEstimator = 17;
    if (number % kRoundsOfAnEstimator == 0) {
      estimator_ = create_estimator();
      segmenter_ = std::make_unique<BodySegmenter>();
    }
    reject_damaged();
    const Photo photo =
        load_photo(photos_.file(number), {.min_short_side = kShortSides[number % kShortSides.size()]});
    const Segmentation person = segmenter_->segment(photo.image);
    PhotoConfig config;
    // Every other round uses the segmentation as the mask; the other rounds run the face detector.
    if (number % 2 == 0) config.mask = person.mask;
    Photo3DOptions options;
    if (number % 3 == 0) options.background.kind = Background::Kind::blur;
    const DepthMap depth = estimator_->estimate_photo(photo.image, config).depth;
    write_output(folder_ / "out" / kOutputs[number % kOutputs.size()], number, photo.image, depth, options);
  }

 private:
  void reject_damaged() {
    try {
      load_photo(photos_.damaged());
    } catch (const Error&) {
      return;
    }
    throw Error(ErrorCode::invalid_argument, "the damaged photo opened");
  }

  Photos photos_;
  fs::path folder_;
  std::unique_ptr<DepthEstimator> estimator_;
  std::unique_ptr<BodySegmenter> segmenter_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return EXIT_FAILURE;
  std::signal(SIGTERM, [](int) { ended = 1; });
  const fs::path folder = argv[1];
  try {
    fs::create_directories(folder / "out");
    Work work({argv + 2, argv + argc}, folder);
    for (std::size_t number = 0; ended == 0; ++number) {
      work.round(number);
      std::printf("%zu\n", number);
      std::fflush(stdout);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "soak_process: %s\n", error.what());
    return EXIT_FAILURE;
  }
  fs::remove_all(folder / "out");
  return EXIT_SUCCESS;
}
