// The properties of Apple's depth in the auxiliary pictures' XMP.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "depth_parts/depth_parts.hpp"

namespace portrait_depth::io {

inline constexpr std::string_view kPixelSpace = "http://ns.apple.com/pixeldatainfo/1.0/",
                                  kAppleDepthSpace = "http://ns.apple.com/depthData/1.0/";

struct AppleDepthNotes {
  bool is_disparity = true;
  std::optional<double> least, most;  ///< The meaning of the values 0 and 1: 1/metres, or metres.
  bool is_absolute = true;
  std::optional<Intrinsics> intrinsics;  ///< Of the reference size that the file names.
};
AppleDepthNotes apple_depth_notes(std::string_view xmp);
/// Of the depth picture `item` of a HEIC: its XMP, and the range from its codec's message if the XMP has
/// none.
AppleDepthNotes apple_heic_notes(ByteSpan file, std::uint64_t item);

/// Throws ErrorCode::unreadable for notes without a range of distances.
DepthMeaning meaning_of(const AppleDepthNotes& notes, const std::string& name);

}  // namespace portrait_depth::io
