// Depth inside photos, as far as a decoder's library takes part: HEIC, and the sizes of pictures.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "depth_parts/depth_parts.hpp"

namespace portrait_depth::io {

/// `file`: as PhotoFile::bytes() returns it, with pictures of the declared size and single auxiliary targets.
/// `exif`: the photo's camera by its EXIF; it is called for a photo with depth.
std::optional<EmbeddedDepth> read_apple_heic_depth(ByteSpan file, const std::string& name,
                                                   const std::function<std::optional<Intrinsics>()>& exif);

std::vector<EmbeddedPicture> list_apple_heic(ByteSpan file, const std::string& name);
std::vector<EmbeddedPicture> list_apple_jpeg(ByteSpan file, const std::string& name);
std::vector<EmbeddedPicture> list_dynamic_depth(ByteSpan file, const std::string& name);
std::vector<EmbeddedPicture> list_gdepth(ByteSpan file, const std::string& name);

/// The entry of a depth picture of Apple's.
struct AppleDepthNotes;
EmbeddedPicture apple_depth_picture(const AppleDepthNotes& notes, int width, int height);

}  // namespace portrait_depth::io
