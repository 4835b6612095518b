// Running a network on float tensors that the caller owns.
//
//   Network network("models/ar_portrait_depth.onnx", {.threads = 1});
//   network.bind_input("input", pixels, {1, 4, 256, 192});
//   network.bind_output("relief", relief, {1, 1, 256, 192});
//   network.run();  // reads pixels, writes relief; can be called repeatedly
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "portrait_depth/runtime.hpp"

namespace portrait_depth {

/// An input or output of a network. A free dimension, such as the batch's size, is -1.
struct TensorDescription {
  std::string name = {};
  std::vector<std::int64_t> shape = {};
  bool is_float = true;  ///< False for an output of another type, which cannot be bound.
};
/// E.g. "?x3x518x518".
std::string shape_text(std::span<const std::int64_t> shape);

/// A loaded network of float32 inputs; outputs of other types are not used. Not thread-safe: one network a
/// thread. On the processor, networks of the same file and options share the loaded weights.
class Network {
 public:
  /// Reads an ONNX file. Throws ErrorCode::not_found or ErrorCode::unreadable, and ErrorCode::unsupported for
  /// an execution provider that the ONNX Runtime in use does not have.
  explicit Network(const std::filesystem::path& file, const RuntimeOptions& options = {});
  /// The same from the file's bytes, which are not kept; errors contain `name`.
  Network(std::span<const std::byte> model, const std::string& name, const RuntimeOptions& options = {});
  ~Network();
  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;

  const std::string& name() const;
  const std::vector<TensorDescription>& inputs() const;
  const std::vector<TensorDescription>& outputs() const;
  /// Throws ErrorCode::unreadable if the network has no float32 input or output of that name.
  const TensorDescription& input(std::string_view name) const;
  const TensorDescription& output(std::string_view name) const;

  /// Later runs read from (write to) this memory, which must stay in place until the tensor is bound again.
  /// Throws ErrorCode::unreadable if the network has no such tensor, ErrorCode::invalid_argument if the sizes
  /// do not match.
  void bind_input(std::string_view name, std::span<const float> values, std::span<const std::int64_t> shape);
  void bind_output(std::string_view name, std::span<float> values, std::span<const std::int64_t> shape);
  /// Runs on the bound memory. All inputs must be bound; outputs that are not bound are not computed. Only
  /// ONNX Runtime allocates memory. Throws ErrorCode::invalid_argument if an output's size is not the bound
  /// one.
  void run();

 private:
  struct Loaded;
  struct State;
  std::unique_ptr<State> state_;
};

/// Execution providers of the ONNX Runtime in use, in lower case: `cpu`, ….
std::vector<std::string> execution_providers();
/// E.g. "1.29.0".
std::string inference_engine_version();

}  // namespace portrait_depth
