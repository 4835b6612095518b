// What Google's formats say about the depth of a JPEG, also if they lack a range.
#pragma once

#include <optional>
#include <string_view>

#include "containers/jpeg_segments.hpp"

namespace portrait_depth::io {

/// GDepth's picture in Base64; std::nullopt without one. Part of `xmp`.
std::optional<std::string_view> gdepth_data(const JpegXmp& xmp);
/// A number of GDepth's in metres.
std::optional<double> gdepth_metres(const JpegXmp& xmp, std::string_view property);

}  // namespace portrait_depth::io
