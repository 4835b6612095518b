// The person in a photo and its depth, for the subcommands.
#pragma once

#include <optional>
#include <string>

#include "job_options.hpp"
#include "networks.hpp"
#include "photo_input.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/io.hpp"
#include "report.hpp"

namespace portrait_depth::cli {

struct PersonOptions {
  std::string mask;
  bool no_segmentation = false, any_subject = false;
};

struct DepthOptions {
  std::string model = "ar_portrait_depth";
  std::string model_output;  ///< For a model given as a file: relief, depth or disparity.
  std::string model_size;    ///< For a model given as a file: WxH.
  std::optional<float> focal_length_35mm, head_distance_metres, camera_pitch_degrees;
  bool no_head_pass = false;
  std::string depth_file, depth_unit, depth_near;  ///< Empty: none, or found.
  std::string source = "auto";

  /// True for the depth inside the photo, which `depth` then writes as it is.
  bool is_sensor_alone() const { return source == "sensor" && depth_file.empty(); }
};

void add_person_options(CLI::App& app, PersonOptions& options);
/// --any-subject.
void add_subject_option(CLI::App& app, PersonOptions& options);
void add_depth_options(CLI::App& app, DepthOptions& options);

/// Finds people in photos.
class PersonFinder {
 public:
  PersonFinder(const PersonOptions& options, Networks& networks) : options_(options), networks_(networks) {}
  /// Throws ErrorCode::no_person if there is no person, or no visible face without --any-subject.
  Segmentation find_person(ImageView image);
  /// The segmentation without these checks.
  Segmentation segment(ImageView image);
  /// The most likely face of the person in the box.
  Face find_face(ImageView image, const Box& person);

 private:
  const PersonOptions& options_;
  Networks& networks_;
};

/// Estimates depth.
class PersonDepth {
 public:
  /// Throws WrongUse or Error for contradictory options, unknown networks and unreadable masks.
  PersonDepth(const JobOptions& common, const PersonOptions& person, const DepthOptions& depth,
              Networks& networks);
  /// Adds the stages "segment", up to `until_segment`, and "depth", up to `until_depth`, to the report.
  /// Without limits they follow the person (DepthMap::limits_of_person).
  /// `input`: the photo's file, for the depth inside it.
  PhotoDepth estimate(const PhotoInput& input, const Photo& photo, std::optional<DepthLimits> limits,
                      Report& report, double until_segment, double until_depth);

 private:
  std::optional<GivenDepth> given_depth_of(const PhotoInput& input, Report& report) const;
  void set_tilt(const Photo& photo, const DepthEstimator& estimator, PhotoConfig& config) const;

  const JobOptions& common_;
  const PersonOptions& person_;
  const DepthOptions& depth_;
  DepthModel model_;
  std::optional<GivenDepth> own_depth_;
  Networks& networks_;
};

/// The value of --depth-source.
DepthSource depth_source(const DepthOptions& options);

/// std::nullopt without both options. Throws WrongUse with the API's messages if one limit is missing or not
/// finite, or the two are swapped.
std::optional<DepthLimits> limits_from_options(std::optional<float> min_depth,
                                               std::optional<float> max_depth);

}  // namespace portrait_depth::cli
