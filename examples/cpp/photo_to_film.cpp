// photo_to_film PHOTO FILM [PRESET]: writes a film of the 3D photo, in the format of FILM's extension.
#include <cstdio>
#include <portrait_depth/portrait_depth.hpp>
#include <string>

namespace {

using namespace portrait_depth;

void write_film(const Photo3D& photo3d, const std::string& path, const std::string& preset) {
  const std::string format = video_format(path);
  const float rate = usual_frames_per_second(format);
  const PixelSize size = film_frame_size({photo3d.intrinsics().width, photo3d.intrinsics().height}, format);
  const CameraPath camera = photo3d.camera_path({.preset = preset, .frames_per_second = rate});
  const auto film = create_video_writer(path, {.frames_per_second = rate});
  ThreadPool threads;
  photo3d.render(camera, size.width, size.height, threads, [&](const Image& frame) { film->write(frame); });
  film->finish();
  std::printf("%s: %zu frames of %d x %d\n", path.c_str(), camera.size(), size.width, size.height);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::fprintf(stderr, "usage: photo_to_film PHOTO FILM [PRESET]\npresets:\n");
    for (const CameraPreset& preset : camera_presets())
      std::fprintf(stderr, "  %s: %s\n", preset.name.c_str(), preset.description.c_str());
    return 2;
  }
  try {
    const Photo photo = load_photo(argv[1], {.min_short_side = 1080});
    const auto estimator = create_estimator();
    const DepthMap depth = estimator->estimate_photo(photo.image, {.intrinsics = photo.intrinsics}).depth;
    write_film(Photo3D::build(photo.image, depth), argv[2], argc == 4 ? argv[3] : "orbit");
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
