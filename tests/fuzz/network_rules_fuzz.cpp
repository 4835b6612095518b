// An untrusted network file: its rules alone, without ONNX Runtime. The network target also loads and runs
// what they accept.
#include "fuzz_target.hpp"
#include "inference/network_rules.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  fuzz::expect_no_error_but_ours(
      [&] { check_network(std::as_bytes(std::span(data, size)), "network.onnx"); });
  return 0;
}
