#include "still_output.hpp"

#include <algorithm>

#include "photo3d_output.hpp"
#include "portrait_depth/embedded_depth.hpp"

namespace portrait_depth::cli {
namespace {

constexpr int kUsualQuiltViewHeight = 560;  // 6 rows of a Looking Glass Portrait's 3360 pixels

bool is_jpeg(const std::string& format) {
  return format == "jpg" || format == "jpeg";
}

}  // namespace

std::optional<StereoLayout> stereo_layout(const std::string& name) {
  if (name.empty()) return std::nullopt;
  if (name == "anaglyph") return StereoLayout::anaglyph;
  return name == "quilt" ? StereoLayout::quilt : StereoLayout::side_by_side;
}

bool is_still(const std::string& format, const std::optional<StereoLayout>& layout) {
  return is_jpeg(format) || (format == "png" && layout == StereoLayout::quilt);
}

PixelSize still_size(const PhotoInfo& photo, const std::optional<StereoLayout>& layout,
                     const std::string& size, std::optional<int> height) {
  if (size.empty() && !height)
    height = layout == StereoLayout::quilt ? kUsualQuiltViewHeight
                                           : std::clamp(photo.height, kLeastFrameSide, kMostFrameSide);
  return frame_size(photo, "jpg", size, height);
}

void write_depth_photo(const Image& photo, const DepthMap& depth, const Job& job, bool as_pair,
                       Report& report) {
  report.stage("write", 1.0);
  if (as_pair)
    report.facts["depth"] = save_depth_pair(photo, depth, job.output).string();
  else
    save_depth_photo(photo, depth, job.output);
  report.tell_size(photo.width(), photo.height());
  report.text += as_pair ? ", its depth beside it" : ", its depth inside";
}

void write_stereo_picture(const Photo3D& photo3d, const CameraPose& camera, PixelSize size,
                          StereoLayout layout, const Job& job, const std::string& format, ThreadPool& threads,
                          Report& report) {
  report.stage("render", 0.8);
  StereoOptions stereo;
  stereo.layout = layout;
  Image picture;
  render_stereo(photo3d, camera, size.width, size.height, stereo, picture, threads);
  report.stage("write", 1.0);
  save_image(picture, job.output, format);
  report.tell_size(picture.width(), picture.height());
  if (layout != StereoLayout::quilt) return;
  const float aspect = static_cast<float>(size.width) / static_cast<float>(size.height);
  report.facts["quilt_name"] =
      quilt_path(job.output, stereo.columns, stereo.rows, aspect).filename().string();
  report.text += ", " + std::to_string(stereo.columns) + " x " + std::to_string(stereo.rows) +
                 " views; Looking Glass wants it named " + report.facts["quilt_name"].get<std::string>();
}

}  // namespace portrait_depth::cli
