// Chooses the reader by the photo's format.
#include "portrait_depth/embedded_depth.hpp"

#include <utility>

#include "depth_parts/depth_parts.hpp"
#include "embedded_depth/depth_formats.hpp"
#include "embedded_depth/gray_picture.hpp"
#include "io/photo_exif.hpp"
#include "io/photo_file.hpp"

namespace portrait_depth {
namespace {

using io::ByteSpan;

std::optional<Intrinsics> exif_camera(const io::PhotoFile& photo) {
  const auto header = photo.open();
  return io::intrinsics_from_exif(header.get(), photo.info(header.get()));
}

std::optional<EmbeddedDepth> jpeg_depth(const io::PhotoFile& photo, ByteSpan bytes) {
  const auto parts = io::jpeg_depth_parts(bytes, photo.name());
  if (!parts) return std::nullopt;
  io::GrayBudget budget;
  Plane<float> values = io::decode_gray(parts->depth.bytes(), photo.name(), budget);
  io::Mattes mattes;
  for (std::size_t i = 0; i < mattes.size(); ++i)
    if (const ByteSpan matte = parts->mattes[i].bytes(); !matte.empty())
      mattes[i] = io::decode_gray(matte, photo.name(), budget);
  return io::assembled_depth(*parts, std::move(values), std::move(mattes), exif_camera(photo));
}

std::optional<EmbeddedDepth> depth_in(io::PhotoFile photo) {
  const ByteSpan bytes = photo.bytes();
  if (io::photo_format(bytes) != io::PhotoFormat::heif) return jpeg_depth(photo, bytes);
  return io::read_apple_heic_depth(bytes, photo.name(), [&] { return exif_camera(photo); });
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

}  // namespace portrait_depth
