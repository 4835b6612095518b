// Based on: Google, "Depth Map Metadata" (formats RangeLinear and RangeInverse, namespace GDepth); extended
// XMP by Adobe's "XMP Specification Part 3".
#include <cmath>
#include <utility>

#include "containers/depth_names.hpp"
#include "containers/xmp.hpp"
#include "depth_parts/depth_parts.hpp"
#include "depth_parts/google_notes.hpp"
#include "text/base64.hpp"

namespace portrait_depth::io {

std::optional<std::string_view> gdepth_data(const JpegXmp& xmp) {
  const auto data = xmp_text(xmp.main, kGdepthSpace, "Data");
  return data ? data : xmp_text(xmp.extended, kGdepthSpace, "Data");
}

std::optional<double> gdepth_metres(const JpegXmp& xmp, std::string_view property) {
  const auto number = xmp_number(xmp.main, kGdepthSpace, property);
  const bool is_millimetres = xmp_text(xmp.main, kGdepthSpace, "Units").value_or("m") == "mm";
  return number && is_millimetres ? std::optional(*number * 0.001) : number;
}

std::optional<DepthParts> gdepth_parts(ByteSpan file, const std::string& name) {
  const JpegXmp xmp = jpeg_xmp(file);
  const auto data = gdepth_data(xmp);
  if (!data) return std::nullopt;
  const auto near = gdepth_metres(xmp, "Near"), far = gdepth_metres(xmp, "Far");
  if (!near || !far || !(*near > 0) || !(*far >= *near) || !std::isfinite(*far))
    throw Error(ErrorCode::unreadable,
                name + ": damaged: its depth lacks the range of distances. Get the file anew.");
  DepthParts parts;
  parts.container = DepthContainer::gdepth;
  parts.depth.own = bytes_from_base64(*data);
  const bool is_linear = xmp_text(xmp.main, kGdepthSpace, "Format").value_or(kRangeInverse) == kRangeLinear;
  parts.meaning.is_disparity = !is_linear;  // then in even steps of 1/Z, 0 is near
  parts.meaning.least = is_linear ? *near : 1 / *near;
  parts.meaning.most = is_linear ? *far : 1 / *far;
  return parts;
}

}  // namespace portrait_depth::io
