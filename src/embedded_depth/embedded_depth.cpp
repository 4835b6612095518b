// Chooses the reader by the photo's format and turns its result upright.
#include "portrait_depth/embedded_depth.hpp"

#include <cmath>
#include <utility>

#include "embedded_depth/depth_formats.hpp"
#include "io/gray_picture.hpp"
#include "io/photo_exif.hpp"
#include "io/photo_file.hpp"

namespace portrait_depth {
namespace {

using io::ByteSpan;

Intrinsics turned(const Intrinsics& camera, int orientation) {
  Intrinsics result = camera;
  const float width = static_cast<float>(camera.width), height = static_cast<float>(camera.height);
  float x = camera.cx, y = camera.cy;
  if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) x = width - x;
  if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) y = height - y;
  if (orientation >= 5) {
    std::swap(x, y);
    std::swap(result.fx, result.fy);
    std::swap(result.width, result.height);
  }
  result.cx = x;
  result.cy = y;
  return result;
}

// A phone's pixels are square. Some files stretch one focal length by the picture's shape (iOS 16.0 did).
// EXIF identifies the true one.
void make_square(Intrinsics& camera, const std::optional<Intrinsics>& exif) {
  constexpr float kTolerance = 0.02f;
  if (!exif || std::abs(camera.fx / camera.fy - 1) < kTolerance) return;
  const float expected = exif->scaled_to(camera.width, camera.height).fx;
  const bool is_x = std::abs(camera.fx - expected) < std::abs(camera.fy - expected);
  camera.fx = camera.fy = is_x ? camera.fx : camera.fy;
}

void fit_intrinsics(EmbeddedDepth& depth, int orientation, const std::optional<Intrinsics>& exif) {
  if (!depth.intrinsics) {
    if (exif) depth.intrinsics = exif->scaled_to(depth.metres.width(), depth.metres.height());
    return;
  }
  Intrinsics camera = turned(*depth.intrinsics, orientation);
  make_square(camera, exif);
  const bool is_wide = depth.metres.width() > depth.metres.height();
  // The decoder turns a HEIC's pixels but not its camera. If the shapes differ, the camera needs a quarter
  // turn.
  if ((camera.width > camera.height) != is_wide && camera.width != camera.height) camera = turned(camera, 6);
  depth.intrinsics = camera.scaled_to(depth.metres.width(), depth.metres.height());
}

std::optional<Intrinsics> exif_camera(const io::PhotoFile& photo) {
  const auto header = photo.open();
  return io::intrinsics_from_exif(header.get(), photo.info(header.get()));
}

std::optional<EmbeddedDepth> depth_in(io::PhotoFile photo) {
  const std::string& name = photo.name();
  const ByteSpan bytes = photo.bytes();
  const bool heif = io::photo_format(bytes) == io::PhotoFormat::heif;
  std::optional<EmbeddedDepth> depth;
  if (heif) {
    depth = io::read_apple_heic_depth(bytes, name);
  } else {
    depth = io::read_apple_jpeg_depth(bytes, name);
    if (!depth) depth = io::read_dynamic_depth(bytes, name);
    if (!depth) depth = io::read_gdepth(bytes, name);
  }
  if (!depth) return depth;
  const int orientation = heif ? 1 : io::jpeg_orientation(bytes);
  depth->metres = io::made_upright(std::move(depth->metres), orientation);
  if (depth->matte) depth->matte = io::made_upright(std::move(*depth->matte), orientation);
  fit_intrinsics(*depth, orientation, exif_camera(photo));
  return depth;
}

std::vector<EmbeddedPicture> pictures_in(io::PhotoFile photo) {
  const std::string& name = photo.name();
  const ByteSpan bytes = photo.bytes();
  if (io::photo_format(bytes) == io::PhotoFormat::heif) return io::list_apple_heic(bytes, name);
  std::vector<EmbeddedPicture> pictures = io::list_apple_jpeg(bytes, name);
  for (const auto list : {io::list_dynamic_depth, io::list_gdepth})
    for (EmbeddedPicture& picture : list(bytes, name)) pictures.push_back(std::move(picture));
  return pictures;
}

}  // namespace

std::optional<EmbeddedDepth> read_embedded_depth(std::span<const std::uint8_t> bytes,
                                                 const std::string& name) {
  return depth_in(io::PhotoFile::from_memory(bytes, name));
}

std::optional<EmbeddedDepth> read_embedded_depth(const std::filesystem::path& path) {
  return depth_in(io::PhotoFile::from_path(path));
}

std::vector<EmbeddedPicture> list_embedded_pictures(std::span<const std::uint8_t> bytes,
                                                    const std::string& name) {
  return pictures_in(io::PhotoFile::from_memory(bytes, name));
}

std::vector<EmbeddedPicture> list_embedded_pictures(const std::filesystem::path& path) {
  return pictures_in(io::PhotoFile::from_path(path));
}

GivenDepth given_depth(EmbeddedDepth depth) {
  GivenDepth given;
  given.values = std::move(depth.metres);
  given.is_measured = true;
  given.matte = std::move(depth.matte);
  given.intrinsics = depth.intrinsics;
  if (depth.is_absolute) return given;
  given.unit = GivenDepthUnit::disparity;
  given.near = NearGray::white;
  for (float& value : given.values.values()) value = 1 / value;
  return given;
}

}  // namespace portrait_depth
