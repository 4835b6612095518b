#include "depth_parts/depth_parts.hpp"

#include "containers/jpeg_segments.hpp"

namespace portrait_depth::io {

std::optional<DepthParts> jpeg_depth_parts(ByteSpan file, const std::string& name) {
  for (const auto find : {apple_jpeg_parts, dynamic_depth_parts, gdepth_parts})
    if (auto parts = find(file, name)) {
      parts->orientation = jpeg_orientation(file);
      return parts;
    }
  return std::nullopt;
}

std::optional<DepthParts> depth_parts(ByteSpan file, const std::string& name) {
  const bool is_jpeg = file.size() >= 2 && file[0] == 0xFF && file[1] == 0xD8;
  return is_jpeg ? jpeg_depth_parts(file, name) : apple_heic_parts(file, name);
}

}  // namespace portrait_depth::io
