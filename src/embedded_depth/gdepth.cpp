// Based on: Google, "Depth Map Metadata" (formats RangeLinear and RangeInverse, namespace GDepth); extended
// XMP by Adobe's "XMP Specification Part 3".
#include <algorithm>
#include <cmath>

#include "embedded_depth/depth_formats.hpp"
#include "embedded_depth/xmp.hpp"
#include "io/depth_xmp.hpp"
#include "io/gray_picture.hpp"
#include "io/photo_file.hpp"
#include "text/base64.hpp"

namespace portrait_depth::io {

namespace {

std::optional<std::string_view> depth_data(const JpegXmp& xmp) {
  const auto data = xmp_text(xmp.main, kGdepthSpace, "Data");
  return data ? data : xmp_text(xmp.extended, kGdepthSpace, "Data");
}

double metres_per_unit(const JpegXmp& xmp) {
  return xmp_text(xmp.main, kGdepthSpace, "Units").value_or("m") == "mm" ? 0.001 : 1;
}

bool is_linear(const JpegXmp& xmp) {
  return xmp_text(xmp.main, kGdepthSpace, "Format").value_or(kRangeInverse) == kRangeLinear;
}

}  // namespace

std::optional<EmbeddedDepth> read_gdepth(ByteSpan file, const std::string& name) {
  const JpegXmp xmp = jpeg_xmp(file);
  const auto data = depth_data(xmp);
  if (!data) return std::nullopt;
  const auto near = xmp_number(xmp.main, kGdepthSpace, "Near"),
             far = xmp_number(xmp.main, kGdepthSpace, "Far");
  if (!near || !far || !(*near > 0) || !(*far >= *near) || !std::isfinite(*far))
    throw Error(ErrorCode::unreadable,
                name + ": damaged: its depth lacks the range of distances. Get the file anew.");
  const auto bytes = bytes_from_base64(*data);
  EmbeddedDepth result;
  result.container = DepthContainer::gdepth;
  GrayBudget budget;
  result.metres = decode_gray(bytes, name, budget);
  const double unit = metres_per_unit(xmp);
  if (is_linear(xmp))
    metres_from_linear(result.metres, *near * unit, *far * unit);
  else  // even steps in 1/Z, 0 is near
    metres_from_disparity(result.metres, 1 / (*near * unit), 1 / (*far * unit));
  return result;
}

std::vector<EmbeddedPicture> list_gdepth(ByteSpan file, const std::string& name) {
  const JpegXmp xmp = jpeg_xmp(file);
  const auto data = depth_data(xmp);
  if (!data) return {};
  const auto bytes = bytes_from_base64(*data);
  const PhotoFile picture = PhotoFile::from_memory(bytes, name);
  const PhotoInfo info = picture.info(picture.open().get());
  EmbeddedPicture depth{.kind = "depth", .width = info.width, .height = info.height, .unit = "m"};
  const auto metres = [&](const char* property) -> std::optional<float> {
    const auto number = xmp_number(xmp.main, kGdepthSpace, property);
    return number ? std::optional(static_cast<float>(*number * metres_per_unit(xmp))) : std::nullopt;
  };
  depth.least = metres("Near");
  depth.most = metres("Far");
  return {depth};
}

}  // namespace portrait_depth::io
