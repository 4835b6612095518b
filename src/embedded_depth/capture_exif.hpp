// EXIF for a JPEG that the library writes: the capture time and the camera's names.
#pragma once

#include <string>

#include "portrait_depth/embedded_depth.hpp"

namespace portrait_depth::io {

/// The payload of an APP1 segment; empty if no fact is set.
std::string capture_exif(const CaptureFacts& facts);

}  // namespace portrait_depth::io
