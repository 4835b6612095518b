// The part of a picture that a depth network gets, the size of the network's input, and the input's values.
#pragma once

#include <span>
#include <vector>

#include "portrait_depth/depth.hpp"

namespace portrait_depth {

/// A window of the picture, in pixels, and the size at which the network gets it: of the same shape. The
/// window may reach beyond the picture.
struct NetworkInput {
  Box crop;
  int width = 0, height = 0;
};

/// `person`: the person's box in a picture of the given size.
NetworkInput network_input(const DepthModel& model, const Box& person, int picture_width, int picture_height);

/// The size of a square picture's input. Every network accepts it, or is not as the model describes it.
NetworkInput usual_network_input(const DepthModel& model);

/// Turns planes of `pixels` values each (red, green, blue 0..1, and the mask for 4 channels) into the
/// network's values, order of channels and layout, in place. `scratch` is work memory that is kept between
/// calls.
void apply_input_form(const DepthModel& model, std::size_t pixels, std::span<float> planes,
                      std::vector<float>& scratch);

/// Mirrors an input of rows of `width` pixels left to right, whatever its layout.
void mirror_input(const DepthModel& model, std::span<float> input, int width);

}  // namespace portrait_depth
