// The number of the test program's allocations, for tests of code that must not allocate.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

namespace portrait_depth {

long allocation_count();

/// The allocations of `run(0)` to `run(kinds - 1)`, in turn, each the fewest of three rounds: even a bare run
/// of a network in ONNX Runtime sometimes allocates once more (1 of 1,500 measured).
template <typename Run>
std::vector<long> fewest_allocations(int kinds, const Run& run) {
  std::vector<long> fewest(static_cast<std::size_t>(kinds), std::numeric_limits<long>::max());
  for (int round = 0; round < 3; ++round)
    for (int kind = 0; kind < kinds; ++kind) {
      const long before = allocation_count();
      run(kind);
      long& least = fewest[static_cast<std::size_t>(kind)];
      least = std::min(least, allocation_count() - before);
    }
  return fewest;
}

}  // namespace portrait_depth
