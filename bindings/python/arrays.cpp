#include "arrays.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

namespace py = pybind11;

namespace portrait_depth {
namespace {

using ByteArray = py::array_t<std::uint8_t, py::array::c_style | py::array::forcecast>;

std::string described(const py::array& array) {
  return py::str(array.dtype()).cast<std::string>() + " of shape " +
         py::str(array.attr("shape")).cast<std::string>();
}

// Sides as our views count them.
int side(const py::array& array, int axis) {
  const py::ssize_t size = array.shape(axis);
  if (size < 1 || size > std::numeric_limits<int>::max())
    throw Error(ErrorCode::invalid_argument,
                "pictures and masks have heights and widths from 1 to 2^31; this one is " + described(array));
  return static_cast<int>(size);
}

}  // namespace

ImageView image_from_array(const py::array& any) {
  if (!py::isinstance<py::array_t<std::uint8_t>>(any) || any.ndim() != 3 ||
      (any.shape(2) != 3 && any.shape(2) != 4))
    throw Error(
        ErrorCode::invalid_argument,
        "a picture is a uint8 array of height x width x 3 (or 4), sRGB; this one is " + described(any));
  const int height = side(any, 0), width = side(any, 1), channels = static_cast<int>(any.shape(2));
  if (any.strides(2) != 1 || any.strides(1) != channels)
    throw Error(ErrorCode::invalid_argument,
                "a picture's rows are contiguous; numpy.ascontiguousarray makes them so");
  return {static_cast<const std::uint8_t*>(any.data()), width, height, channels, any.strides(0)};
}

PlaneView<const float> mask_from_array(const py::array& any, FloatArray& kept) {
  const char kind = any.dtype().kind();
  const bool is_bytes = py::isinstance<py::array_t<std::uint8_t>>(any);
  if (any.ndim() != 2 || (kind != 'b' && kind != 'f' && !is_bytes))
    throw Error(ErrorCode::invalid_argument,
                "a mask is an array of height x width: bool, float 0..1 or uint8 0..255; this one is " +
                    described(any));
  if (is_bytes) {
    const ByteArray bytes = ByteArray::ensure(any);
    kept = FloatArray({any.shape(0), any.shape(1)});
    std::transform(bytes.data(), bytes.data() + bytes.size(), kept.mutable_data(),
                   [](std::uint8_t value) { return static_cast<float>(value) / 255; });
  } else {
    kept = FloatArray::ensure(any);
  }
  return {kept.data(), side(kept, 1), side(kept, 0)};
}

py::array array_from_plane(PlaneView<const float> plane, const py::object& owner) {
  py::array_t<float> array(
      {plane.height(), plane.width()},
      {plane.stride() * static_cast<py::ssize_t>(sizeof(float)), static_cast<py::ssize_t>(sizeof(float))},
      plane.data(), owner);
  array.attr("flags").attr("writeable") = false;
  return array;
}

py::array array_from_image(const Image& image) {
  py::array_t<std::uint8_t> array({image.height(), image.width(), image.channels()});
  std::memcpy(array.mutable_data(), image.bytes().data(), image.bytes().size());
  return array;
}

}  // namespace portrait_depth
