// The formats of depth inside photos, one reader each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "embedded_depth/jpeg_segments.hpp"
#include "portrait_depth/embedded_depth.hpp"

namespace portrait_depth::io {

/// The properties of Apple's depth in the auxiliary pictures' XMP.
struct AppleDepthNotes {
  bool is_disparity = true;
  std::optional<double> least, most;  ///< The meaning of the values 0 and 1: 1/metres, or metres.
  bool is_absolute = true;
  std::optional<Intrinsics> intrinsics;  ///< Of the reference size that the file names.
};
AppleDepthNotes apple_depth_notes(std::string_view xmp);

/// 0..1 becomes metres; NaN unless the distance is positive.
void metres_from_disparity(Plane<float>& values, double least, double most);
void metres_from_linear(Plane<float>& values, double least, double most);

/// `file`: as PhotoFile::bytes() returns it, with pictures of the declared size and single auxiliary targets.
std::optional<EmbeddedDepth> read_apple_heic_depth(ByteSpan file, const std::string& name);
std::optional<EmbeddedDepth> read_apple_jpeg_depth(ByteSpan file, const std::string& name);
std::optional<EmbeddedDepth> read_dynamic_depth(ByteSpan file, const std::string& name);
std::optional<EmbeddedDepth> read_gdepth(ByteSpan file, const std::string& name);

std::vector<EmbeddedPicture> list_apple_heic(ByteSpan file, const std::string& name);
std::vector<EmbeddedPicture> list_apple_jpeg(ByteSpan file, const std::string& name);
std::vector<EmbeddedPicture> list_dynamic_depth(ByteSpan file, const std::string& name);
std::vector<EmbeddedPicture> list_gdepth(ByteSpan file, const std::string& name);

}  // namespace portrait_depth::io
