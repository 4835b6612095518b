// The anaglyph's colors: E. Dubois, A Projection Method to Generate Anaglyph Stereo Images, ICASSP 2001
// (matrices for red and cyan filters). The quilt: Looking Glass Factory's documentation, "Quilts". The eyes'
// distance, 1/30 of the nearest object's: the stereographers' rule of thumb.
#include "export/stereo.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <regex>
#include <string>

#include "camera/pose.hpp"
#include "image/srgb.hpp"
#include "render/view.hpp"
#include "text/number_text.hpp"

namespace portrait_depth {
namespace {

constexpr float kEyesPerDistance = 1.0f / 30;
constexpr float kLeastShareShown = 0.25f;  // of a view's width: the rest after the outermost eye's shift

// Rows are red, green, blue of the result; columns those of a view. In linear light.
constexpr float kFromLeft[3][3] = {{0.4561f, 0.500484f, 0.176381f},
                                   {-0.0400822f, -0.0378246f, -0.0157589f},
                                   {-0.0152161f, -0.0205971f, -0.00546856f}};
constexpr float kFromRight[3][3] = {{-0.0434706f, -0.0879388f, -0.00155529f},
                                    {0.378476f, 0.73364f, -0.0184503f},
                                    {-0.0721527f, -0.112961f, 1.2264f}};

// The sideways reach of the presets; the photo does not show the space beyond.
float farthest_to_the_side(const Photo3D& photo) {
  float farthest = 0;
  for (const CameraPose& pose : photo.camera_path()) farthest = std::max(farthest, std::abs(pose.position.x));
  return farthest;
}

CameraPose moved_by(const CameraPose& camera, const Vec3& step) {
  CameraPose moved = camera;
  moved.position = camera.position + step;
  moved.look_at = camera.look_at + step;
  return moved;
}

// Offsets of the eyes from left to right, metres.
std::vector<float> eye_offsets(const Photo3D& photo, float distance, int count,
                               const StereoOptions& options) {
  const float farthest = farthest_to_the_side(photo);
  const bool is_quilt = options.layout == StereoLayout::quilt;
  const float half =
      (is_quilt ? farthest : std::min(distance * kEyesPerDistance / 2, farthest)) * options.strength;
  std::vector<float> offsets;
  offsets.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
    offsets.push_back(count == 1 ? 0
                                 : half * (2 * static_cast<float>(i) / static_cast<float>(count - 1) - 1));
  return offsets;
}

// Pixels a metre at distance 1: the photo is cropped to fill the picture.
float focal_length_pixels(const Intrinsics& camera, float zoom, int width, int height) {
  return camera.fx * zoom *
         std::max(static_cast<float>(width) / static_cast<float>(camera.width),
                  static_cast<float>(height) / static_cast<float>(camera.height));
}

void check(const Photo3D& photo, int width, int height, int columns, int rows, float strength) {
  if (width < 1 || height < 1 || columns < 1 || rows < 1)
    throw Error(ErrorCode::invalid_argument,
                "stereo: a view's size and the number of views must be at least 1");
  if (!std::isfinite(strength))
    throw Error(ErrorCode::invalid_argument, "stereo: the strength must be a finite number");
  const double most_pixels = std::numeric_limits<int>::max();
  if (double{1} * width * columns * height * rows > most_pixels)
    throw Error(ErrorCode::too_large,
                "stereo: the picture would have over 2^31 pixels; take fewer or smaller views");
  if (photo.background_mesh().indices.empty())
    throw Error(ErrorCode::invalid_argument,
                "stereo: needs a background; take fill, blur, a color or a picture");
}

}  // namespace

void compose_anaglyph(ImageView left, ImageView right, Image& result) {
  result.resize(left.width(), left.height(), 3);
  for (int y = 0; y < left.height(); ++y)
    for (int x = 0; x < left.width(); ++x) {
      std::array<float, 3> l, r;
      for (std::size_t c = 0; c < 3; ++c) {
        l[c] = linear_from_srgb(left.pixel(x, y)[c]);
        r[c] = linear_from_srgb(right.pixel(x, y)[c]);
      }
      for (std::size_t c = 0; c < 3; ++c) {
        float light = 0;
        for (std::size_t k = 0; k < 3; ++k) light += kFromLeft[c][k] * l[k] + kFromRight[c][k] * r[k];
        result.pixel(x, y)[c] = srgb_from_linear(std::clamp(light, 0.0f, 1.0f));
      }
    }
}

void place_view(ImageView view, int first_column, int first_row, int width, int height, int x, int y,
                Image& picture) {
  for (int row = 0; row < height; ++row)
    std::memcpy(picture.pixel(x, y + row), view.pixel(first_column, first_row + row),
                static_cast<std::size_t>(width) * 3);
}

int shift_pixels(float offset_metres, float distance_metres, float focal_pixels) {
  return static_cast<int>(std::lround(offset_metres / distance_metres * focal_pixels));
}

void render_stereo(const Photo3D& photo, const CameraPose& camera, int width, int height,
                   const StereoOptions& options, Image& frame, ThreadPool& threads) {
  const int columns = options.layout == StereoLayout::quilt ? options.columns : 2;
  const int rows = options.layout == StereoLayout::quilt ? options.rows : 1;
  check(photo, width, height, columns, rows, options.strength);
  check_pose(camera);
  const float distance = photo.focus_metres();
  const std::vector<float> offsets = eye_offsets(photo, distance, columns * rows, options);
  // A view is drawn larger than it is shown, by the shift of the outermost eye, so that no pixel is
  // resampled.
  const float focal = focal_length_pixels(photo.intrinsics(), camera.zoom, width, height);
  // Drawn larger by m at both sides, the shift s grows with it: m = s (1 + 2 m / width).
  const float shift_shown = std::abs(offsets.back()) / distance * focal;
  const float share_shown = 1 - 2 * shift_shown / static_cast<float>(width);
  if (!(share_shown >= kLeastShareShown))
    throw Error(
        ErrorCode::invalid_argument,
        "stereo: the eyes' pictures lie too far apart for their width; take a smaller strength or zoom");
  const int margin = static_cast<int>(std::ceil(shift_shown / share_shown));
  const int drawn_width = width + 2 * margin;
  const int above = static_cast<int>(
      std::lround(static_cast<double>(margin) * static_cast<double>(height) / static_cast<double>(width)));
  const int drawn_height = height + 2 * above;
  const float drawn_focal = focal_length_pixels(photo.intrinsics(), camera.zoom, drawn_width, drawn_height);

  const Vec3 right = make_view(camera, photo.intrinsics(), width, height).view_from_photo[0];
  Image drawn, both;
  Image& sheet = options.layout == StereoLayout::anaglyph ? both : frame;
  sheet.resize(width * columns, height * rows, 3);
  for (int i = 0; i < columns * rows; ++i) {
    const float offset = offsets[static_cast<std::size_t>(i)];
    photo.render(moved_by(camera, offset * right), drawn_width, drawn_height, drawn, threads);
    const int shift = std::clamp(shift_pixels(offset, distance, drawn_focal), -margin, margin);
    // Objects lie further left in the view of an eye further right: its part starts further left.
    place_view(drawn, margin - shift, above, width, height, i % columns * width,
               (rows - 1 - i / columns) * height, sheet);
  }
  if (options.layout != StereoLayout::anaglyph) return;
  Image left_view(width, height, 3), right_view(width, height, 3);
  place_view(both, 0, 0, width, height, 0, 0, left_view);
  place_view(both, width, 0, width, height, 0, 0, right_view);
  compose_anaglyph(left_view, right_view, frame);
}

std::filesystem::path quilt_path(const std::filesystem::path& path, int columns, int rows, float aspect) {
  const std::string stem = path.stem().string();
  if (std::regex_search(stem, std::regex("_qs[0-9]+x[0-9]+a[0-9.]+$"))) return path;
  const std::string layout = "_qs" + std::to_string(columns) + "x" + std::to_string(rows) + "a";
  return path.parent_path() / (stem + layout + number_text(aspect, 4) + path.extension().string());
}

}  // namespace portrait_depth
