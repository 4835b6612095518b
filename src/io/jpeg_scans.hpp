// The scans of a JPEG, counted without decoding.
#pragma once

#include "containers/byte_reader.hpp"

namespace portrait_depth::io {

struct JpegScans {
  int count = 0;
  bool has_end_marker = false;
};

JpegScans jpeg_scans(ByteSpan file);

}  // namespace portrait_depth::io
