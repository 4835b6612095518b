// Shared by the fuzz targets. Each defines LLVMFuzzerTestOneInput: libFuzzer calls it for hours (make fuzz),
// fuzz_runner.cpp for seconds (in the tests).
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "portrait_depth/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace portrait_depth::fuzz {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

/// Text of an untrusted file goes to terminals and reports.
inline void require_printable(const std::string& text) {
  for (const char c : text)
    require(static_cast<unsigned char>(c) >= ' ' && c != 127, "text has no control characters");
}

/// Any exception other than portrait_depth::Error ends the process; so does a message that is not one
/// printable line.
template <class Work>
void expect_no_error_but_ours(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    require_printable(error.what());
  }
}

/// The bytes of the file that `work` writes to `path`; std::nullopt if it throws an Error, which must leave
/// no file. Removes the file.
template <class Work>
std::optional<std::vector<std::uint8_t>> file_of(const std::filesystem::path& path, const Work& work) {
  bool is_done = false;
  expect_no_error_but_ours([&] {
    work();
    is_done = true;
  });
  require(std::filesystem::exists(path) == is_done, "a file is whole or is not there");
  if (!is_done) return std::nullopt;
  std::ifstream stream(path, std::ios::binary);
  std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  std::filesystem::remove(path);
  return bytes;
}

}  // namespace portrait_depth::fuzz
