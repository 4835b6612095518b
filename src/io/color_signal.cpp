// Based on: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", 11.3.2.6 cICP.
#include "io/color_signal.hpp"

namespace portrait_depth::io {

std::optional<ColorSignal> png_color_signal(ByteSpan start) {
  constexpr std::size_t kSignatureSize = 8, kNameAt = 4, kDataAt = 8, kChecksumSize = 4, kSignalSize = 4;
  std::uint64_t at = kSignatureSize;
  while (const auto length = read_number(start, at, 4)) {
    if (start.size() - at < kDataAt) return std::nullopt;
    const std::string_view name = as_text(start.subspan(at + kNameAt, 4));
    if (name == "IDAT" || name == "PLTE") return std::nullopt;
    if (name == "cICP" && *length == kSignalSize) {
      const auto primaries = read_number(start, at + kDataAt, 1),
                 transfer = read_number(start, at + kDataAt + 1, 1);
      if (!primaries || !transfer) return std::nullopt;
      return ColorSignal{static_cast<int>(*primaries), static_cast<int>(*transfer)};
    }
    at += kDataAt + *length + kChecksumSize;
  }
  return std::nullopt;
}

}  // namespace portrait_depth::io
