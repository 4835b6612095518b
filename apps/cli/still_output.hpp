// A 3D photo as one picture: the photo with its depth inside or beside it, or the views of several eyes.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "output_naming.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/embedded_depth.hpp"
#include "portrait_depth/export.hpp"
#include "portrait_depth/io.hpp"
#include "portrait_depth/photo3d.hpp"
#include "report.hpp"

namespace portrait_depth::cli {

/// The table of still formats, one row each.
struct StillFormat {
  const char *extension, *description;
  bool is_for_quilts_only = false;  ///< Without a quilt the extension belongs to another table.
  bool is_for_one_view_only = false;
};
inline constexpr std::array kStillFormats = {
    StillFormat{"jpg",
                "the photo with its depth inside (GDepth; --pair: beside it); with --stereo one picture"},
    StillFormat{"heic", "the photo with its depth inside, in Apple's form", false, true},
    StillFormat{"png", "with --stereo quilt one picture", true}};

/// The layout `side-by-side`, `anaglyph` or `quilt`; std::nullopt for "".
std::optional<StereoLayout> stereo_layout(const std::string& name);

/// The form `gdepth`, `dynamic-depth` or `apple`; std::nullopt for "".
std::optional<DepthPhotoForm> depth_photo_form(const std::string& name);

/// True if this format with this layout is one picture.
bool is_still_format(const std::string& format, const std::optional<StereoLayout>& layout);

/// The height of a view if none is given: the photo's own; for a quilt the height that Looking Glass'
/// displays show of a view.
int usual_still_height(const std::optional<StereoLayout>& layout, int photo_height);

struct DepthPhotoChoice {
  bool is_pair = false;  ///< The depth lies beside the photo in NAME_depth.png.
  std::optional<DepthPhotoForm> form = {};
  bool keeps_capture = false;  ///< EXIF of the depth inside names the capture time and the camera.
};

/// The photo as JPEG or HEIC with its depth inside, or as JPEG with its depth beside it.
void write_depth_photo(const Photo& photo, const DepthMap& depth, const Job& job,
                       const DepthPhotoChoice& choice, Report& report);

/// The views from around the photo's own place; each has `size`.
void write_stereo_picture(const Photo3D& photo3d, const CameraPose& camera, PixelSize size,
                          StereoLayout layout, const Job& job, ThreadPool& threads, Report& report);

}  // namespace portrait_depth::cli
