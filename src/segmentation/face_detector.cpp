#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "inference/network.hpp"
#include "portrait_depth/face_detection.hpp"
#include "segmentation/face_window.hpp"

namespace portrait_depth {
namespace {

/// No box in a picture lies beyond this many pixels.
constexpr float kLargestBoxNumber = 1e7f;

}  // namespace

struct FaceDetector::State {
  explicit State(const FaceDetectorOptions& options);

  std::vector<float> input, boxes, scores;
  Network network;
  FaceWindow window;

  /// The most likely face in a square of the picture, which may reach beyond it.
  Face detect(ImageView image, const Box& square);
};

FaceDetector::State::State(const FaceDetectorOptions& options)
    : input(std::size_t{3} * kFaceSide * kFaceSide),
      boxes(kFaceBoxValues * kFaceCells),
      scores(kFaceCells),
      network((options.model_folder.empty() ? default_model_folder() : options.model_folder) /
                  "face_detection_full_range.onnx",
              options.runtime) {
  constexpr std::int64_t kBoxValues = kFaceBoxValues;
  network.bind_input("input", input, std::array<std::int64_t, 4>{1, 3, kFaceSide, kFaceSide});
  network.bind_output("boxes", boxes,
                      std::array<std::int64_t, 4>{1, kBoxValues, kFaceCellsPerSide, kFaceCellsPerSide});
  network.bind_output("scores", scores,
                      std::array<std::int64_t, 4>{1, 1, kFaceCellsPerSide, kFaceCellsPerSide});
}

Face FaceDetector::State::detect(ImageView image, const Box& square) {
  window.prepare_input(image, square, input);
  network.run();
  return window.best_face(boxes, scores);
}

FaceDetector::FaceDetector(const FaceDetectorOptions& options) : state_(std::make_unique<State>(options)) {}
FaceDetector::~FaceDetector() = default;
FaceDetector::FaceDetector(FaceDetector&&) noexcept = default;
FaceDetector& FaceDetector::operator=(FaceDetector&&) noexcept = default;

Face FaceDetector::find(ImageView image) {
  return find(image, {});
}

Face FaceDetector::find(ImageView image, const Box& person) {
  if (image.empty()) throw Error(ErrorCode::invalid_argument, "the picture is empty");
  for (const float number : {person.x, person.y, person.width, person.height})
    if (!(std::abs(number) <= kLargestBoxNumber))
      throw Error(ErrorCode::invalid_argument, "the person's box must be of finite numbers of pixels");
  Face best;
  for (int region = 0; !best.found; ++region) {
    const std::optional<Box> square = face_region(image, person, region);
    if (!square) break;
    const Face face = state_->detect(image, *square);
    if (region == 0 || face.score > best.score) best = face;
  }
  return best;
}

}  // namespace portrait_depth
