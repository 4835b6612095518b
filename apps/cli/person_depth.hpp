// The person in a photo and its depth, for the subcommands.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "job_options.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/face_detection.hpp"
#include "portrait_depth/io.hpp"
#include "report.hpp"

namespace portrait_depth::cli {

struct PersonOptions {
  std::string mask, model_folder, provider = "cpu";
  bool no_segmentation = false, any_subject = false;
};

struct DepthOptions {
  std::string model = "ar_portrait_depth";
  std::string model_output;  ///< For a model given as a file: relief, depth or disparity.
  std::string model_size;    ///< For a model given as a file: WxH.
  std::optional<float> focal_length_35mm, head_distance_metres;
};

void add_person_options(CLI::App& app, PersonOptions& options);
/// --any-subject.
void add_subject_option(CLI::App& app, PersonOptions& options);
/// The options for the place of the networks and their execution provider.
void add_network_options(CLI::App& app, PersonOptions& options);
void add_depth_options(CLI::App& app, DepthOptions& options);

/// Finds people in photos. Each network is loaded at the first photo that needs it.
class PersonFinder {
 public:
  PersonFinder(const JobOptions& common, const PersonOptions& options) : common_(common), options_(options) {}
  /// Throws ErrorCode::no_person if there is no person, or no visible face without --any-subject.
  Segmentation find_person(ImageView image);
  /// The segmentation without these checks.
  Segmentation segment(ImageView image);
  /// The most likely face of the person in the box.
  Face find_face(ImageView image, const Box& person);

 private:
  const JobOptions& common_;
  const PersonOptions& options_;
  std::unique_ptr<BodySegmenter> segmenter_;
  std::unique_ptr<FaceDetector> face_detector_;
};

/// Estimates depth; the network is loaded at the first photo.
class PersonDepth {
 public:
  /// Throws WrongUse or Error for contradictory options, unknown networks and unreadable masks.
  PersonDepth(const JobOptions& common, const PersonOptions& person, const DepthOptions& depth);
  /// Adds the stages "segment", up to `until_segment`, and "depth", up to `until_depth`, to the report.
  /// Without limits they follow the person (DepthMap::limits_of_person).
  DepthMap estimate(const Photo& photo, std::optional<DepthLimits> limits, Report& report,
                    double until_segment, double until_depth);

 private:
  DepthEstimator& estimator();

  const JobOptions& common_;
  const PersonOptions& person_;
  const DepthOptions& depth_;
  DepthModel model_;
  std::unique_ptr<DepthEstimator> estimator_;
};

/// std::nullopt without both options. Throws WrongUse with the API's messages if one limit is missing or not
/// finite, or the two are swapped.
std::optional<DepthLimits> limits_from_options(std::optional<float> min_depth,
                                               std::optional<float> max_depth);

}  // namespace portrait_depth::cli
