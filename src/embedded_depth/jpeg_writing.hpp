// Segments into a coded JPEG.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace portrait_depth::io {

/// A marker segment; name and content have at most 65,533 bytes together.
std::string jpeg_segment(std::uint8_t marker, std::string_view name, std::string_view content);
/// APP1 with `exif` as capture_exif() returns it; empty if that is.
std::string exif_segment(const std::string& exif);
/// APP1 with an XMP packet, which gets its wrapper.
std::string main_xmp_segment(const std::string& packet);
/// Puts segments behind the JFIF header, which must be the first.
void insert_segments(std::vector<std::uint8_t>& jpeg, const std::string& segments);
/// The position of those segments.
std::size_t after_jfif(const std::vector<std::uint8_t>& jpeg);

}  // namespace portrait_depth::io
