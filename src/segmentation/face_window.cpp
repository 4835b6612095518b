// The layout of the tensors follows MediaPipe's graphs face_detection.pbtxt and
// face_detection_full_range.pbtxt (github.com/google-ai-edge/mediapipe, mediapipe/modules/face_detection): a
// square of 192 x 192 pixels, letterboxed, from -1 to 1; a grid of cells of 4 x 4 pixels, each with one
// anchor in its middle; a cell's score is a logit, its box is in pixels of the square: from the anchor to the
// box's middle, then width and height. The network is of the family of V. Bazarevsky et al., "BlazeFace:
// Sub-millisecond Neural Face Detection on Mobile GPUs" (2019).
#include "segmentation/face_window.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace portrait_depth {
namespace {

/// Margins around the person, as a share of the box's longer side, on each side. The network's score depends
/// on the size of a face, so it examines the person at three sizes.
constexpr std::array<float, 3> kMargins = {0.25f, 0.5f, 1.0f};

/// The square around the box's middle that contains it and `margin` of its longer side on each side.
Box square_around(const Box& box, float margin) {
  const float side = std::max(box.width, box.height) * (1 + 2 * margin);
  return {box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side};
}

}  // namespace

std::optional<Box> face_region(ImageView image, const Box& person, int region) {
  if (region == 0)
    return square_around({0, 0, static_cast<float>(image.width()), static_cast<float>(image.height())}, 0);
  if (region > static_cast<int>(kMargins.size()) || person.width <= 0 || person.height <= 0)
    return std::nullopt;
  return square_around(person, kMargins[static_cast<std::size_t>(region - 1)]);
}

void FaceWindow::prepare_input(ImageView image, const Box& square, std::span<float> input) {
  square_ = square;
  sampler_.sample(image, square, kFaceSide, kFaceSide, input);
  for (float& value : input) value = 2 * value - 1;
}

Face FaceWindow::best_face(std::span<const float> boxes, std::span<const float> scores) const {
  const auto best = static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
  const auto value = [&](std::size_t i) { return boxes[i * kFaceCells + best]; };
  const auto middle = [](std::size_t cell) { return (static_cast<float>(cell) + 0.5f) * kFaceStride; };
  const float left = middle(best % kFaceCellsPerSide) + value(0) - value(2) / 2;
  const float top = middle(best / kFaceCellsPerSide) + value(1) - value(3) / 2;
  const float scale = square_.width / kFaceSide;
  const float score = 1 / (1 + std::exp(-scores[best]));
  return {.score = score,
          .box = {square_.x + left * scale, square_.y + top * scale, value(2) * scale, value(3) * scale},
          .found = score >= kFaceScore};
}

}  // namespace portrait_depth
