// MediaPipe's full-range face detector. How its tensors are to be read is told by MediaPipe's graphs
// face_detection.pbtxt and face_detection_full_range.pbtxt (github.com/google-ai-edge/mediapipe,
// mediapipe/modules/face_detection): a square of 192 x 192 pixels, letterboxed, from -1 to 1; a grid of cells
// of 4 x 4 pixels, each with one anchor in its middle; a cell's score is a logit, its box in pixels of the
// square: from the anchor to the box's middle, then width and height. The network is of the family of V.
// Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs" (2019).
#include "portrait_depth/face_detection.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "image/window_sampler.hpp"
#include "inference/network.hpp"

namespace portrait_depth {
namespace {

constexpr int kSide = 192, kStride = 4, kCells = kSide / kStride;
constexpr std::size_t kGrid = std::size_t{kCells} * kCells;
constexpr std::size_t kBoxValues = 16;  // the box, then six points of the face that nobody here asks for

/// Air around the person in the nearer looks, as a share of the box's longer side, on each side. The network
/// is surer of faces of some sizes than of others, so it sees the person at three.
constexpr std::array<float, 3> kAir = {0.25f, 0.5f, 1.0f};

/// Beyond this many pixels lies no box in a picture.
constexpr float kLargestBoxNumber = 1e7f;

/// The square about the box's middle that holds it and `air` of its longer side on each side.
Box square_around(const Box& box, float air) {
  const float side = std::max(box.width, box.height) * (1 + 2 * air);
  return {box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side};
}

}  // namespace

struct FaceDetector::State {
  explicit State(const FaceDetectorOptions& options);

  std::vector<float> planes, boxes, scores;
  Network network;
  WindowSampler sampler;

  /// The best face in a square of the picture, which may reach beyond it.
  Face look_at(ImageView image, const Box& square);
};

FaceDetector::State::State(const FaceDetectorOptions& options)
    : planes(std::size_t{3} * kSide * kSide),
      boxes(kBoxValues * kGrid),
      scores(kGrid),
      network((options.model_folder.empty() ? default_model_folder() : options.model_folder) /
                  "face_detection_full_range.onnx",
              options.runtime) {
  network.bind_input("input", planes, std::array<std::int64_t, 4>{1, 3, kSide, kSide});
  network.bind_output("boxes", boxes, std::array<std::int64_t, 4>{1, kBoxValues, kCells, kCells});
  network.bind_output("scores", scores, std::array<std::int64_t, 4>{1, 1, kCells, kCells});
}

Face FaceDetector::State::look_at(ImageView image, const Box& square) {
  sampler.sample(image, square, kSide, kSide, planes);
  for (float& value : planes) value = 2 * value - 1;
  network.run();
  const auto best = static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
  const auto value = [&](std::size_t i) { return boxes[i * kGrid + best]; };
  const auto middle = [](std::size_t cell) { return (static_cast<float>(cell) + 0.5f) * kStride; };
  const float left = middle(best % kCells) + value(0) - value(2) / 2;
  const float top = middle(best / kCells) + value(1) - value(3) / 2;
  const float scale = square.width / kSide;
  const float score = 1 / (1 + std::exp(-scores[best]));
  return {.score = score,
          .box = {square.x + left * scale, square.y + top * scale, value(2) * scale, value(3) * scale},
          .found = score >= kFaceScore};
}

FaceDetector::FaceDetector(const FaceDetectorOptions& options) : state_(std::make_unique<State>(options)) {}
FaceDetector::~FaceDetector() = default;
FaceDetector::FaceDetector(FaceDetector&&) noexcept = default;
FaceDetector& FaceDetector::operator=(FaceDetector&&) noexcept = default;

Face FaceDetector::find(ImageView image) {
  if (image.empty()) throw Error(ErrorCode::invalid_argument, "the picture is empty");
  const Box whole = {0, 0, static_cast<float>(image.width()), static_cast<float>(image.height())};
  return state_->look_at(image, square_around(whole, 0));
}

Face FaceDetector::find(ImageView image, const Box& person) {
  for (const float number : {person.x, person.y, person.width, person.height})
    if (!(std::abs(number) <= kLargestBoxNumber))
      throw Error(ErrorCode::invalid_argument, "the person's box must be of finite numbers of pixels");
  Face best = find(image);
  if (person.width <= 0 || person.height <= 0) return best;
  for (const float air : kAir) {
    if (best.found) break;
    const Face face = state_->look_at(image, square_around(person, air));
    if (face.score > best.score) best = face;
  }
  return best;
}

}  // namespace portrait_depth
