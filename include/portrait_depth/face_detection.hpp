// Whether a person is in the picture: segmentation takes cats and cups for persons, but they have no face.
//
//   const Segmentation segmentation = BodySegmenter().segment(photo);
//   const Face face = FaceDetector().find(photo, segmentation.person);
//   if (!face.found) ...  // an animal, a thing, or a person from behind
#pragma once

#include <filesystem>
#include <memory>

#include "portrait_depth/image.hpp"
#include "portrait_depth/segmentation.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// From this score on, a look at the picture shows a face. Chosen so that hardly a person is refused whose
/// face can be seen; docs/design.md has the figures.
inline constexpr float kFaceScore = 0.45f;

struct FaceDetectorOptions {
  /// Folder with face_detection_full_range.onnx; empty: default_model_folder().
  std::filesystem::path model_folder = {};
  RuntimeOptions runtime = {};
};

/// What in a picture looks most like a face.
struct Face {
  /// How sure the network is, 0..1.
  float score = 0;
  /// From the brows to the chin, in pixels of the picture; means something where `found`.
  Box box;
  /// True from kFaceScore on.
  bool found = false;
};

/// Face detection by MediaPipe's full-range network. Not thread-safe: one detector a thread. It is meant for
/// photos, once each; a video's frames need none of it.
class PORTRAIT_DEPTH_API FaceDetector {
 public:
  /// Throws ErrorCode::not_found or unreadable for a network that is missing or damaged, unsupported for an
  /// execution provider that this ONNX Runtime lacks.
  explicit FaceDetector(const FaceDetectorOptions& options = {});
  ~FaceDetector();
  FaceDetector(FaceDetector&&) noexcept;
  FaceDetector& operator=(FaceDetector&&) noexcept;

  /// Looks at the whole picture, once. Throws ErrorCode::invalid_argument for an empty image.
  Face find(ImageView image);
  /// Looks at the whole picture, then at the person (the box as BodySegmenter gives it, in pixels of the
  /// picture) with more and more around: until a face is found, four times at most. Gives the best of these
  /// looks. The same as above for an empty box. Throws ErrorCode::invalid_argument for an empty image and a
  /// box with numbers that are not finite or beyond 1e7.
  Face find(ImageView image, const Box& person);

 private:
  struct PORTRAIT_DEPTH_LOCAL State;
  std::unique_ptr<State> state_;
};

}  // namespace portrait_depth
