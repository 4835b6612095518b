// The formats of depth maps, one reader each.
#pragma once

#include <cstdint>
#include <string>

#include "containers/byte_reader.hpp"
#include "portrait_depth/depth_file.hpp"
#include "portrait_depth/error.hpp"

namespace portrait_depth::io {

/// A file's name and the limit, for its reader.
struct MapFile {
  ByteSpan bytes;
  std::string name;
  std::int64_t max_pixels = 0;

  [[noreturn]] void fail_damaged(const std::string& reason) const {
    throw Error(ErrorCode::unreadable, name + ": damaged: " + reason + ". Get the file anew.");
  }
  [[noreturn]] void fail_unsupported(const std::string& reason, const std::string& action) const {
    throw Error(ErrorCode::unsupported, name + ": unsupported: " + reason + ". " + action + ".");
  }
  /// Throws ErrorCode::unreadable for an empty map, too_large for one of more pixels than the limit. Call it
  /// before memory is allocated.
  void check_size(std::int64_t width, std::int64_t height) const;
};

bool is_npy(ByteSpan bytes);
bool is_pfm(ByteSpan bytes);
bool is_exr(ByteSpan bytes);

/// The values as stored, top row first. They throw unreadable, unsupported, too_large.
struct NumberMap {
  Plane<float> values;
  bool is_float = true;  ///< False for integers: their unit is not metres by itself.
};
NumberMap read_npy(const MapFile& file);
Plane<float> read_pfm(const MapFile& file);
Plane<float> read_exr(const MapFile& file);

/// A picture, or a photo with depth inside.
GivenDepth read_picture_map(const MapFile& file, const DepthFileOptions& options);

/// Integers of `largest`: relative to 0..1, or millimetres to metres.
void scale_integers(Plane<float>& values, GivenDepthUnit unit, float largest);

}  // namespace portrait_depth::io
