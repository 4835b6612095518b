// From one portrait to a depth map: the API of TensorFlow.js' depth-estimation, in C++.
//
//   auto estimator = portrait_depth::create_estimator(portrait_depth::SupportedModel::ARPortraitDepth);
//   auto depth = estimator->estimate_depth(image, {.min_depth = 0.2f, .max_depth = 0.9f});
#pragma once

#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/progress.hpp"
#include "portrait_depth/segmentation.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// What a depth network's output means.
enum class DepthOutput {
  /// Relief, (Z - Z_head) f / (Z_head W), and the width of the crop in metres at the head; see
  /// docs/design.md.
  relief,
  depth,      ///< Distance up to scale, larger is farther.
  disparity,  ///< Inverse distance up to scale and shift, larger is nearer (MiDaS, Depth Anything).
};

/// A depth network that the registry knows by name.
struct DepthModel {
  std::string name = {};            ///< As in `--model NAME`, e.g. `ar_portrait_depth`.
  std::filesystem::path file = {};  ///< ONNX; a relative path is looked for in the model folder.
  int input_width = 192, input_height = 256;
  int input_channels = 4;     ///< 3: RGB; 4: RGB and the soft mask.
  bool masked = true;         ///< The background is set to 0 before the network sees it.
  float mean[3] = {0, 0, 0};  ///< Of sRGB 0..1; the network sees (value - mean) / deviation.
  float deviation[3] = {1, 1, 1};
  DepthOutput output = DepthOutput::relief;
  std::string description = {};  ///< One line.
};

enum class SupportedModel { ARPortraitDepth, ARPortraitDepthFast };

/// The models that are known by name, the shipped ones first.
PORTRAIT_DEPTH_API std::vector<DepthModel> depth_models();
/// Adds a model, or replaces the one of that name. Throws ErrorCode::invalid_argument if the description is
/// not usable.
PORTRAIT_DEPTH_API void register_depth_model(const DepthModel& model);
/// Throws ErrorCode::invalid_argument and names the known ones when `name` is not among them.
PORTRAIT_DEPTH_API DepthModel find_depth_model(std::string_view name);

struct EstimatorOptions {
  std::filesystem::path model_folder = {};  ///< Empty: default_model_folder().
  bool segmentation = true;                 ///< false: the whole picture is taken as the person.
  SegmenterOptions segmenter = {};
  RuntimeOptions runtime = {};
};

/// The limits are the API's: of the network's raw value, which is half of the distance in metres.
struct EstimationConfig {
  float min_depth = std::numeric_limits<float>::quiet_NaN();  ///< Must be set: this raw value becomes 0.
  float max_depth =
      std::numeric_limits<float>::quiet_NaN();  ///< Must be set, ≥ min_depth: this raw value becomes 1.
  bool flip_horizontal = false;                 ///< Mirrors the result, as for a webcam.
  /// Runs the depth network on the picture's mirror image too, and takes the mean of both (Godard et al.,
  /// Unsupervised Monocular Depth Estimation with Left-Right Consistency, 2017). Better on most pictures, for
  /// another run of the network: for photos rather than frames. docs/evaluation.md has the figures.
  bool flip_augmentation = false;

  /// Of the picture, e.g. Photo::intrinsics; else Intrinsics::assumed.
  std::optional<Intrinsics> intrinsics = {};
  /// Known distance of the head, above 0 and at most 1e6; else estimated from its size.
  std::optional<float> head_distance_metres = {};
  std::optional<PlaneView<const float>> mask =
      {};  ///< A mask from elsewhere (the picture's size, 0..1) instead of ours.
};

enum class UnderlyingType { image, array, tensor };

/// Row-major floats, shape {height, width}; the view of a DepthMap's values as a tensor.
struct Tensor2D {
  std::vector<float> data;
  int height = 0, width = 0;
};

/// The depth of one picture, at the picture's size. Owns its memory; a value type.
class PORTRAIT_DEPTH_API DepthMap {
 public:
  DepthMap() = default;
  /// metres: finite and above 0 wherever mask > 0; what stands elsewhere is not kept. Both planes have the
  /// same size; the limits are finite, min_depth <= max_depth. Throws ErrorCode::invalid_argument otherwise.
  /// Without a distance of the head, the median of the person is taken for it.
  DepthMap(Plane<float> metres, Plane<float> mask, const Intrinsics& intrinsics, float min_depth,
           float max_depth, float head_distance_metres = std::numeric_limits<float>::quiet_NaN());

  int width() const { return metres_.width(); }
  int height() const { return metres_.height(); }

  /// Z along the optical axis in metres: finite wherever mask() > 0 (the surface goes on under the soft
  /// silhouette), NaN elsewhere.
  PlaneView<const float> metres() const { return metres_; }
  /// 0 is background, 1 is person.
  PlaneView<const float> mask() const { return mask_; }
  const Intrinsics& intrinsics() const { return intrinsics_; }
  /// Median distance of the head in metres.
  float head_distance_metres() const { return head_distance_metres_; }

  /// The API's value of a pixel: clamp((metres / 2 - min_depth) / (max_depth - min_depth), 0, 1) where mask ≥
  /// 0.5, else 0. Smaller is nearer; 0 is background.
  float value(int x, int y) const;
  /// value() of all pixels, row-major, height x width.
  std::vector<float> to_array() const;
  /// The same into memory of the caller's. Throws ErrorCode::invalid_argument unless it holds width x height
  /// values.
  void to_array(std::span<float> values) const;
  Tensor2D to_tensor() const;
  /// The API's canvas form: red is value x 255 rounded, green and blue are 0, alpha is 255.
  Image to_image() const;
  UnderlyingType underlying_type() const { return UnderlyingType::array; }

  /// Unit surface normals in camera space (x right, y down, z away; a surface that faces the camera has z =
  /// -1) from the depth's differences; (0, 0, 0) where mask < 0.5.
  Plane<Vec3> normals() const;

 private:
  friend class DepthEstimator;
  Plane<float> metres_, mask_;
  Intrinsics intrinsics_;
  float min_depth_ = 0, max_depth_ = 1, head_distance_metres_ = 0;
};

/// Not thread-safe: one estimator a thread.
class PORTRAIT_DEPTH_API DepthEstimator {
 public:
  /// Loads the networks. Throws ErrorCode::not_found or unreadable for one that is missing, damaged or not
  /// what `model` says, unsupported for an execution provider that this ONNX Runtime lacks, invalid_argument
  /// for a model whose description is not usable.
  explicit DepthEstimator(const DepthModel& model, const EstimatorOptions& options = {});
  ~DepthEstimator();
  DepthEstimator(DepthEstimator&&) noexcept;
  DepthEstimator& operator=(DepthEstimator&&) noexcept;

  /// Throws ErrorCode::invalid_argument with "An estimation config with minDepth and maxDepth set must be
  /// provided." when a limit is not finite and with "minDepth must be <= maxDepth." when they are swapped,
  /// and for an empty picture, a mask or intrinsics of another size, numbers of the config that are out of
  /// range; ErrorCode::no_person when the segmentation finds nobody, the mask shows nobody or the network
  /// says nothing.
  DepthMap estimate_depth(ImageView image, const EstimationConfig& config);
  /// The same into a result that is reused: allocates nothing of ours once warm at one size. Where it throws,
  /// the result stays as it was.
  void estimate_depth(ImageView image, const EstimationConfig& config, DepthMap& result);
  /// One result a picture, in order; networks that take a batch get one. Throws at the first that fails.
  std::vector<DepthMap> estimate_depth(std::span<const ImageView> images, const EstimationConfig& config,
                                       const Progress& progress = {});
  /// Forgets what was kept from earlier frames.
  void reset();
  const DepthModel& model() const;

 private:
  struct PORTRAIT_DEPTH_LOCAL State;
  std::unique_ptr<State> state_;
};

/// A new estimator, the caller's own. Throws as DepthEstimator's constructor does.
PORTRAIT_DEPTH_API std::unique_ptr<DepthEstimator> create_estimator(
    SupportedModel model = SupportedModel::ARPortraitDepth, const EstimatorOptions& options = {});
/// The same with any network, registered or not.
PORTRAIT_DEPTH_API std::unique_ptr<DepthEstimator> create_estimator(const DepthModel& model,
                                                                    const EstimatorOptions& options = {});

}  // namespace portrait_depth
