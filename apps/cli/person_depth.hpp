// Who is in a photo and how far away: what the subcommands share.
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
/// Whether what has no face is taken for a person too.
void add_subject_option(CLI::App& app, PersonOptions& options);
/// Those of the person's options that say which networks run where.
void add_network_options(CLI::App& app, PersonOptions& options);
void add_depth_options(CLI::App& app, DepthOptions& options);

/// Finds people; a network is loaded at the first photo that needs it.
class PersonFinder {
 public:
  PersonFinder(const JobOptions& common, const PersonOptions& options) : common_(common), options_(options) {}
  /// Nothing for --no-segmentation. Throws ErrorCode::no_person, also where segmentation found something that
  /// has no face, unless --mask or --any-subject says who is meant.
  std::optional<Segmentation> find(ImageView image);
  /// The same, but a photo without people is no error, and nobody asks for faces.
  Segmentation look(ImageView image);
  /// The face of the person that was found.
  Face look_for_face(ImageView image, const Box& person);

 private:
  const JobOptions& common_;
  const PersonOptions& options_;
  std::unique_ptr<BodySegmenter> segmenter_;
  std::unique_ptr<FaceDetector> face_detector_;
};

/// Estimates depth; the network is loaded at the first photo.
class PersonDepth {
 public:
  /// Throws WrongUse or Error for options that contradict each other, networks that nobody knows and masks
  /// that cannot be read.
  PersonDepth(const JobOptions& common, const PersonOptions& person, const DepthOptions& depth);
  /// Books the stages "segment", up to `until_segment`, and "depth", up to `until_depth`. The limits may be
  /// left out: they then follow the person, see limits_of_person.
  DepthMap estimate(const Photo& photo, std::optional<float> min_depth, std::optional<float> max_depth,
                    Report& report, double until_segment, double until_depth);

 private:
  DepthEstimator& estimator();

  const JobOptions& common_;
  const PersonOptions& person_;
  const DepthOptions& depth_;
  DepthModel model_;
  PersonFinder finder_;
  std::unique_ptr<DepthEstimator> estimator_;
};

/// Throws WrongUse with the API's words where one limit is missing or NaN, or the two are swapped.
void check_limits(std::optional<float> min_depth, std::optional<float> max_depth);

}  // namespace portrait_depth::cli
