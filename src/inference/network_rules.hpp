// The rules for an untrusted network, checked in the file before ONNX Runtime reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace portrait_depth {

/// Bytes of a network's file, and of its weights after they are unpacked.
inline constexpr std::uint64_t kLargestNetworkFile = std::uint64_t{256} << 20;
/// Bytes of the tensors of all networks of a process: weights, and the values of a run.
inline constexpr std::uint64_t kLargestNetworkTensors = std::uint64_t{1} << 30;

struct NetworkFacts {
  /// The tensors that follow from constants alone are bounded. Otherwise ONNX Runtime must compute them
  /// during a run, whose memory is bounded: while it loads a network it takes memory without a bound.
  bool are_constants_bounded = true;
};

/// Accepts feed-forward networks: the standard operators of a list (no If, Loop or Scan), no functions, no
/// other domains, no data outside of the file, a bounded size. Throws ErrorCode::unsupported, too_large, or
/// unreadable for bytes that are not an ONNX file. Errors begin with `name`.
NetworkFacts check_network(std::span<const std::byte> model, const std::string& name);

}  // namespace portrait_depth
