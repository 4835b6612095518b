// For targets that read or write pictures: libvips' threads cost more than they gain on pictures of a few
// pixels.
#pragma once

#include "portrait_depth/io.hpp"

namespace portrait_depth::fuzz {

/// Does its work at the first call.
inline void use_one_io_thread() {
  static const bool is_done = [] {
    set_io_threads(1);
    return true;
  }();
  static_cast<void>(is_done);
}

}  // namespace portrait_depth::fuzz
