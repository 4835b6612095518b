// A depth network with its tensors, as its description says.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "inference/network.hpp"
#include "portrait_depth/depth.hpp"

namespace portrait_depth {

/// Not thread-safe. Warm at one size, it allocates nothing beside ONNX Runtime.
class DepthNetwork {
 public:
  /// Throws the errors of Network, ErrorCode::unreadable for tensors that the network lacks and
  /// invalid_argument for a description of another size, layout or number of channels than the network's.
  DepthNetwork(const DepthModel& model, const std::filesystem::path& file, const RuntimeOptions& options);

  /// The largest number of pictures in one run.
  std::size_t largest_batch() const { return largest_batch_; }
  /// Prepares runs of `batch` pictures, whose inputs have width x height pixels. Throws
  /// ErrorCode::invalid_argument for a size that the network does not take.
  void bind(std::size_t batch, int width, int height);
  /// input_channels values a pixel, in the network's layout.
  std::span<float> input(std::size_t slot);
  /// One value a pixel, row by row.
  std::span<float> output(std::size_t slot);
  /// The second output of kind relief; NaN for other kinds.
  float crop_width_metres(std::size_t slot) const { return crop_widths_[slot]; }
  /// True for networks of kind relief with the input `gravity`.
  bool takes_gravity() const { return takes_gravity_; }
  /// The unit vector of gravity in camera space, {0, 0, 0}: unknown. Other networks ignore it.
  void set_gravity(std::size_t slot, const Vec3& direction);
  /// With flip augmentation, the outputs are the means with those of the mirror images. Throws as
  /// Network::run.
  void run(bool flip_augmentation);

 private:
  void check_input() const;
  void check_output() const;
  void check_gravity() const;
  std::vector<std::int64_t> input_shape(std::size_t batch, int width, int height) const;
  std::vector<std::int64_t> output_shape(std::size_t batch, int width, int height) const;
  [[noreturn]] void reject(const TensorDescription& tensor, const std::string& reason) const;

  DepthModel model_;
  Network network_;
  std::string input_name_, output_name_;
  bool takes_gravity_ = false;
  std::size_t largest_batch_ = 1;
  std::size_t batch_ = 0;  ///< Pictures that the tensors are bound for; 0: none.
  int width_ = 0, height_ = 0;
  std::vector<float> input_, output_, crop_widths_;
  std::vector<float> gravity_;                                 ///< Three values a picture.
  std::vector<float> straight_output_, straight_crop_widths_;  ///< While the mirror images run.
};

}  // namespace portrait_depth
