// Based on: ITU-T T.81 (JPEG), annex B.
#include "io/jpeg_scans.hpp"

#include <algorithm>

namespace portrait_depth::io {
namespace {

constexpr std::uint8_t kMarker = 0xFF, kStuffed = 0x00, kRestart0 = 0xD0, kRestart7 = 0xD7,
                       kStartOfImage = 0xD8, kEndOfImage = 0xD9, kStartOfScan = 0xDA, kTemporary = 0x01;

}  // namespace

JpegScans jpeg_scans(ByteSpan file) {
  JpegScans scans;
  std::size_t at = 0;
  while (at < file.size()) {
    at = static_cast<std::size_t>(
        std::find(file.begin() + static_cast<std::ptrdiff_t>(at), file.end(), kMarker) - file.begin());
    if (file.size() - at < 2) break;
    const std::uint8_t marker = file[at + 1];
    if (marker == kEndOfImage) {
      scans.has_end_marker = true;
      break;
    }
    if (marker == kMarker) {
      ++at;
    } else if (marker == kStuffed || marker == kTemporary || marker == kStartOfImage ||
               (marker >= kRestart0 && marker <= kRestart7)) {
      at += 2;
    } else {
      scans.count += marker == kStartOfScan ? 1 : 0;
      at += 2 + static_cast<std::size_t>(read_number(file, at + 2, 2).value_or(0));
    }
  }
  return scans;
}

}  // namespace portrait_depth::io
