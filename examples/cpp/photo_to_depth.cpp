// photo_to_depth PHOTO DEPTH: writes the depth of the person in a photo. The extension of DEPTH selects the
// format: .png and .tiff hold 16-bit relative depth, .npy and .pfm hold metres.
#include <cstdio>
#include <portrait_depth/portrait_depth.hpp>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: photo_to_depth PHOTO DEPTH\n");
    return 2;
  }
  try {
    using namespace portrait_depth;
    const Photo photo = load_photo(argv[1]);
    const auto estimator = create_estimator();
    const DepthMap depth = estimator->estimate_photo(photo.image, {.intrinsics = photo.intrinsics}).depth;
    save_depth(depth, argv[2]);
    std::printf("%s: %d x %d, head at %.2f m\n", argv[2], depth.width(), depth.height(),
                depth.head_distance_metres());
  } catch (const portrait_depth::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
