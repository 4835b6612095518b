// Based on: ITU-T T.81 (JPEG), annex B; CIPA DC-008, "Exif 2.32"; CIPA DC-007, "Multi-Picture Format", 2009;
// Adobe, "XMP Specification Part 3", 2020 (ISO 16684-1), 1.1.3.1 Extended XMP in JPEG.
#include "containers/jpeg_segments.hpp"

#include <algorithm>
#include <string_view>

namespace portrait_depth::io {
namespace {

constexpr std::uint8_t kStartOfImage = 0xD8, kEndOfImage = 0xD9, kStartOfScan = 0xDA;
constexpr std::size_t kGuidSize = 32, kMostPictures = 64;

std::optional<ByteSpan> after_name(const JpegSegment& segment, std::uint8_t marker, std::string_view name) {
  if (segment.marker != marker || !as_text(segment.payload).starts_with(name)) return std::nullopt;
  return segment.payload.subspan(name.size());
}

// A TIFF structure, as EXIF and the Multi-Picture index use it: numbers at untrusted offsets.
class Tiff {
 public:
  explicit Tiff(ByteSpan bytes) : bytes_(bytes), is_little_(as_text(bytes).starts_with("II")) {}

  std::optional<std::uint32_t> number(std::uint64_t offset, std::size_t size) const {
    const auto value = read_number(bytes_, offset, size, is_little_);
    return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
  }
  // The offset of a tag's entry in the first directory.
  std::optional<std::uint64_t> entry(std::uint32_t tag) const {
    const auto directory = number(4, 4);
    if (!directory) return std::nullopt;
    const auto count = number(*directory, 2);
    for (std::uint32_t i = 0; count && i < *count; ++i) {
      const std::uint64_t at = std::uint64_t{*directory} + 2 + std::uint64_t{12} * i;
      const auto found = number(at, 2);
      if (!found) return std::nullopt;
      if (*found == tag) return at;
    }
    return std::nullopt;
  }

 private:
  ByteSpan bytes_;
  bool is_little_;
};

std::string extended_packet(const std::vector<JpegSegment>& segments, std::string_view guid,
                            std::size_t file_size) {
  std::string packet;
  std::size_t filled = 0;
  for (const JpegSegment& segment : segments) {
    const auto content = after_name(segment, kApp1, kExtendedXmpName);
    if (!content || content->size() < kGuidSize + 8 || as_text(*content).substr(0, kGuidSize) != guid)
      continue;
    const std::size_t whole = *read_number(*content, kGuidSize, 4),
                      offset = *read_number(*content, kGuidSize + 4, 4);
    const std::string_view part = as_text(content->subspan(kGuidSize + 8));
    if (packet.empty() && whole <= file_size) packet.resize(whole);
    if (whole != packet.size() || offset > whole || part.size() > whole - offset) continue;
    std::copy(part.begin(), part.end(), packet.begin() + static_cast<std::ptrdiff_t>(offset));
    filled += part.size();
  }
  return filled >= packet.size() ? packet : std::string();
}

}  // namespace

std::vector<JpegSegment> jpeg_segments(ByteSpan file) {
  std::vector<JpegSegment> segments;
  if (file.size() < 4 || file[0] != 0xFF || file[1] != kStartOfImage) return segments;
  std::size_t at = 2;
  while (file.size() - at >= 4 && file[at] == 0xFF) {
    const std::uint8_t marker = file[at + 1];
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    if (marker == kStartOfScan || marker == kEndOfImage) break;
    const std::size_t length = *read_number(file, at + 2, 2);
    if (length < 2 || length > file.size() - at - 2) break;
    segments.push_back({marker, at + 4, file.subspan(at + 4, length - 2)});
    at += 2 + length;
  }
  return segments;
}

JpegXmp jpeg_xmp(ByteSpan file) {
  JpegXmp xmp;
  const auto segments = jpeg_segments(file);
  for (const JpegSegment& segment : segments)
    if (const auto packet = after_name(segment, kApp1, kMainXmpName); packet && xmp.main.empty())
      xmp.main = as_text(*packet);
  // Either an attribute or an element: the GUID is the first run of hexadecimal digits of its length behind
  // the name.
  const std::size_t at = xmp.main.find(kExtendedXmpNote);
  if (at == std::string::npos) return xmp;
  const std::size_t start = xmp.main.find_first_of("0123456789ABCDEFabcdef", at + kExtendedXmpNote.size());
  if (start != std::string::npos && xmp.main.size() - start >= kGuidSize)
    xmp.extended =
        extended_packet(segments, std::string_view(xmp.main).substr(start, kGuidSize), file.size());
  return xmp;
}

int jpeg_orientation(ByteSpan file) {
  constexpr std::uint32_t kOrientationTag = 0x112;
  for (const JpegSegment& segment : jpeg_segments(file)) {
    const auto exif = after_name(segment, kApp1, kExifName);
    if (!exif) continue;
    const Tiff tiff(*exif);
    const auto entry = tiff.entry(kOrientationTag);
    const auto value = entry ? tiff.number(*entry + 8, 2) : std::nullopt;
    return value && *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
  }
  return 1;
}

std::vector<ByteSpan> jpeg_further_pictures(ByteSpan file) {
  std::vector<ByteSpan> pictures;
  for (const JpegSegment& segment : jpeg_segments(file)) {
    const auto index = after_name(segment, kApp2, kMpfName);
    if (!index) continue;
    const Tiff tiff(*index);
    const auto tag = tiff.entry(kMpfEntriesTag);
    const auto bytes = tag ? tiff.number(*tag + 4, 4) : std::nullopt,
               list = tag ? tiff.number(*tag + 8, 4) : std::nullopt;
    if (!bytes || !list) return pictures;
    const std::size_t origin =
        segment.offset + kMpfName.size();  // offsets in the index count from its TIFF header
    for (std::size_t i = 0; i < std::min(*bytes / kMpfEntrySize, kMostPictures); ++i) {
      const std::uint64_t entry = std::uint64_t{*list} + kMpfEntrySize * i;
      const auto size = tiff.number(entry + 4, 4), offset = tiff.number(entry + 8, 4);
      if (!size || !offset || *offset == 0) continue;
      const ByteSpan picture = part_of(file, std::uint64_t{origin} + *offset, *size);
      if (!picture.empty()) pictures.push_back(picture);
    }
    return pictures;
  }
  return pictures;
}

std::vector<std::uint8_t> jpeg_without_metadata(ByteSpan file) {
  constexpr std::uint8_t kApp13 = 0xED, kApp15 = 0xEF, kComment = 0xFE;
  std::vector<std::uint8_t> result;
  std::size_t at = 2;  // of the rest of the file
  for (const JpegSegment& segment : jpeg_segments(file)) {
    const bool is_metadata = (segment.marker >= kApp1 && segment.marker <= kApp13) ||
                             segment.marker == kApp15 || segment.marker == kComment;
    const std::size_t end = segment.offset + segment.payload.size();
    if (result.empty()) result.assign(file.begin(), file.begin() + 2);
    if (!is_metadata)
      result.insert(result.end(), file.begin() + static_cast<std::ptrdiff_t>(at),
                    file.begin() + static_cast<std::ptrdiff_t>(end));
    at = end;
  }
  if (result.empty()) return {file.begin(), file.end()};
  result.insert(result.end(), file.begin() + static_cast<std::ptrdiff_t>(at), file.end());
  return result;
}

}  // namespace portrait_depth::io
