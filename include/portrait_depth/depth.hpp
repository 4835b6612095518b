// From one portrait to a depth map: the API of TensorFlow.js' depth-estimation, in C++.
//
//   auto estimator = portrait_depth::create_estimator(portrait_depth::SupportedModel::ARPortraitDepth);
//   auto depth = estimator->estimate_depth(image, {.min_depth = 0.2f, .max_depth = 0.9f});
#pragma once

#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "portrait_depth/camera.hpp"
#include "portrait_depth/face_detection.hpp"
#include "portrait_depth/given_depth.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/progress.hpp"
#include "portrait_depth/segmentation.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// The meaning of a depth network's output.
enum class DepthOutput {
  /// Relief, (Z - Z_head) f / (Z_head W), and the width of the crop in metres at the head; see
  /// docs/design.md.
  relief,
  depth,      ///< Distance up to scale, larger is farther.
  disparity,  ///< Inverse distance up to scale and shift, larger is nearer (MiDaS, Depth Anything).
  relative,   ///< Distance up to scale and shift, larger is farther.
  metric,     ///< Distance along the optical axis in metres.
};

/// The order of the axes of a network's input: batch, channels, height, width.
enum class TensorLayout { nchw, nhwc };
enum class ChannelOrder { rgb, bgr };

/// The part of the picture that a network gets.
enum class NetworkView {
  person,  ///< The person's box with a margin.
  photo,   ///< The whole picture. Its surroundings are black where the shapes differ.
};

/// The input size of a network that takes several sizes. The input has the shape of the network's view, at
/// most 4 times as long as it is short.
struct FreeInputSize {
  int multiple = 1;        ///< Each side is a multiple of it, 1 to 1024.
  int side = 0;            ///< Length of the shorter (or longer) side before rounding, 8 to 2048.
  bool is_shorter = true;  ///< False: `side` is the longer one.
};

/// A depth network: its file and the meaning of its tensors.
struct DepthModel {
  std::string name = {};  ///< As in `--model NAME`, e.g. `ar_portrait_depth`.
  /// ONNX, or a description (.toml, see read_depth_model) that replaces the other members except a name. A
  /// relative path is looked for in the model folder.
  std::filesystem::path file = {};
  int input_width = 192, input_height = 256;
  /// Replaces input_width and input_height.
  std::optional<FreeInputSize> free_size = {};
  TensorLayout layout = TensorLayout::nchw;
  ChannelOrder channel_order = ChannelOrder::rgb;
  int input_channels = 4;  ///< 3: the colors; 4: the colors and the soft mask, 0..1.
  bool masked = true;      ///< The background of the network's input is black.
  NetworkView view = NetworkView::person;
  /// Values of sRGB's black and white. The input is (value - mean) / deviation; mean and deviation are in the
  /// order of the network's channels.
  float black = 0, white = 1;
  float mean[3] = {0, 0, 0};
  float deviation[3] = {1, 1, 1};
  DepthOutput output = DepthOutput::relief;
  /// Names of the tensors. Empty: `input` and `relief` for relief, else those of a network with one input and
  /// one output.
  std::string input_name = {}, output_name = {};
  std::string description = {};  ///< One line.
  /// The network's license and origin, each one line.
  std::string license = {}, source = {};
};

enum class SupportedModel { ARPortraitDepth, ARPortraitDepthFast };

/// The models that are known by name, the shipped ones first.
PORTRAIT_DEPTH_API std::vector<DepthModel> depth_models();
/// Adds a model, or replaces the one of that name. Throws ErrorCode::invalid_argument if the description is
/// not usable.
PORTRAIT_DEPTH_API void register_depth_model(const DepthModel& model);
/// Throws ErrorCode::invalid_argument for an unknown name, and lists the known ones.
PORTRAIT_DEPTH_API DepthModel find_depth_model(std::string_view name);
/// Reads the description of a network, a TOML file beside the ONNX file (docs/how-to/own-network.md lists the
/// keys). The model is named as the file, without extension. Throws ErrorCode::not_found if the description
/// or its network is missing, too_large for more than 1 MiB, unreadable for a wrong description: the error
/// names the file, the line and the accepted keys or values.
PORTRAIT_DEPTH_API DepthModel read_depth_model(const std::filesystem::path& file);

/// Raw values (half of the distance in metres) that become 0 and 1.
struct DepthLimits {
  float min_depth = 0, max_depth = 1;
};

struct EstimatorOptions {
  std::filesystem::path model_folder = {};  ///< Empty: default_model_folder().
  bool segmentation = true;                 ///< false: the whole picture is taken as the person.
  SegmenterOptions segmenter = {};          ///< An empty model_folder is the estimator's.
  FaceDetectorOptions face_detector = {};   ///< For estimate_photo. An empty model_folder is the estimator's.
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

  /// The picture's camera, e.g. Photo::intrinsics. Empty: view and distance are chosen together by a prior
  /// over portraits ("Camera and distance" in docs/design.md).
  std::optional<Intrinsics> intrinsics = {};
  /// The head's distance, above 0 and at most 1e6. Empty: estimated.
  std::optional<float> head_distance_metres = {};
  /// The pitch of the camera's axis above the horizon in radians, -pi/2 to pi/2, e.g.
  /// PhotoInfo::camera_pitch. The network corrects the person's slope by it, if takes_camera_pitch(). Empty:
  /// unknown.
  std::optional<float> camera_pitch = {};
  /// The camera's turn about its axis in radians, -pi to pi, clockwise as the photographer sees it. Used with
  /// camera_pitch only.
  float camera_roll = 0;
  /// A mask of the picture's size, 0..1, that replaces the segmentation.
  std::optional<PlaneView<const float>> mask = {};
};

/// The options of DepthEstimator::estimate_photo. The defaults are those of the command.
struct PhotoConfig {
  std::optional<DepthLimits> limits = {};  ///< Empty: DepthMap::limits_of_person.
  bool flip_horizontal = false;            ///< As in EstimationConfig.
  bool flip_augmentation = true;           ///< As in EstimationConfig.
  /// Runs the network on a crop of the head too, and blends that into the person's depth: for another run of
  /// the network, finer and more often right heads. Only with a face that was found, and with networks of
  /// kind relief that see the masked person. docs/evaluation.md has the figures.
  bool head_pass = true;
  std::optional<Intrinsics> intrinsics = {};        ///< As in EstimationConfig.
  std::optional<float> head_distance_metres = {};   ///< As in EstimationConfig.
  std::optional<float> camera_pitch = {};           ///< As in EstimationConfig.
  float camera_roll = 0;                            ///< As in EstimationConfig.
  std::optional<PlaneView<const float>> mask = {};  ///< As in EstimationConfig; no face is then required.
  /// Accepts a subject without a visible face: people from behind, animals, things.
  bool any_subject = false;
  /// A depth map that comes with the photo, e.g. given_depth(read_embedded_depth(path)) or
  /// load_depth_file(path). Its camera is used without `intrinsics`, its matte without `mask`. For a map in
  /// metres, `head_distance_metres` sets the head's distance and does not scale the map.
  std::optional<GivenDepth> depth = {};
  DepthSource source = DepthSource::automatic;
};

/// The steps of DepthEstimator::estimate_photo.
enum class PhotoStage { segmentation, depth };

enum class UnderlyingType { image, array, tensor };

/// Row-major floats, shape {height, width}; the view of a DepthMap's values as a tensor.
struct Tensor2D {
  std::vector<float> data;
  int height = 0, width = 0;
};

class Estimation;

/// The depth of one picture, at the picture's size. Owns its memory; a value type.
class PORTRAIT_DEPTH_API DepthMap {
 public:
  DepthMap() = default;
  /// metres: finite and above 0 wherever mask > 0; other values become NaN. Both planes have the
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

  DepthLimits limits() const { return limits_; }
  /// Changes the limits of value() and of the conversions; the planes stay as they are. Throws
  /// ErrorCode::invalid_argument unless both are finite and min_depth <= max_depth.
  void set_limits(DepthLimits limits);
  /// Limits for this person, whose nearest place becomes 0.1 and the farthest 1. 0.2 % of the pixels at each
  /// end do not count. {0, 1} without a person.
  DepthLimits limits_of_person() const;

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
  friend class Estimation;
  Plane<float> metres_, mask_;
  Intrinsics intrinsics_;
  DepthLimits limits_;
  float head_distance_metres_ = 0;
};

/// The result of DepthEstimator::estimate_photo.
struct PhotoDepth {
  DepthMap depth;
  Box person;          ///< The person's box in pixels of the photo, not mirrored.
  float coverage = 0;  ///< The person's share of the photo's area, 0..1.
  /// The person's face; empty if no face was required.
  std::optional<Face> face = {};
  /// The origin of the depth: never DepthSource::automatic.
  DepthSource source = DepthSource::network;
  /// A doubt about the given map, with a way out; empty: none.
  std::string warning = {};
  /// Z of the whole photo in metres, the background included, from a network with NetworkView::photo whose
  /// input is not masked. Values that the network does not give are filled from their surroundings. Empty for
  /// other networks and for given maps.
  Plane<float> scene_metres = {};
  /// A distance for the background's plane (Photo3DOptions::background_metres): the median of scene_metres
  /// outside of the mask. Empty without scene_metres, for outputs without a scale (disparity, relative), and
  /// if it is less than 1.1 times the person's farthest point.
  std::optional<float> background_metres = {};
};

/// Not thread-safe: one estimator a thread.
class PORTRAIT_DEPTH_API DepthEstimator {
 public:
  /// Loads the networks. Throws ErrorCode::not_found or unreadable for one that is missing, damaged or not
  /// as `model` describes it, unsupported for an execution provider that this ONNX Runtime lacks,
  /// invalid_argument for a model whose description is not usable.
  explicit DepthEstimator(const DepthModel& model, const EstimatorOptions& options = {});
  ~DepthEstimator();
  DepthEstimator(DepthEstimator&&) noexcept;
  DepthEstimator& operator=(DepthEstimator&&) noexcept;

  /// Throws ErrorCode::invalid_argument with "An estimation config with minDepth and maxDepth set must be
  /// provided." when a limit is not finite and with "minDepth must be <= maxDepth." when they are swapped,
  /// and for an empty picture, a mask or intrinsics of another size, numbers of the config that are out of
  /// range; ErrorCode::no_person if segmentation or mask contain no person, or the network returns no finite
  /// values.
  DepthMap estimate_depth(ImageView image, const EstimationConfig& config);
  /// The same into a result that is reused: once warm at one size, only ONNX Runtime allocates memory. If it
  /// throws, the result stays as it was.
  void estimate_depth(ImageView image, const EstimationConfig& config, DepthMap& result);
  /// One result per picture, in order; networks with a batch axis process several at once. Throws at the
  /// first failure.
  std::vector<DepthMap> estimate_depth(std::span<const ImageView> images, const EstimationConfig& config,
                                       const Progress& progress = {});
  /// Everything that the command does for one photo: segmentation, face check, flip augmentation, and limits
  /// that follow the person. The face detector is loaded by the first call that needs it. `on_stage` is
  /// called at the start of each stage. Throws as estimate_depth does, and ErrorCode::no_person if the
  /// subject shows no face; no face is required with a mask, with `any_subject`, and from an estimator
  /// without segmentation. Throws ErrorCode::invalid_argument for a given map that cannot be used: another
  /// shape than the picture's, no values on the person, one value everywhere, another unit; the message
  /// begins with "the depth map".
  PhotoDepth estimate_photo(ImageView image, const PhotoConfig& config = {},
                            const std::function<void(PhotoStage)>& on_stage = {});
  /// Part of TensorFlow.js' API. It changes no result, because each picture is estimated independently.
  void reset();
  const DepthModel& model() const;
  /// True for a network with the input `gravity`; others ignore EstimationConfig::camera_pitch.
  bool takes_camera_pitch() const;

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
