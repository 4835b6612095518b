// A run of the generator: many people into shards, on several threads.
#pragma once

#include <cstdint>
#include <filesystem>

#include "catalog.hpp"
#include "shot.hpp"

namespace portrait_depth::people {

struct GenerateOptions {
  std::filesystem::path parts{}, out{};
  std::filesystem::path faces{};  ///< Of scanned faces; empty: none.
  std::uint64_t count = 1000, seed = 1;
  std::uint64_t shard_size = 500;
  int threads = 0;  ///< 0: one for each core.
  int samples = 2;  ///< Samples per pixel, along each axis.
  Split split = Split::train;
  ShotKind shots = ShotKind::any;
  bool quiet = false;
};

/// Writes people-00000.npy, … and people.json into `out`. Shards appear complete, one by one. Existing shards
/// of the same run are kept, so that a stopped run resumes. Throws Error.
void generate(const GenerateOptions& options);

}  // namespace portrait_depth::people
