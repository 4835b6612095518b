// One record: chooses a person and a shot by seed, builds, frames, draws and lights them.
#pragma once

#include "catalog.hpp"
#include "light.hpp"
#include "record.hpp"
#include "render.hpp"
#include "shot.hpp"

namespace portrait_depth::people {

/// Makes records; reuses its memory. Not thread-safe: one for each thread.
class PortraitMaker {
 public:
  PortraitMaker(const Catalog& catalog, Split split, ShotKind shots, int samples)
      : catalog_(catalog), split_(split), shots_(shots), samples_(samples) {}
  /// The same seed gives the same record.
  const Record& make(std::uint64_t seed);

 private:
  const Catalog& catalog_;
  Split split_;
  ShotKind shots_;
  int samples_;
  Renderer renderer_;
  Lighting lighting_;
  Record record_;
};

/// Median distance of the visible head, metres; 0 if too little of it is visible.
float head_distance(const PixelBuffer& pixels);

/// The seed of the index-th person of a run; the splits share none.
std::uint64_t person_seed(std::uint64_t run_seed, Split split, std::uint64_t index);

/// The labels' meanings for `people.json`: name -> meaning.
std::vector<std::pair<std::string, std::string>> label_meanings();

}  // namespace portrait_depth::people
