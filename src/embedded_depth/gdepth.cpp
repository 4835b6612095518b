// Based on: Google, "Depth Map Metadata" (formats RangeLinear and RangeInverse, namespace GDepth); extended
// XMP by Adobe's "XMP Specification Part 3".
#include <algorithm>
#include <cmath>

#include "embedded_depth/depth_formats.hpp"
#include "embedded_depth/xmp.hpp"
#include "io/gray_picture.hpp"
#include "text/base64.hpp"

namespace portrait_depth::io {

std::optional<EmbeddedDepth> read_gdepth(ByteSpan file, const std::string& name) {
  const JpegXmp xmp = jpeg_xmp(file);
  auto data = xmp_text(xmp.main, kGdepthSpace, "Data");
  if (!data) data = xmp_text(xmp.extended, kGdepthSpace, "Data");
  if (!data) return std::nullopt;
  const auto near = xmp_number(xmp.main, kGdepthSpace, "Near"),
             far = xmp_number(xmp.main, kGdepthSpace, "Far");
  if (!near || !far || !(*near > 0) || !(*far >= *near) || !std::isfinite(*far))
    throw Error(ErrorCode::unreadable,
                name + ": damaged: its depth lacks the range of distances. Get the file anew.");
  const auto bytes = bytes_from_base64(*data);
  EmbeddedDepth result;
  result.source = DepthSource::gdepth;
  GrayBudget budget;
  result.metres = decode_gray(bytes, name, budget);
  const double unit = xmp_text(xmp.main, kGdepthSpace, "Units").value_or("m") == "mm" ? 0.001 : 1;
  if (xmp_text(xmp.main, kGdepthSpace, "Format").value_or("RangeInverse") == "RangeLinear")
    metres_from_linear(result.metres, *near * unit, *far * unit);
  else  // even steps in 1/Z, 0 is near
    metres_from_disparity(result.metres, 1 / (*near * unit), 1 / (*far * unit));
  return result;
}

}  // namespace portrait_depth::io
