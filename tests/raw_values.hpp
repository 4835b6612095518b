// Numbers as they are in memory, in files without a header: what programs of the tests exchange with scripts.
#pragma once

#include <filesystem>
#include <fstream>
#include <span>
#include <vector>

#include "portrait_depth/error.hpp"

namespace portrait_depth {

template <class Value>
std::vector<Value> read_raw(const std::filesystem::path& file, std::size_t count) {
  std::vector<Value> values(count);
  std::ifstream stream(file, std::ios::binary);
  stream.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(Value)));
  if (!stream) throw Error(ErrorCode::unreadable, file.string() + " is missing or too short");
  return values;
}

template <class Value>
void write_raw(const std::filesystem::path& file, std::span<const Value> values) {
  std::ofstream stream(file, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size_bytes()));
  if (!stream.flush()) throw Error(ErrorCode::unwritable, file.string() + " cannot be written");
}

}  // namespace portrait_depth
