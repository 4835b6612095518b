// Reads numbers and text from a fuzzer's bytes, for targets whose input is not a file. An input that has
// ended gives zeros.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace portrait_depth::fuzz {

class FuzzInput {
 public:
  FuzzInput(const std::uint8_t* data, std::size_t size) : bytes_(data, size) {}

  bool empty() const { return bytes_.empty(); }

  /// Any value of the type, for float also infinities and NaN.
  template <class Number>
  Number number() {
    Number value = {};
    const std::size_t count = std::min(sizeof value, bytes_.size());
    if (count > 0) std::memcpy(&value, bytes_.data(), count);
    bytes_ = bytes_.subspan(count);
    return value;
  }
  /// least <= value <= most.
  int between(int least, int most) {
    return least + static_cast<int>(number<std::uint16_t>() % static_cast<unsigned>(most - least + 1));
  }
  bool flag() { return (number<std::uint8_t>() & 1) != 0; }
  /// Three of four times a usual number, else any.
  float unusual_or(float usual) { return number<std::uint8_t>() % 4 != 0 ? usual : number<float>(); }
  std::string text(std::size_t longest) {
    const std::size_t count = std::min({number<std::uint8_t>() % (longest + 1), bytes_.size()});
    std::string result(count, '\0');
    if (count > 0) std::memcpy(result.data(), bytes_.data(), count);
    bytes_ = bytes_.subspan(count);
    return result;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace portrait_depth::fuzz
