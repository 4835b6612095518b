// Face detection: segmentation also marks cats and cups, which have no face.
//
//   const Segmentation segmentation = BodySegmenter().segment(photo);
//   const Face face = FaceDetector().find(photo, segmentation.person);
// if (!face.found) ...  // an animal, a thing, or a person from behind
#pragma once

#include <filesystem>
#include <memory>

#include "portrait_depth/image.hpp"
#include "portrait_depth/segmentation.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// A region with at least this score shows a face. Chosen so that few people with a visible face are
/// rejected; docs/design.md has the figures.
inline constexpr float kFaceScore = 0.45f;

struct FaceDetectorOptions {
  /// Folder with face_detection_full_range.onnx; empty: default_model_folder().
  std::filesystem::path model_folder = {};
  RuntimeOptions runtime = {};
};

/// The most likely face in a picture.
struct Face {
  /// The network's confidence, 0..1.
  float score = 0;
  /// From the brows to the chin, in pixels of the picture; meaningful if `found`.
  Box box;
  /// True from kFaceScore on.
  bool found = false;
};

/// Face detection by MediaPipe's full-range network. Not thread-safe: one detector a thread. It is meant
/// for photos; frames of a film do not need it.
class PORTRAIT_DEPTH_API FaceDetector {
 public:
  /// Throws ErrorCode::not_found or unreadable for a network that is missing or damaged, unsupported for an
  /// execution provider that this ONNX Runtime lacks.
  explicit FaceDetector(const FaceDetectorOptions& options = {});
  ~FaceDetector();
  FaceDetector(FaceDetector&&) noexcept;
  FaceDetector& operator=(FaceDetector&&) noexcept;

  /// Examines the whole picture, once. Throws ErrorCode::invalid_argument for an empty image.
  Face find(ImageView image);
  /// Examines the whole picture, then three squares around the person's box (Segmentation::person) with
  /// growing margins, until one shows a face. Returns the face with the highest score. Examines only the
  /// whole picture for an empty box. Throws ErrorCode::invalid_argument for an empty image and a box with
  /// numbers that are not finite or beyond 1e7.
  Face find(ImageView image, const Box& person);

 private:
  struct PORTRAIT_DEPTH_LOCAL State;
  std::unique_ptr<State> state_;
};

}  // namespace portrait_depth
