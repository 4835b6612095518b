#include "backdrop.hpp"

#include <algorithm>
#include <cmath>

#include "image/resize.hpp"
#include "portrait_depth/io.hpp"
#include "portrait_depth/thread_pool.hpp"
#include "shade.hpp"

namespace portrait_depth::people {
namespace {

constexpr int kTexels = 2;   // texels per pixel of the photo, along each axis
constexpr int kSamples = 3;  // samples per pixel, along each axis

// A part of the picture with the photo's aspect: between a half and all of the largest one.
Image take_part(ImageView picture, Random& random, const Intrinsics& photo) {
  const float fit = std::min(static_cast<float>(picture.width()) / static_cast<float>(photo.width),
                             static_cast<float>(picture.height()) / static_cast<float>(photo.height));
  const float scale = fit * random.between(0.5f, 1);
  const int width = static_cast<int>(scale * static_cast<float>(photo.width));
  const int height = static_cast<int>(scale * static_cast<float>(photo.height));
  const int left = static_cast<int>(random.unit() * static_cast<float>(picture.width() - width));
  const int top = static_cast<int>(random.unit() * static_cast<float>(picture.height() - height));
  const ImageView part(picture.pixel(left, top), width, height, picture.channels(), picture.stride());
  ThreadPool threads(1);
  return resize_picture(part, photo.width * kTexels, photo.height * kTexels, threads);
}

std::vector<float> gaussian(float sigma) {
  const int reach = static_cast<int>(std::ceil(3 * sigma));
  std::vector<float> weights;
  float sum = 0;
  for (int i = -reach; i <= reach; ++i) {
    const float t = static_cast<float>(i) / sigma;
    weights.push_back(std::exp(-0.5f * t * t));
    sum += weights.back();
  }
  for (float& weight : weights) weight /= sum;
  return weights;
}

void blur(Plane<Vec3>& light, float sigma) {
  const std::vector<float> weights = gaussian(sigma);
  const int reach = static_cast<int>(weights.size() / 2), width = light.width(), height = light.height();
  Plane<Vec3> along(width, height);
  const auto pass = [&](const Plane<Vec3>& from, Plane<Vec3>& to, int step_x, int step_y) {
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        Vec3 sum{};
        for (int i = -reach; i <= reach; ++i)
          sum += from(std::clamp(x + i * step_x, 0, width - 1), std::clamp(y + i * step_y, 0, height - 1)) *
                 weights[static_cast<std::size_t>(i) + static_cast<std::size_t>(reach)];
        to(x, y) = sum;
      }
  };
  pass(light, along, 1, 0);
  pass(along, light, 0, 1);
}

}  // namespace

Backdrop::Backdrop(const std::filesystem::path& picture, Random random, const Intrinsics& photo, float metres)
    : photo_(photo), metres_(metres) {
  const Photo loaded = load_photo(picture);
  const Image part = take_part(loaded.image, random, photo);
  const bool mirrored = random.chance(0.5f);
  light_.resize(part.width(), part.height());
  for (int y = 0; y < part.height(); ++y)
    for (int x = 0; x < part.width(); ++x) {
      const std::uint8_t* pixel = part.pixel(mirrored ? part.width() - 1 - x : x, y);
      light_(x, y) = {light_of_developed(pixel[0]), light_of_developed(pixel[1]),
                      light_of_developed(pixel[2])};
    }
  const float defocus = random.chance(0.5f) ? 0 : random.between(0.001f, 0.01f);
  const float sigma = defocus * static_cast<float>(part.height());
  if (sigma > 0.5f) blur(light_, sigma);
}

Vec3 Backdrop::texel_at(float x, float y) const {
  const float u = std::clamp(x - 0.5f, 0.0f, static_cast<float>(light_.width() - 1));
  const float v = std::clamp(y - 0.5f, 0.0f, static_cast<float>(light_.height() - 1));
  const int i = std::min(static_cast<int>(u), light_.width() - 2);
  const int j = std::min(static_cast<int>(v), light_.height() - 2);
  const float s = u - static_cast<float>(i), t = v - static_cast<float>(j);
  return mix(mix(light_(i, j), light_(i + 1, j), s), mix(light_(i, j + 1), light_(i + 1, j + 1), s), t);
}

void Backdrop::render(const CameraView& view, Plane<Vec3>& light) const {
  const Mat3 photo_from_view = transposed(view.view_from_photo);
  light.resize(view.camera.width, view.camera.height);
  const auto seen = [&](float x, float y) {
    const Vec3 ray = photo_from_view * view.camera.unproject(x, y, 1);
    const Vec3 point = view.position + ray * ((metres_ - view.position.z) / ray.z);
    return texel_at((photo_.fx * point.x / metres_ + photo_.cx) * kTexels,
                    (photo_.fy * point.y / metres_ + photo_.cy) * kTexels);
  };
  for (int y = 0; y < light.height(); ++y)
    for (int x = 0; x < light.width(); ++x) {
      Vec3 sum{};
      for (int j = 0; j < kSamples; ++j)
        for (int i = 0; i < kSamples; ++i)
          sum += seen(static_cast<float>(x) + (static_cast<float>(i) + 0.5f) / kSamples,
                      static_cast<float>(y) + (static_cast<float>(j) + 0.5f) / kSamples);
      light(x, y) = sum * (1.0f / (kSamples * kSamples));
    }
}

}  // namespace portrait_depth::people
