#include "depth/network_input.hpp"

#include <algorithm>
#include <cmath>

#include "depth/crop.hpp"
#include "depth/depth_window.hpp"

namespace portrait_depth {
namespace {

/// Longer to shorter side of a free input; bounds the pixels of a network for panoramas.
constexpr float kMostAspect = 4;

int rounded_to_multiple(float side, int multiple) {
  const float count = std::round(side / static_cast<float>(multiple));
  return multiple * std::max(1, static_cast<int>(count));
}

void set_free_size(const FreeInputSize& size, float aspect, NetworkInput& input) {
  const float limited = std::clamp(aspect, 1 / kMostAspect, kMostAspect);
  const float ratio = std::max(limited, 1 / limited);
  const auto side = static_cast<float>(size.side);
  const int longer = rounded_to_multiple(size.is_shorter ? side * ratio : side, size.multiple);
  const int shorter = rounded_to_multiple(size.is_shorter ? side : side / ratio, size.multiple);
  input.width = limited >= 1 ? longer : shorter;
  input.height = limited >= 1 ? shorter : longer;
}

/// The box extended about its middle to the shape of the input.
Box extended(const Box& box, float aspect) {
  const float width = std::max(box.width, box.height * aspect), height = width / aspect;
  return {box.x + box.width / 2 - width / 2, box.y + box.height / 2 - height / 2, width, height};
}

}  // namespace

NetworkInput network_input(const DepthModel& model, const Box& person, int picture_width,
                           int picture_height) {
  NetworkInput input{{}, model.input_width, model.input_height};
  const Box whole{0, 0, static_cast<float>(picture_width), static_cast<float>(picture_height)};
  const bool is_person = model.view == NetworkView::person;
  if (model.free_size) {
    const float margin = is_person ? 2 * kCropMargin * std::max(person.width, person.height) : 0;
    const Box& shown = is_person ? person : whole;
    set_free_size(*model.free_size, (shown.width + margin) / (shown.height + margin), input);
  }
  const float aspect = static_cast<float>(input.width) / static_cast<float>(input.height);
  input.crop = is_person ? crop_around_person(person, aspect) : extended(whole, aspect);
  return input;
}

NetworkInput usual_network_input(const DepthModel& model) {
  const Box square{0, 0, 1, 1};
  return network_input(model, square, 1, 1);
}

void apply_input_form(const DepthModel& model, std::size_t pixels, std::span<float> planes,
                      std::vector<float>& scratch) {
  const auto plane = [&](std::size_t channel) { return planes.subspan(channel * pixels, pixels); };
  if (model.channel_order == ChannelOrder::bgr)
    std::swap_ranges(plane(0).begin(), plane(0).end(), plane(2).begin());
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const float mean = model.mean[channel] - model.black, scale = 1.0f / model.deviation[channel];
    const float range = model.white - model.black;
    if (mean == 0.0f && scale == 1.0f && range == 1.0f) continue;
    for (float& value : plane(channel)) value = (value * range - mean) * scale;
  }
  if (model.layout == TensorLayout::nchw) return;
  const auto channels = static_cast<std::size_t>(model.input_channels);
  scratch.assign(planes.begin(), planes.end());
  for (std::size_t channel = 0; channel < channels; ++channel)
    for (std::size_t i = 0; i < pixels; ++i) planes[i * channels + channel] = scratch[channel * pixels + i];
}

void mirror_input(const DepthModel& model, std::span<float> input, int width) {
  const bool is_interleaved = model.layout == TensorLayout::nhwc;
  mirror_rows(input, is_interleaved ? width * model.input_channels : width);
  if (is_interleaved) mirror_rows(input, model.input_channels);
}

}  // namespace portrait_depth
