#include "networks.hpp"

#include <CLI/CLI.hpp>

namespace portrait_depth::cli {

void add_network_options(CLI::App& app, NetworkOptions& options) {
  add_model_folder_option(app, options.model_folder);
  app.add_option("--provider", options.provider, "Execution provider of the networks: cpu, cuda, coreml, …")
      ->capture_default_str();
}

Networks::Networks(const NetworkOptions& options, int threads)
    : folder_(options.model_folder), runtime_{.execution_provider = options.provider, .threads = threads} {}

BodySegmenter& Networks::segmenter() {
  if (!segmenter_)
    segmenter_ =
        std::make_unique<BodySegmenter>(SegmenterOptions{.model_folder = folder_, .runtime = runtime_});
  return *segmenter_;
}

FaceDetector& Networks::face_detector() {
  if (!face_detector_)
    face_detector_ =
        std::make_unique<FaceDetector>(FaceDetectorOptions{.model_folder = folder_, .runtime = runtime_});
  return *face_detector_;
}

DepthEstimator& Networks::estimator(const DepthModel& model, bool segmentation) {
  auto& estimator = estimators_[{model.name, segmentation}];
  if (!estimator) {
    EstimatorOptions options;
    options.model_folder = folder_;
    options.segmentation = segmentation;
    options.segmenter.runtime = options.face_detector.runtime = options.runtime = runtime_;
    estimator = create_estimator(model, options);
  }
  return *estimator;
}

}  // namespace portrait_depth::cli
