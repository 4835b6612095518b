// Shared by the fuzz targets. Each defines LLVMFuzzerTestOneInput: libFuzzer calls it for hours (make fuzz),
// fuzz_runner.cpp for seconds (in the tests).
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "portrait_depth/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace portrait_depth::fuzz {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

/// Any exception other than portrait_depth::Error ends the process; so does a message of several lines.
template <class Work>
void expect_no_error_but_ours(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    require(std::string(error.what()).find('\n') == std::string::npos, "an error is one line");
  }
}

}  // namespace portrait_depth::fuzz
