// Segmentation: a soft mask of the person or people in a picture.
#pragma once

#include <filesystem>
#include <memory>

#include "portrait_depth/image.hpp"
#include "portrait_depth/runtime.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// MediaPipe's selfie segmentation networks: the input of `general` has 256 x 256 pixels, of `landscape` 144
/// x 256 (height x width). `automatic` chooses `landscape` for pictures at least 4:3 wide.
enum class SegmentationModel { automatic, general, landscape };

struct SegmenterOptions {
  SegmentationModel model = SegmentationModel::automatic;
  /// Folder with selfie_segmentation.onnx and selfie_segmentation_landscape.onnx; empty:
  /// default_model_folder().
  std::filesystem::path model_folder = {};
  RuntimeOptions runtime = {};
};

/// The mask from which on a pixel is a person's.
inline constexpr float kPersonMask = 0.5f;

/// The mask of a picture. `mask` has the picture's size; 0 is background, 1 is person, soft between.
struct Segmentation {
  Plane<float> mask;
  /// The smallest upright box around mask ≥ kPersonMask, in pixels; empty without a person.
  Box person;
  /// Share of the picture's pixels with mask ≥ kPersonMask.
  float coverage = 0;
  /// True if the mask contains a person: coverage of at least 0.2 %, and a network value of at least 0.8.
  bool found = false;
};

/// Body segmentation by MediaPipe's selfie networks, refined on the picture's own edges. Not thread-safe: one
/// segmenter a thread.
class PORTRAIT_DEPTH_API BodySegmenter {
 public:
  /// Loads the network that `model` names (`automatic`: the general one; the other with the first wide
  /// picture, so that segment() throws the same). Throws ErrorCode::not_found or unreadable for one that is
  /// missing or damaged, unsupported for an execution provider that this ONNX Runtime lacks.
  explicit BodySegmenter(const SegmenterOptions& options = {});
  ~BodySegmenter();
  BodySegmenter(BodySegmenter&&) noexcept;
  BodySegmenter& operator=(BodySegmenter&&) noexcept;

  /// Throws ErrorCode::invalid_argument for an empty image. For a picture without a person, `found` is false.
  Segmentation segment(ImageView image);
  /// The same into a result that is reused: allocates nothing once warm at one size.
  void segment(ImageView image, Segmentation& result);

 private:
  struct PORTRAIT_DEPTH_LOCAL State;
  std::unique_ptr<State> state_;
};

/// The person's box, coverage and presence of a mask of any origin. Values are clamped to 0..1.
PORTRAIT_DEPTH_API Segmentation segmentation_from_mask(PlaneView<const float> mask);
/// The same into a result that is reused.
PORTRAIT_DEPTH_API void segmentation_from_mask(PlaneView<const float> mask, Segmentation& result);

}  // namespace portrait_depth
