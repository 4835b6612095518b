// The sizes of the tensors that follow from a network's constants alone. ONNX Runtime computes such tensors
// while it loads a network ("constant folding").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "inference/onnx_tensor.hpp"

namespace portrait_depth::onnx {

struct Node {
  std::string operation = {};
  std::vector<std::string> inputs = {}, outputs = {};
  std::optional<Tensor> value = {};  ///< Of a Constant.
};

class ConstantSizes {
 public:
  void add_input(const std::string& name) { known_.insert(name); }
  void add_constant(const Tensor& tensor);
  /// The nodes in the order in which the file has them.
  void add_node(const Node& node);
  /// False if a tensor that follows from constants may be large, or if its size is not known.
  bool are_bounded() const { return are_bounded_; }

 private:
  /// At most `elements` values. Shape and values are known for simple cases only.
  struct Size {
    std::uint64_t elements = 0;
    std::optional<Shape> shape = {}, values = {};
  };

  const Size* find(const std::string& name) const;
  bool is_constant(const Node& node) const;
  std::optional<Size> size_of(const Node& node) const;
  std::optional<Size> broadcast_size(const Node& node) const;
  void add(const std::string& name, Size size);

  std::map<std::string, Size> sizes_;
  std::set<std::string> known_;  // all tensors up to the current node
  std::uint64_t computed_elements_ = 0;
  bool are_bounded_ = true;
};

}  // namespace portrait_depth::onnx
