#include "photo3d/background.hpp"

#include <algorithm>
#include <cmath>

#include "image/box_blur.hpp"
#include "image/morphology.hpp"
#include "image/resize.hpp"
#include "image/srgb.hpp"
#include "inpainting/inpaint.hpp"

namespace portrait_depth {
namespace {

constexpr float kMixedAlpha = 0.02f;   // above it, a pixel's color is mixed with the person's
constexpr float kHoleMargin = 0.005f;  // of the longer side: soft hair, and light that the person reflects
constexpr int kLeastMargin = 2;        // pixels
constexpr float kBlurRadius = 0.02f;   // of the longer side

Plane<std::uint8_t> hole_of_person(PlaneView<const float> alpha) {
  Plane<std::uint8_t> hole(alpha.width(), alpha.height(), 0);
  for (int y = 0; y < alpha.height(); ++y)
    for (int x = 0; x < alpha.width(); ++x) hole(x, y) = alpha(x, y) > kMixedAlpha;
  const int longer = std::max(alpha.width(), alpha.height());
  dilate_by_square(
      hole, std::max(kLeastMargin, static_cast<int>(std::lround(kHoleMargin * static_cast<float>(longer)))));
  return hole;
}

// In linear light, as a lens out of focus. Three box blurs approximate a Gaussian.
constexpr int kBlurPasses = 3;

void blur(Image& picture, ThreadPool& threads) {
  const int width = picture.width(), height = picture.height();
  const int radius = std::max(
      1, static_cast<int>(std::lround(kBlurRadius * static_cast<float>(std::max(width, height)) / 2)));
  Plane<Rgb> light(width, height);
  threads.parallel_for(height, [&](int y, int) {
    for (int x = 0; x < width; ++x)
      for (std::size_t c = 0; c < 3; ++c) light(x, y)[c] = linear_from_srgb(picture.pixel(x, y)[c]);
  });
  box_blur(light, radius, kBlurPasses, threads);
  threads.parallel_for(height, [&](int y, int) {
    for (int x = 0; x < width; ++x)
      for (std::size_t c = 0; c < 3; ++c) picture.pixel(x, y)[c] = srgb_from_linear(light(x, y)[c]);
  });
}

Image inpainted(ImageView photo, PlaneView<const float> alpha, ThreadPool& threads,
                const Progress& progress) {
  Image picture(photo.width(), photo.height());
  for (int y = 0; y < photo.height(); ++y)
    for (int x = 0; x < photo.width(); ++x) std::copy_n(photo.pixel(x, y), 3, picture.pixel(x, y));
  inpaint(picture, hole_of_person(alpha), threads, progress);
  return picture;
}

// The central part of another picture with the photo's aspect ratio.
ImageView cropped(ImageView picture, int width, int height) {
  const float scale = std::min(static_cast<float>(picture.width()) / static_cast<float>(width),
                               static_cast<float>(picture.height()) / static_cast<float>(height));
  const int w =
      std::clamp(static_cast<int>(std::lround(scale * static_cast<float>(width))), 1, picture.width());
  const int h =
      std::clamp(static_cast<int>(std::lround(scale * static_cast<float>(height))), 1, picture.height());
  return {picture.pixel((picture.width() - w) / 2, (picture.height() - h) / 2), w, h, picture.channels(),
          picture.stride()};
}

}  // namespace

Image make_background(ImageView photo, PlaneView<const float> alpha, const Background& background,
                      ThreadPool& threads, const Progress& progress) {
  switch (background.kind) {
    case Background::Kind::transparent:
      return {};
    case Background::Kind::color: {
      Image one(1, 1);
      std::copy(background.color.begin(), background.color.end(), one.pixel(0, 0));
      return one;
    }
    case Background::Kind::picture:
      if (background.picture.empty())
        throw Error(ErrorCode::invalid_argument,
                    "a background of kind `picture` needs a picture of at least one pixel");
      return resize_picture(cropped(background.picture, photo.width(), photo.height()), photo.width(),
                            photo.height(), threads);
    case Background::Kind::fill:
      return inpainted(photo, alpha, threads, progress);
    case Background::Kind::blur: {
      Image picture = inpainted(photo, alpha, threads, progress);
      blur(picture, threads);
      return picture;
    }
  }
  throw Error(ErrorCode::invalid_argument, "unknown kind of background");
}

}  // namespace portrait_depth
