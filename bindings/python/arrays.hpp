// Pictures and planes as NumPy arrays. Arrays that come in are viewed; planes that go out are views.
#pragma once

#include <pybind11/numpy.h>

#include "portrait_depth/image.hpp"

namespace portrait_depth {

using FloatArray = pybind11::array_t<float, pybind11::array::c_style | pybind11::array::forcecast>;

/// A view of a uint8 array of height x width x 3 or 4. Throws ErrorCode::invalid_argument for another array.
ImageView image_from_array(const pybind11::array& any);
/// A mask of height x width as 0..1: a view of `kept`, which owns a copy unless the array is float32 already.
/// Throws ErrorCode::invalid_argument for another array.
PlaneView<const float> mask_from_array(const pybind11::array& any, FloatArray& kept);
/// A read-only view that keeps `owner` alive.
pybind11::array array_from_plane(PlaneView<const float> plane, const pybind11::object& owner);
pybind11::array array_from_image(const Image& image);

}  // namespace portrait_depth
