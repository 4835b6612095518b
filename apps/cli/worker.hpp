// What one thread of a batch needs.
#pragma once

#include "networks.hpp"

namespace portrait_depth::cli {

/// Networks, and the subcommand's maker that uses them.
template <class Maker>
struct Worker {
  template <class Options>
  explicit Worker(const Options& options)
      : networks(options.networks, options.common.threads_of_a_photo()), maker(options, networks) {}

  Networks networks;
  Maker maker;
};

}  // namespace portrait_depth::cli
