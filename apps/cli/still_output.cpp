#include "still_output.hpp"

#include <algorithm>

namespace portrait_depth::cli {
namespace {

constexpr int kUsualQuiltViewHeight = 560;  // 6 rows of a Looking Glass Portrait's 3360 pixels

}  // namespace

std::optional<StereoLayout> stereo_layout(const std::string& name) {
  if (name.empty()) return std::nullopt;
  if (name == "anaglyph") return StereoLayout::anaglyph;
  return name == "quilt" ? StereoLayout::quilt : StereoLayout::side_by_side;
}

std::optional<DepthPhotoForm> depth_photo_form(const std::string& name) {
  if (name.empty()) return std::nullopt;
  if (name == "apple") return DepthPhotoForm::apple;
  return name == "dynamic-depth" ? DepthPhotoForm::dynamic_depth : DepthPhotoForm::gdepth;
}

bool is_still_format(const std::string& format, const std::optional<StereoLayout>& layout) {
  return std::any_of(kStillFormats.begin(), kStillFormats.end(), [&](const StillFormat& row) {
    return row.extension == format && (!row.is_for_quilts_only || layout == StereoLayout::quilt) &&
           (!row.is_for_one_view_only || !layout);
  });
}

int usual_still_height(const std::optional<StereoLayout>& layout, int photo_height) {
  return layout == StereoLayout::quilt ? kUsualQuiltViewHeight
                                       : std::clamp(photo_height, kLeastFrameSide, kMostFrameSide);
}

void write_depth_photo(const Photo& photo, const DepthMap& depth, const Job& job,
                       const DepthPhotoChoice& choice, Report& report) {
  report.stage("write", 1.0);
  DepthPhotoOptions inside;
  inside.form = choice.form;
  inside.format = job.format;
  if (choice.keeps_capture)
    inside.capture = {photo.info.capture_time, photo.info.camera_make, photo.info.camera_model};
  if (choice.is_pair) {
    report.more_files = {save_depth_pair(photo.image, depth, job.output)};
    report.facts["depth"] = report.more_files[0].string();
  } else {
    save_depth_photo(photo.image, depth, job.output, inside);
  }
  report.tell_size(photo.image.width(), photo.image.height());
  report.text += choice.is_pair ? ", its depth beside it" : ", its depth inside";
}

void write_stereo_picture(const Photo3D& photo3d, const CameraPose& camera, PixelSize size,
                          StereoLayout layout, const Job& job, ThreadPool& threads, Report& report) {
  report.stage("render", 0.8);
  StereoOptions stereo;
  stereo.layout = layout;
  Image picture;
  render_stereo(photo3d, camera, size.width, size.height, stereo, picture, threads);
  report.stage("write", 1.0);
  const float aspect = static_cast<float>(size.width) / static_cast<float>(size.height);
  const bool is_quilt = layout == StereoLayout::quilt;
  const auto expected = quilt_path(job.output, stereo.columns, stereo.rows, aspect);
  // Displays read the layout from the name. A name of the user's stays.
  if (is_quilt && !job.has_own_name && job.output != "-") report.output = expected;
  const auto& output = report.output.empty() ? job.output : report.output;
  save_image(picture, output, job.format);
  report.tell_size(picture.width(), picture.height());
  if (!is_quilt) return;
  const std::string name = expected.filename().string();
  report.facts["quilt_name"] = name;
  report.text += ", " + std::to_string(stereo.columns) + " x " + std::to_string(stereo.rows) + " views";
  if (name != output.filename()) report.text += "; Looking Glass displays expect the name " + name;
}

}  // namespace portrait_depth::cli
