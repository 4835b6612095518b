#include "depth/depth_network.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "depth/depth_window.hpp"
#include "depth/network_input.hpp"
#include "text/printable_name.hpp"

namespace portrait_depth {
namespace {

// More pictures in one run of the network would cost memory and save no time.
constexpr std::size_t kLargestBatch = 8;

constexpr const char* kGravity = "gravity";
constexpr std::int64_t kGravityValues = 3;
constexpr const char* kOnlyInput = ". Export it with the picture as its only input.";

std::string names_of(const std::vector<TensorDescription>& tensors) {
  std::string names;
  for (const TensorDescription& tensor : tensors)
    names += (names.empty() ? "" : ", ") + printable_name(tensor.name);
  return names;
}

std::string input_name(const DepthModel& model, const Network& network) {
  if (!model.input_name.empty()) return network.input(model.input_name).name;
  if (model.output == DepthOutput::relief) return network.input("input").name;
  if (network.inputs().size() != 1)
    throw Error(ErrorCode::invalid_argument,
                network.name() + ": the network has the inputs " + names_of(network.inputs()) + kOnlyInput);
  return network.inputs().front().name;
}

std::string output_name(const DepthModel& model, const Network& network) {
  if (!model.output_name.empty()) return network.output(model.output_name).name;
  if (model.output == DepthOutput::relief) return network.output("relief").name;
  if (network.outputs().size() != 1)
    throw Error(ErrorCode::invalid_argument, network.name() + ": the network has the outputs " +
                                                 names_of(network.outputs()) +
                                                 ". Name one in a description of the network: output.name");
  return network.output(network.outputs().front().name).name;
}

bool has_gravity(const DepthModel& model, const Network& network) {
  const auto is_gravity = [](const TensorDescription& tensor) { return tensor.name == kGravity; };
  return model.output == DepthOutput::relief &&
         std::any_of(network.inputs().begin(), network.inputs().end(), is_gravity);
}

bool may_be(std::int64_t dimension, std::int64_t wanted) {
  return dimension < 0 || dimension == wanted;
}

std::string size_text(std::int64_t width, std::int64_t height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

}  // namespace

DepthNetwork::DepthNetwork(const DepthModel& model, const std::filesystem::path& file,
                           const RuntimeOptions& options)
    : model_(model),
      network_(file, options),
      input_name_(input_name(model, network_)),
      output_name_(output_name(model, network_)),
      takes_gravity_(has_gravity(model, network_)) {
  if (network_.inputs().size() != (takes_gravity_ ? 2 : 1))
    throw Error(ErrorCode::invalid_argument,
                network_.name() + ": the network has the inputs " + names_of(network_.inputs()) + kOnlyInput);
  check_input();
  check_output();
  if (takes_gravity_) check_gravity();
  if (model.output == DepthOutput::relief) network_.output("crop_width");
  const auto has_any_batch = [](const TensorDescription& tensor) {
    return tensor.shape.size() > 2 && tensor.shape.front() < 0;
  };
  const bool has_batch_of_gravity = !takes_gravity_ || network_.input(kGravity).shape.front() < 0;
  if (has_any_batch(network_.input(input_name_)) && has_any_batch(network_.output(output_name_)) &&
      has_batch_of_gravity && !model.free_size)
    largest_batch_ = kLargestBatch;
  const NetworkInput usual = usual_network_input(model);
  bind(1, usual.width, usual.height);
}

void DepthNetwork::reject(const TensorDescription& tensor, const std::string& reason) const {
  throw Error(ErrorCode::invalid_argument, network_.name() + ": " + printable_name(tensor.name) + " is " +
                                               shape_text(tensor.shape) + ", " + reason);
}

void DepthNetwork::check_input() const {
  const TensorDescription& input = network_.input(input_name_);
  if (input.shape.size() != 4)
    reject(input,
           "not a picture: batch, channels, height and width, or batch, height, width and channels. "
           "Choose another network.");
  const bool is_interleaved = model_.layout == TensorLayout::nhwc;
  const std::int64_t channels = input.shape[is_interleaved ? 3 : 1],
                     height = input.shape[is_interleaved ? 1 : 2],
                     width = input.shape[is_interleaved ? 2 : 3];
  const std::string layout = is_interleaved ? "NHWC" : "NCHW", other = is_interleaved ? "NCHW" : "NHWC";
  if (!may_be(input.shape[0], 1)) reject(input, "a fixed batch of several pictures. Export it for one.");
  const std::int64_t in_other_layout = input.shape[is_interleaved ? 1 : 3];
  const bool is_possible = may_be(channels, model_.input_channels);
  const bool is_side = channels > 4 && may_be(in_other_layout, model_.input_channels);
  if (channels != model_.input_channels && (in_other_layout == model_.input_channels || is_side))
    reject(input, "not " + std::to_string(model_.input_channels) + " channels in the layout " + layout +
                      ". Set input.layout to \"" + other + "\" in its description.");
  if (!is_possible)
    reject(input, "and cannot take " + std::to_string(model_.input_channels) +
                      " channels. Set input.mask_channel in its description, or choose another network.");
  if (model_.free_size && (width > 0 || height > 0))
    reject(input, "a fixed size. Set input.size in its description instead of input.multiple_of.");
  if (!model_.free_size && (!may_be(width, model_.input_width) || !may_be(height, model_.input_height)))
    reject(input, "and cannot take the size " + size_text(model_.input_width, model_.input_height) +
                      ". Set its size: --model-size, or input.size in its description.");
}

void DepthNetwork::check_output() const {
  const TensorDescription& output = network_.output(output_name_);
  const std::size_t rank = output.shape.size();
  const bool has_one_value = rank < 4 || may_be(output.shape[1], 1) || may_be(output.shape[3], 1);
  if (rank < 2 || rank > 4 || !has_one_value)
    reject(output, "not one value a pixel. Name another output in its description: output.name");
}

void DepthNetwork::check_gravity() const {
  const TensorDescription& gravity = network_.input(kGravity);
  if (gravity.shape.size() != 2 || !may_be(gravity.shape[0], 1) || !may_be(gravity.shape[1], kGravityValues))
    reject(gravity, "not a direction for each picture: batch and 3. Choose another network.");
}

std::vector<std::int64_t> DepthNetwork::input_shape(std::size_t batch, int width, int height) const {
  const auto n = static_cast<std::int64_t>(batch);
  if (model_.layout == TensorLayout::nhwc) return {n, height, width, model_.input_channels};
  return {n, model_.input_channels, height, width};
}

std::vector<std::int64_t> DepthNetwork::output_shape(std::size_t batch, int width, int height) const {
  const std::vector<std::int64_t>& described = network_.output(output_name_).shape;
  const auto n = static_cast<std::int64_t>(batch);
  if (described.size() == 2) return {height, width};
  if (described.size() == 3) return {n, height, width};
  const bool is_first = described[1] == 1, is_last = described[3] == 1;
  const bool is_interleaved = is_first == is_last ? model_.layout == TensorLayout::nhwc : is_last;
  if (is_interleaved) return {n, height, width, 1};
  return {n, 1, height, width};
}

void DepthNetwork::bind(std::size_t batch, int width, int height) {
  if (batch_ == batch && width_ == width && height_ == height) return;
  batch_ = 0;
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  input_.resize(batch * pixels * static_cast<std::size_t>(model_.input_channels));
  output_.resize(batch * pixels);
  crop_widths_.assign(batch, std::numeric_limits<float>::quiet_NaN());
  network_.bind_input(input_name_, input_, input_shape(batch, width, height));
  gravity_.assign(batch * static_cast<std::size_t>(kGravityValues), 0.0f);
  if (takes_gravity_)
    network_.bind_input(kGravity, gravity_,
                        std::array<std::int64_t, 2>{static_cast<std::int64_t>(batch), kGravityValues});
  const TensorDescription& output = network_.output(output_name_);
  const std::vector<std::int64_t> shape = output_shape(batch, width, height);
  if (!std::equal(output.shape.begin(), output.shape.end(), shape.begin(), shape.end(), may_be))
    reject(output, "not one value for each of the input's " + size_text(width, height) +
                       " pixels. Name another output in its description: output.name");
  network_.bind_output(output_name_, output_, shape);
  if (model_.output == DepthOutput::relief)
    network_.bind_output("crop_width", crop_widths_,
                         std::array<std::int64_t, 2>{static_cast<std::int64_t>(batch), 1});
  batch_ = batch;
  width_ = width;
  height_ = height;
}

std::span<float> DepthNetwork::input(std::size_t slot) {
  const std::size_t size = input_.size() / batch_;
  return std::span(input_).subspan(slot * size, size);
}

std::span<float> DepthNetwork::output(std::size_t slot) {
  const std::size_t size = output_.size() / batch_;
  return std::span(output_).subspan(slot * size, size);
}

void DepthNetwork::set_gravity(std::size_t slot, const Vec3& direction) {
  const std::array values = {direction.x, direction.y, direction.z};
  std::copy(values.begin(), values.end(), gravity_.begin() + static_cast<std::ptrdiff_t>(3 * slot));
}

void DepthNetwork::run(bool flip_augmentation) {
  network_.run();
  if (!flip_augmentation) return;
  straight_output_ = output_;
  straight_crop_widths_ = crop_widths_;
  mirror_input(model_, input_, width_);
  for (std::size_t x = 0; x < gravity_.size(); x += 3) gravity_[x] = -gravity_[x];
  network_.run();
  average_with_mirror_image(straight_output_, straight_crop_widths_, output_, crop_widths_, width_);
}

}  // namespace portrait_depth
