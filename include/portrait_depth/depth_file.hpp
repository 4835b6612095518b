// The user's own depth maps: files of depth alone, in the forms that other programs and this one write.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "portrait_depth/given_depth.hpp"
#include "portrait_depth/io.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

struct DepthFileOptions {
  /// Empty: by the file. Its metadata decide (XMP of this program's PNG and TIFF). Without them, floats are
  /// metres and integers are relative. Integers with `metres` are millimetres.
  std::optional<GivenDepthUnit> unit = {};
  std::optional<NearGray> near = {};           ///< As GivenDepth::near.
  std::int64_t max_pixels = kMostPhotoPixels;  ///< Checked before decoding; ErrorCode::too_large.
};

/// Reads a depth map, upright: NPY (two axes, or a third one of length 1), PFM, OpenEXR (the channel Z,
/// depth, Y, R or V, or the only one), PNG and TIFF of 8 or 16 bits, TIFF of floats, gray pictures of the
/// other photo formats, this program's colored depth pictures, and photos with depth inside. 0, NaN and
/// infinity are holes. The result is not marked as measured. Throws ErrorCode::not_found, unreadable,
/// unsupported, too_large. Suitable for untrusted files: sizes are checked before memory is allocated.
PORTRAIT_DEPTH_API GivenDepth load_depth_file(const std::filesystem::path& path,
                                              const DepthFileOptions& options = {});
/// The same from a file's bytes; errors begin with `name`.
PORTRAIT_DEPTH_API GivenDepth load_depth_file(std::span<const std::uint8_t> bytes, const std::string& name,
                                              const DepthFileOptions& options = {});

}  // namespace portrait_depth
