// The core's part of face detection: regions of the picture, the network's input, the meaning of its outputs.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "image/window_sampler.hpp"
#include "portrait_depth/face_detection.hpp"

namespace portrait_depth {

/// The network's input has 3 x kFaceSide x kFaceSide values; its outputs have kFaceBoxValues x kFaceCells and
/// kFaceCells values.
inline constexpr int kFaceSide = 192, kFaceStride = 4, kFaceCellsPerSide = kFaceSide / kFaceStride;
inline constexpr std::size_t kFaceCells = std::size_t{kFaceCellsPerSide} * kFaceCellsPerSide;
/// The box, then six points of the face, which are not used.
inline constexpr std::size_t kFaceBoxValues = 16;

/// The square that the detector examines as number `region`, in pixels of the picture; it may reach beyond
/// the picture. Region 0 is the whole picture, the next ones are around the person's box with growing
/// margins. Empty after the last region; an empty box has region 0 only.
std::optional<Box> face_region(ImageView image, const Box& person, int region);

/// The network's input and result for one region. Keeps its work memory.
class FaceWindow {
 public:
  /// Writes the network's input for a square of the picture.
  void prepare_input(ImageView image, const Box& square, std::span<float> input);
  /// The most likely face in that square by the network's outputs.
  Face best_face(std::span<const float> boxes, std::span<const float> scores) const;

 private:
  WindowSampler sampler_;
  Box square_;
};

}  // namespace portrait_depth
