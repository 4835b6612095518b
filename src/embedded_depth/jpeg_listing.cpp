// The pictures of depth inside a JPEG, without decoding one.
#include <utility>

#include "containers/jpeg_segments.hpp"
#include "containers/xmp.hpp"
#include "depth_parts/apple_notes.hpp"
#include "depth_parts/google_notes.hpp"
#include "embedded_depth/depth_formats.hpp"
#include "io/photo_file.hpp"
#include "text/base64.hpp"
#include "text/one_line.hpp"

namespace portrait_depth::io {
namespace {

EmbeddedPicture google_depth(ByteSpan picture, const std::string& name) {
  const PhotoFile file = PhotoFile::from_memory(picture, name);
  const PhotoInfo info = file.info(file.open().get());
  return {.kind = "depth", .width = info.width, .height = info.height, .unit = "m"};
}

}  // namespace

EmbeddedPicture apple_depth_picture(const AppleDepthNotes& notes, int width, int height) {
  EmbeddedPicture picture;
  picture.kind = notes.is_disparity ? "disparity" : "depth";
  picture.unit = notes.is_disparity ? "1/m" : "m";
  picture.width = width;
  picture.height = height;
  if (notes.least) picture.least = static_cast<float>(*notes.least);
  if (notes.most) picture.most = static_cast<float>(*notes.most);
  picture.is_absolute = notes.is_absolute;
  picture.has_camera = notes.intrinsics.has_value();
  return picture;
}

std::vector<EmbeddedPicture> list_apple_jpeg(ByteSpan file, const std::string& name) {
  std::vector<EmbeddedPicture> pictures;
  for (const ByteSpan bytes : jpeg_further_pictures(file)) {
    const std::string xmp = jpeg_xmp(bytes).main;
    const auto type = xmp_text(xmp, kPixelSpace, "AuxiliaryImageType");
    const auto subtype = xmp_text(xmp, kPixelSpace, "AuxiliaryImageSubType");
    if (!type && !subtype) continue;
    const PhotoFile picture = PhotoFile::from_memory(bytes, name);
    const VipsImagePtr header = picture.open();
    const int width = vips_image_get_width(header.get()), height = vips_image_get_height(header.get());
    if (!subtype && (type == "disparity" || type == "depth")) {
      pictures.push_back(apple_depth_picture(apple_depth_notes(xmp), width, height));
      continue;
    }
    const std::string_view own_name = subtype ? *subtype : *type;
    const auto kind = matte_kind(own_name);
    EmbeddedPicture matte;
    matte.kind = kind ? std::string(kMatteKinds[*kind].name) : one_line(std::string(own_name));
    matte.width = width;
    matte.height = height;
    pictures.push_back(std::move(matte));
  }
  return pictures;
}

std::vector<EmbeddedPicture> list_dynamic_depth(ByteSpan file, const std::string& name) {
  const auto parts = dynamic_depth_parts(file, name);
  if (!parts) return {};
  EmbeddedPicture depth = google_depth(parts->depth.bytes(), name);
  const DepthMeaning& meaning = parts->meaning;
  depth.least = static_cast<float>(meaning.is_disparity ? 1 / meaning.least : meaning.least);
  depth.most = static_cast<float>(meaning.is_disparity ? 1 / meaning.most : meaning.most);
  depth.is_absolute = meaning.is_absolute;
  return {depth};
}

std::vector<EmbeddedPicture> list_gdepth(ByteSpan file, const std::string& name) {
  const JpegXmp xmp = jpeg_xmp(file);
  const auto data = gdepth_data(xmp);
  if (!data) return {};
  EmbeddedPicture depth = google_depth(bytes_from_base64(*data), name);
  const auto metres = [&](const char* property) -> std::optional<float> {
    const auto number = gdepth_metres(xmp, property);
    return number ? std::optional(static_cast<float>(*number)) : std::nullopt;
  };
  depth.least = metres("Near");
  depth.most = metres("Far");
  return {depth};
}

}  // namespace portrait_depth::io
