#include "photo3d/photo3d_input.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "camera/intrinsics.hpp"
#include "image/resize.hpp"
#include "inpainting/inpaint.hpp"
#include "matting/matte.hpp"
#include "matting/missed_parts.hpp"

namespace portrait_depth {
namespace {

void check_distance(std::optional<float> metres, const char* name) {
  if (metres && !(*metres > 0 && *metres <= kFarthestMetres))
    throw Error(ErrorCode::invalid_argument,
                std::string(name) + " of a 3D photo must be above 0 and at most 1000000");
}

}  // namespace

void check_photo3d_input(ImageView image, PlaneView<const float> metres, PlaneView<const float> mask,
                         const Intrinsics& intrinsics, const Photo3DOptions& options) {
  if (image.empty())
    throw Error(ErrorCode::invalid_argument, "a 3D photo needs a photo of at least one pixel");
  const auto differs = [&](PlaneView<const float> plane) {
    return plane.width() != image.width() || plane.height() != image.height();
  };
  if (differs(metres) || differs(mask))
    throw Error(ErrorCode::invalid_argument, "a 3D photo's depth and mask must have the photo's size");
  if (options.max_texture_size < 1 || (options.edge_slope && !(*options.edge_slope > 0)))
    throw Error(ErrorCode::invalid_argument, "max_texture_size and edge_slope of a 3D photo must be above 0");
  if (options.grid_step < 0)
    throw Error(ErrorCode::invalid_argument, "the grid_step of a 3D photo must be 0 or more");
  if (!std::isfinite(options.relief) || options.relief < 0)
    throw Error(ErrorCode::invalid_argument, "the relief of a 3D photo must be 0 or more");
  check_intrinsics(intrinsics);
  if (intrinsics.width != image.width() || intrinsics.height != image.height())
    throw Error(ErrorCode::invalid_argument, "a 3D photo's intrinsics are of a picture of another size");
  check_distance(options.background_metres, "background_metres");
  check_distance(options.focus_metres, "focus_metres");
}

Photo3DInput prepare_photo3d_input(ImageView image, PlaneView<const float> metres,
                                   PlaneView<const float> mask, const Intrinsics& intrinsics,
                                   const Photo3DOptions& options, ThreadPool& threads) {
  Photo3DInput input;
  const int longer = std::max(image.width(), image.height());
  const int most = std::min(options.max_texture_size, kLargestInpaintingSide);
  const float scale = std::min(1.0f, static_cast<float>(most) / static_cast<float>(longer));
  const auto scaled = [scale](int size) {
    return std::max(1, static_cast<int>(std::lround(scale * static_cast<float>(size))));
  };
  const int width = scaled(image.width()), height = scaled(image.height());
  input.photo = image;
  if (width != image.width() || height != image.height()) {
    input.resized = resize_picture(image, width, height, threads);
    input.photo = input.resized;
  }
  input.metres = resize_plane(metres, width, height, threads);
  input.alpha = resize_plane(mask, width, height, threads);
  input.intrinsics = intrinsics.scaled_to(width, height);
  if (options.scene == SceneKind::cut) {
    add_missed_parts(input.photo, input.alpha, threads);
    clean_matte(input.alpha);
  }
  return input;
}

}  // namespace portrait_depth
