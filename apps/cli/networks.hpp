// The networks of one thread of work. Each is loaded at its first use, or in advance, and serves all photos
// after that.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "job_options.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/face_detection.hpp"
#include "portrait_depth/segmentation.hpp"

namespace portrait_depth::cli {

/// The place of the networks and their execution provider.
struct NetworkOptions {
  std::string model_folder, provider = "cpu";
};
void add_network_options(CLI::App& app, NetworkOptions& options);

/// Not thread-safe: one for each thread.
class Networks {
 public:
  Networks(const NetworkOptions& options, int threads);
  /// Each throws the errors of the class's constructor at the first call.
  BodySegmenter& segmenter();
  FaceDetector& face_detector();
  /// One estimator for each network, with and without segmentation.
  DepthEstimator& estimator(const DepthModel& model, bool segmentation);

 private:
  std::string folder_;
  RuntimeOptions runtime_;
  std::unique_ptr<BodySegmenter> segmenter_;
  std::unique_ptr<FaceDetector> face_detector_;
  std::map<std::pair<std::string, bool>, std::unique_ptr<DepthEstimator>> estimators_;
};

}  // namespace portrait_depth::cli
