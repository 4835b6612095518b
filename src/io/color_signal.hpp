// The color encoding that a file declares by code points instead of an ICC profile.
#pragma once

#include <optional>

#include "containers/byte_reader.hpp"

namespace portrait_depth::io {

/// Code points of ITU-T H.273 (nclx in HEIC and AVIF, cICP in PNG).
struct ColorSignal {
  int primaries = 2, transfer = 2;
};
inline constexpr int kPrimariesBt709 = 1, kPrimariesUnspecified = 2, kPrimariesBt470M = 4,
                     kPrimariesBt601 = 5, kPrimariesSmpte170 = 6, kPrimariesSmpte240 = 7,
                     kPrimariesBt2020 = 9, kPrimariesDisplayP3 = 12;
inline constexpr int kTransferBt709 = 1, kTransferUnspecified = 2, kTransferGamma22 = 4, kTransferBt601 = 6,
                     kTransferLinear = 8, kTransferXvYcc = 11, kTransferSrgb = 13,
                     kTransferBt2020Of10Bits = 14, kTransferBt2020Of12Bits = 15, kTransferPq = 16,
                     kTransferHlg = 18;

inline bool is_hdr(const ColorSignal& signal) {
  return signal.transfer == kTransferPq || signal.transfer == kTransferHlg;
}

/// PNG's cICP chunk; std::nullopt if none precedes the pixels. `start`: the file's first bytes.
std::optional<ColorSignal> png_color_signal(ByteSpan start);

}  // namespace portrait_depth::io
