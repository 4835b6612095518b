// Colors of an HDR or wide-gamut signal become sRGB.
#pragma once

#include "io/color_signal.hpp"
#include "io/vips_chain.hpp"

namespace portrait_depth::io {

/// False for sRGB and for signals that viewers show as sRGB.
bool needs_conversion(const ColorSignal& signal);

/// Gray or RGB code values of 8 or 16 bits become sRGB bytes. White at 203 cd/m² (HDR's reference white,
/// ITU-R BT.2408) becomes sRGB's white; brighter parts are compressed into the uppermost quarter of the
/// range, by the picture's own peak, and a picture without such parts keeps all its tones. Throws
/// ErrorCode::unsupported for an unknown signal.
void convert_signal(Chain& chain, const ColorSignal& signal);

}  // namespace portrait_depth::io
