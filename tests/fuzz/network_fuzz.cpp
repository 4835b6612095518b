// An untrusted network: the rules for its file, and for an accepted one, loading it and one run.
#include <new>
#include <numeric>

#include "fuzz_target.hpp"
#include "inference/network.hpp"
#include "inference/network_rules.hpp"

namespace portrait_depth {
namespace {

constexpr std::int64_t kMostValues = 1 << 16;

// Free dimensions become 1. Empty for shapes that are too large for a fuzzer.
std::vector<std::int64_t> run_shape(std::vector<std::int64_t> shape) {
  std::int64_t values = 1;
  for (std::int64_t& side : shape) {
    side = side < 0 ? 1 : side;
    if (side > kMostValues || (values *= side) > kMostValues) return {};
  }
  return shape;
}

struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;

  explicit Tensor(const TensorDescription& description) : shape(run_shape(description.shape)) {
    const std::int64_t size =
        std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
    values.resize(static_cast<std::size_t>(size));
  }
};

void run(std::span<const std::byte> bytes) {
  Network network(bytes, "network.onnx", {.threads = 1});
  std::vector<Tensor> tensors;
  for (const auto* descriptions : {&network.inputs(), &network.outputs()})
    for (const TensorDescription& description : *descriptions) tensors.emplace_back(description);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const bool is_input = i < network.inputs().size();
    if (is_input)
      network.bind_input(network.inputs()[i].name, tensors[i].values, tensors[i].shape);
    else
      network.bind_output(network.outputs()[i - network.inputs().size()].name, tensors[i].values,
                          tensors[i].shape);
  }
  network.run();
}

}  // namespace
}  // namespace portrait_depth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  const auto bytes = std::as_bytes(std::span(data, size));
  fuzz::expect_no_error_but_ours([&] {
    check_network(bytes, "network.onnx");
    run(bytes);
  });
  return 0;
}
