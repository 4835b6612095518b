// A user's first program: prints the distances of the person's nearest and farthest point.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <portrait_depth/portrait_depth.hpp>
#include <stdexcept>

static_assert(PORTRAIT_DEPTH_VERSION_NUMBER == PORTRAIT_DEPTH_MAKE_VERSION(PORTRAIT_DEPTH_VERSION_MAJOR,
                                                                           PORTRAIT_DEPTH_VERSION_MINOR,
                                                                           PORTRAIT_DEPTH_VERSION_PATCH));
static_assert(PORTRAIT_DEPTH_MAKE_VERSION(0, 1, 999) < PORTRAIT_DEPTH_MAKE_VERSION(0, 2, 0));

// The library's exception is caught by its type outside of the library.
bool missing_photo_is_an_error() {
  try {
    portrait_depth::load_photo("missing.jpg");
  } catch (const std::runtime_error& error) {
    const auto* ours = dynamic_cast<const portrait_depth::Error*>(&error);
    return ours != nullptr && ours->code() == portrait_depth::ErrorCode::not_found;
  }
  return false;
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  if (!missing_photo_is_an_error()) return 3;
  try {
    const portrait_depth::Photo photo = portrait_depth::load_photo(argv[1]);
    const auto estimator = portrait_depth::create_estimator(portrait_depth::SupportedModel::ARPortraitDepth);
    const auto depth = estimator->estimate_depth(
        photo.image, {.min_depth = 0.2f, .max_depth = 0.9f, .intrinsics = photo.intrinsics});
    float nearest = 1e9f, farthest = 0.0f;
    for (int y = 0; y < depth.height(); ++y)
      for (int x = 0; x < depth.width(); ++x)
        if (depth.mask()(x, y) >= 0.5f) {
          nearest = std::min(nearest, depth.metres()(x, y));
          farthest = std::max(farthest, depth.metres()(x, y));
        }
    std::printf("Portrait Depth %s: %d x %d, from %.2f m to %.2f m\n", PORTRAIT_DEPTH_VERSION, depth.width(),
                depth.height(), nearest, farthest);
    return nearest > 0.1f && farthest < 10.0f && nearest < farthest ? 0 : 1;
  } catch (const portrait_depth::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
