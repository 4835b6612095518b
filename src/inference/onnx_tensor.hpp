// A constant tensor of an ONNX file: its size, checked against the bytes that the file holds for it.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "inference/protobuf.hpp"

namespace portrait_depth::onnx {

/// A reason to reject a network. The message has no name and no end.
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
class Damaged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
class TooLarge : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Shape = std::vector<std::int64_t>;

/// The product of the sizes. Throws Damaged for a negative size, TooLarge above kMostElements.
std::uint64_t elements_of(const Shape& shape);
inline constexpr std::uint64_t kMostElements = std::uint64_t{1} << 28;

struct Tensor {
  std::string name = {};
  Shape shape = {};
  std::uint64_t elements = 0;
  std::uint64_t stored_bytes = 0;    ///< Of the file.
  std::uint64_t unpacked_bytes = 0;  ///< In memory.
  std::optional<Shape> values = {};  ///< Of a short list of integers, such as a shape.
};

/// Reads a TensorProto. Throws Unsupported for data outside of the file, Damaged for a tensor without all of
/// its values, TooLarge, and protozero's exceptions.
Tensor read_tensor(protozero::data_view bytes);

}  // namespace portrait_depth::onnx
