// Records of people and the NumPy files that hold them (docs/design.md, "Training data").
//
// Format: NumPy Enhancement Proposal 1, A Simple File Format for NumPy Arrays, version 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "render.hpp"

namespace portrait_depth::people {

inline constexpr int kWindowWidth = 192, kWindowHeight = 256;

using Labels =
    std::vector<std::pair<std::string, float>>;  ///< Without the prefix "label_", in a fixed order.

/// The content of a record.
struct Record {
  PixelBuffer pixels{};
  std::array<Vec3, kKeyLights> lights{};
  Intrinsics window{};
  float head_distance = 0;
  Labels labels{};
  std::uint64_t seed = 0;
};

/// IEEE 754 binary16, rounded to nearest even; larger values become infinite.
std::uint16_t half_from_float(float value);

/// A record's bytes, in the order of `dtype_of`.
void encode(const Record& record, std::vector<std::uint8_t>& bytes);
/// The structured dtype in the notation of NumPy's header.
std::string dtype_of(const Labels& labels);
/// The header of a version-1.0 file; `dtype` in NumPy's notation.
std::string npy_header(const std::string& dtype, std::initializer_list<std::size_t> shape);

/// A shard under construction: written beside its name, renamed when complete. Records may come in any order,
/// from several threads. An incomplete one is removed. Throws Error if it cannot be written.
class ShardWriter {
 public:
  ShardWriter(std::filesystem::path file, const std::string& dtype, std::size_t record_bytes,
              std::size_t count);
  ~ShardWriter();
  ShardWriter(const ShardWriter&) = delete;
  ShardWriter& operator=(const ShardWriter&) = delete;
  void write(std::size_t index, std::span<const std::uint8_t> bytes);
  void complete();

 private:
  std::filesystem::path file_, temporary_;
  int descriptor_ = -1;
  std::size_t header_bytes_ = 0, record_bytes_ = 0, count_ = 0;
};

}  // namespace portrait_depth::people
