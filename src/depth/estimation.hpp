// The recipe of an estimation: the steps from a picture and its mask to a depth map, except the run of the
// network. The C++ estimator and the browser's core both follow it.
#pragma once

#include <span>
#include <vector>

#include "depth/camera_model.hpp"
#include "depth/depth_window.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {

/// The estimation of one picture at a time. Call prepare(), run the network on the input, then place() and
/// make_depth_map(). Keeps its work memory: warm, it allocates nothing for pictures of one size.
class Estimation {
 public:
  /// Crops around the person and writes the network's input (see DepthWindow::prepare_input). Takes the mask
  /// of `segmentation` and leaves other memory there, so that no plane is copied.
  void prepare(ImageView image, Segmentation& segmentation, const DepthModel& model, std::span<float> input);
  /// Writes the network's input for a second look at the head (head_pass.hpp); call it before prepare(), and
  /// set_head() with the output. `face`: in pixels of the picture. False if a second look brings nothing, and
  /// for networks that do not see a masked person.
  bool prepare_head(ImageView image, const Segmentation& segmentation, const Box& face,
                    const DepthModel& model, std::span<float> input);
  /// The network's relief for prepare_head(), which make_depth_map() blends in.
  void set_head(std::span<const float> relief);
  /// Leaves out the second look from here on.
  void forget_head();
  /// Chooses the camera, and the scale from relief to metres. `crop_width_metres`: the network's second
  /// output; assumed_crop_width_metres() for networks without one. Throws ErrorCode::invalid_argument for
  /// intrinsics of another size and for numbers out of range.
  void place(float crop_width_metres, const EstimationConfig& config);
  /// Brings the network's output to the picture. `output`: of the network's size; its memory is used for the
  /// conversion of networks that return no relief. `image`: the picture of prepare(). Throws
  /// ErrorCode::no_person for an output without finite values on the person; the result then stays as it was.
  void make_depth_map(ImageView image, std::span<float> output, DepthOutput kind,
                      const EstimationConfig& config, DepthMap& result);

  /// Z of the whole picture, the background included, from the output that make_depth_map() has converted to
  /// relief. Not mirrored. `image`: the picture of prepare().
  void make_scene(ImageView image, std::span<const float> relief, Plane<float>& metres);

  /// The crop in pixels of the picture; it may reach beyond the picture.
  const Box& crop() const { return window_.crop(); }
  /// The crop's width at the head if the person is kAssumedCropWidthMetres wide with a margin.
  float assumed_crop_width_metres() const { return kAssumedCropWidthMetres * crop().width / person_width_; }
  /// The person's median of an output in metres. Throws as depth_of_person().
  float head_metres(std::span<const float> output);
  /// The mask of the prepared picture, not mirrored.
  PlaneView<const float> mask() const { return mask_; }
  const ReliefScale& scale() const { return scale_; }
  /// The camera of the result: mirrored if the configuration asks for it.
  Intrinsics result_intrinsics(const EstimationConfig& config) const;

 private:
  DepthWindow window_, scene_window_, head_window_;
  std::vector<float> head_relief_;  ///< Empty: no second look.
  Plane<float> mask_;
  float person_width_ = 0;  ///< Of a crop around the person, in pixels of the picture.
  Intrinsics intrinsics_;
  ReliefScale scale_;
  std::vector<float> scratch_;
};

}  // namespace portrait_depth
