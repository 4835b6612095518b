// Based on: ONNX, "Operator Schemas" and "Broadcasting in ONNX".
#include "inference/constant_sizes.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace portrait_depth::onnx {
namespace {

constexpr std::uint64_t kMostComputedElements = std::uint64_t{1} << 26;  // 256 MiB of float32
constexpr std::uint64_t kMostDimensions = 16;

using Names = std::set<std::string_view>;

// The result has the first input's shape.
const Names kKeepsShape = {
    "Abs",     "Cast",     "Ceil", "Clip",           "DequantizeLinear", "Exp",  "Floor",
    "Log",     "Identity", "Neg",  "QuantizeLinear", "Reciprocal",       "Relu", "Sign",
    "Sigmoid", "Sqrt",     "Tanh", "Round"};
// The result has no more values than the first input.
const Names kKeepsCount = {"Flatten", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze"};
const Names kBroadcasts = {"Add", "Div", "Mul", "Pow", "Sub"};

std::optional<Shape> broadcast(const Shape& first, const Shape& second) {
  const std::size_t rank = std::max(first.size(), second.size());
  const auto size_at = [&](const Shape& shape, std::size_t axis) {
    const std::size_t missing = rank - shape.size();
    return axis < missing ? 1 : shape[axis - missing];
  };
  Shape result(rank);
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const std::int64_t a = size_at(first, axis), b = size_at(second, axis);
    if (a != b && a != 1 && b != 1) return std::nullopt;
    result[axis] = a == 1 ? b : a;
  }
  return result;
}

}  // namespace

const ConstantSizes::Size* ConstantSizes::find(const std::string& name) const {
  const auto found = sizes_.find(name);
  return found == sizes_.end() ? nullptr : &found->second;
}

void ConstantSizes::add(const std::string& name, Size size) {
  known_.insert(name);
  sizes_.insert_or_assign(name, std::move(size));
}

void ConstantSizes::add_constant(const Tensor& tensor) {
  add(tensor.name, {tensor.elements, tensor.shape, tensor.values});
}

bool ConstantSizes::is_constant(const Node& node) const {
  return std::all_of(node.inputs.begin(), node.inputs.end(),
                     [this](const std::string& name) { return name.empty() || find(name) != nullptr; });
}

std::optional<ConstantSizes::Size> ConstantSizes::broadcast_size(const Node& node) const {
  if (node.inputs.size() != 2) return std::nullopt;
  const Size *const first = find(node.inputs[0]), *const second = find(node.inputs[1]);
  if (first == nullptr || second == nullptr) return std::nullopt;
  if (!first->shape || !second->shape) {
    if (first->elements > kMostComputedElements || second->elements > kMostComputedElements)
      return std::nullopt;
    return Size{first->elements * second->elements};
  }
  const auto shape = broadcast(*first->shape, *second->shape);
  if (!shape) return std::nullopt;
  return Size{elements_of(*shape), shape};
}

std::optional<ConstantSizes::Size> ConstantSizes::size_of(const Node& node) const {
  const std::string& operation = node.operation;
  if (operation == "Constant")
    return node.value ? Size{node.value->elements, node.value->shape, node.value->values} : Size{1};
  if (kBroadcasts.contains(operation)) return broadcast_size(node);
  const Size* const first = node.inputs.empty() ? nullptr : find(node.inputs[0]);
  if (first == nullptr) return std::nullopt;
  if (kKeepsShape.contains(operation)) return Size{first->elements, first->shape, first->values};
  if (kKeepsCount.contains(operation)) return Size{first->elements};
  if (operation == "Concat") {
    Size sum;
    for (const std::string& name : node.inputs)
      if (const Size* const part = find(name)) sum.elements += part->elements;
    return sum;
  }
  if (operation == "ConstantOfShape" && first->values)
    return Size{elements_of(*first->values), *first->values};
  return std::nullopt;
}

void ConstantSizes::add_node(const Node& node) {
  const bool is_ordered =
      std::all_of(node.inputs.begin(), node.inputs.end(),
                  [this](const std::string& name) { return name.empty() || known_.contains(name); });
  known_.insert(node.outputs.begin(), node.outputs.end());
  if (!is_ordered) are_bounded_ = false;
  if (node.operation == "Shape" || node.operation == "Size") {
    // ONNX Runtime folds the shape of a tensor of known size.
    for (const std::string& name : node.outputs) add(name, {kMostDimensions});
    return;
  }
  if (!is_constant(node)) return;
  const auto size = size_of(node);
  if (!size || size->elements > kMostComputedElements - computed_elements_) {
    are_bounded_ = false;
    return;
  }
  computed_elements_ += size->elements;
  for (const std::string& name : node.outputs) add(name, *size);
}

}  // namespace portrait_depth::onnx
