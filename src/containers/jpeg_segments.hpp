// The marker segments before a JPEG's pixels, and their content: EXIF's orientation, XMP, the Multi-Picture
// index.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "containers/byte_reader.hpp"

namespace portrait_depth::io {

inline constexpr std::uint8_t kApp1 = 0xE1, kApp2 = 0xE2;  // markers of EXIF and XMP, of the index

struct JpegSegment {
  std::uint8_t marker = 0;  ///< The byte after 0xFF.
  std::size_t offset = 0;   ///< Of `payload` in the file.
  ByteSpan payload;         ///< Without marker and length.
};

/// The segments up to the start of the scan or the first invalid one; empty if the bytes are not a JPEG.
std::vector<JpegSegment> jpeg_segments(ByteSpan file);

/// The first bytes of APP1 payloads with XMP.
inline constexpr std::string_view kMainXmpName("http://ns.adobe.com/xap/1.0/\0", 29),
    kExtendedXmpName("http://ns.adobe.com/xmp/extension/\0", 35);
/// The main packet's property that names the extended one by its MD5 sum.
inline constexpr std::string_view kExtendedXmpNote = "HasExtendedXMP";

/// The first bytes of the APP1 payload with EXIF, and of the APP2 payload with the Multi-Picture index.
inline constexpr std::string_view kExifName("Exif\0\0", 6), kMpfName("MPF\0", 4);
/// The index's tag with an entry of 16 bytes for each picture.
inline constexpr std::uint32_t kMpfEntriesTag = 0xB002;
inline constexpr std::size_t kMpfEntrySize = 16;

/// The main XMP packet and the extended one that it names, concatenated; empty without XMP.
struct JpegXmp {
  std::string main, extended;
};
JpegXmp jpeg_xmp(ByteSpan file);

/// EXIF's orientation, 1..8; 1 without an EXIF orientation.
int jpeg_orientation(ByteSpan file);

/// The pictures behind the first one, by the Multi-Picture index. Entries outside the file are omitted.
std::vector<ByteSpan> jpeg_further_pictures(ByteSpan file);

/// The file without the segments that change the way in which decoders show its pixels (orientation, color
/// profile), and without other metadata. Bytes that are not a JPEG stay.
std::vector<std::uint8_t> jpeg_without_metadata(ByteSpan file);

}  // namespace portrait_depth::io
