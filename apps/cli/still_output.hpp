// A 3D photo as one picture: the photo with its depth inside or beside it, or the views of several eyes.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "portrait_depth/depth.hpp"
#include "portrait_depth/export.hpp"
#include "portrait_depth/io.hpp"
#include "portrait_depth/photo3d.hpp"
#include "report.hpp"
#include "size_option.hpp"

namespace portrait_depth::cli {

/// "" gives nothing; else `side-by-side`, `anaglyph` or `quilt`.
std::optional<StereoLayout> stereo_layout(const std::string& name);

/// True for what is written as one picture and not as a film: JPEG always, PNG as a quilt.
bool is_still(const std::string& format, const std::optional<StereoLayout>& layout);

/// The size of a view: as asked for, else the photo's own, for a quilt what Looking Glass' displays show of
/// each.
PixelSize still_size(const PhotoInfo& photo, const std::optional<StereoLayout>& layout,
                     const std::string& size, std::optional<int> height);

/// The photo as JPEG with its depth inside (GDepth), or, as a pair, with NAME_depth.png beside it.
void write_depth_photo(const Image& photo, const DepthMap& depth, const Job& job, bool as_pair,
                       Report& report);

/// The views from around the photo's own place.
void write_stereo_picture(const Photo3D& photo3d, const CameraPose& camera, PixelSize size,
                          StereoLayout layout, const Job& job, const std::string& format, ThreadPool& threads,
                          Report& report);

}  // namespace portrait_depth::cli
