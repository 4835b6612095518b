// Based on: ITU-T H.265, 7.3.1.1 (emulation prevention), 7.3.5 (messages), 9.2 (numbers of variable length),
// G.14.2.3 and G.14.3.3 (depth representation information); the lengths before it: an iPhone's portrait.
#include "containers/depth_information.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "containers/big_endian.hpp"

namespace portrait_depth::io {
namespace {

constexpr std::uint64_t kPrefixMessage = 0x4E01, kDepthRepresentation = 177;
constexpr int kExponentBias = 31, kMostExponent = 126;

/// Bits, the first one the highest of its byte.
class BitWriter {
 public:
  void put(std::uint64_t value, int bits) {
    for (int i = bits - 1; i >= 0; --i, ++count_) {
      if (count_ % 8 == 0) bytes_ += '\0';
      if ((value >> i & 1) != 0) bytes_.back() = static_cast<char>(bytes_.back() | 0x80 >> count_ % 8);
    }
  }
  /// 2^(exponent - 31) * (1 + mantissa / 2^23)
  void put_positive(float value) {
    constexpr int kMantissaBits = 23;
    constexpr float kLeast = 1e-9f, kMost = 1e9f;
    int exponent = 0;
    const float mantissa = 2 * std::frexp(std::clamp(value, kLeast, kMost), &exponent) - 1;
    put(0, 1);
    put(static_cast<std::uint64_t>(exponent - 1 + kExponentBias), 7);
    put(kMantissaBits - 1, 5);
    put(static_cast<std::uint64_t>(std::ldexp(mantissa, kMantissaBits)), kMantissaBits);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  int count_ = 0;
};

/// `is_whole` becomes false past the end.
class BitReader {
 public:
  explicit BitReader(ByteSpan bytes) : bytes_(bytes) {}
  std::uint64_t take(int bits) {
    std::uint64_t value = 0;
    for (; bits > 0; --bits, ++at_) {
      is_whole = is_whole && at_ / 8 < bytes_.size();
      value = value << 1 | (is_whole ? bytes_[at_ / 8] >> (7 - at_ % 8) & 1u : 0u);
    }
    return value;
  }
  /// A number of variable length; only small ones occur here.
  std::uint64_t take_variable() {
    int zeros = 0;
    while (is_whole && zeros < 16 && take(1) == 0) ++zeros;
    return (std::uint64_t{1} << zeros) - 1 + take(zeros);
  }
  /// As BitWriter::put_positive() writes it, with any length of the mantissa and a sign; std::nullopt for an
  /// exponent without a meaning.
  std::optional<double> take_number() {
    const bool is_negative = take(1) != 0;
    const int exponent = static_cast<int>(take(7)), bits = static_cast<int>(take(5)) + 1;
    const double mantissa = std::ldexp(static_cast<double>(take(bits)), -bits);
    if (exponent > kMostExponent) return std::nullopt;
    const double value = exponent == 0 ? std::ldexp(mantissa, 1 - kExponentBias)
                                       : std::ldexp(1 + mantissa, exponent - kExponentBias);
    return is_negative ? -value : value;
  }
  bool is_whole = true;

 private:
  ByteSpan bytes_;
  std::size_t at_ = 0;
};

// In a NAL unit no byte looks like a start code: a 3 stands behind two zeros where one would.
std::string with_emulation_prevention(const std::string& unit) {
  std::string result;
  int zeros = 0;
  for (const char byte : unit) {
    if (zeros >= 2 && static_cast<unsigned char>(byte) <= 3) result += '\3', zeros = 0;
    result += byte;
    zeros = byte == '\0' ? zeros + 1 : 0;
  }
  return result;
}

std::vector<std::uint8_t> without_emulation_prevention(ByteSpan unit) {
  std::vector<std::uint8_t> result;
  int zeros = 0;
  for (const std::uint8_t byte : unit) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    result.push_back(byte);
    zeros = byte == 0 ? zeros + 1 : 0;
  }
  return result;
}

std::optional<DepthInformation> information_in(ByteSpan payload) {
  constexpr std::uint64_t kEvenDistances = 2;
  BitReader bits(payload);
  std::array<bool, 4> is_given{};  // nearest and farthest Z, least and greatest disparity
  for (bool& given : is_given) given = bits.take(1) != 0;
  const bool is_disparity = bits.take_variable() != kEvenDistances;
  if (is_given[2] || is_given[3]) (void)bits.take_variable();  // the view of the disparity
  std::array<double, 4> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_given[i]) continue;
    const auto value = bits.take_number();
    if (!value) return std::nullopt;
    values[i] = *value;
  }
  if (!bits.is_whole) return std::nullopt;
  const auto [nearest, farthest, least, most] = values;
  if (is_disparity && is_given[2] && is_given[3]) return DepthInformation{true, least, most};
  if (!is_given[0] || !is_given[1] || !(nearest > 0) || !(farthest > 0)) return std::nullopt;
  return is_disparity ? DepthInformation{true, 1 / farthest, 1 / nearest}
                      : DepthInformation{false, nearest, farthest};
}

}  // namespace

std::optional<DepthInformation> depth_information(ByteSpan subtype) {
  const auto length = read_number(subtype, 4, 4);
  if (!length) return std::nullopt;
  const std::vector<std::uint8_t> unit = without_emulation_prevention(part_of(subtype, 8, *length));
  const auto payload_size = read_number(unit, 3, 1);
  if (read_number(unit, 0, 2) != kPrefixMessage || read_number(unit, 2, 1) != kDepthRepresentation ||
      !payload_size)
    return std::nullopt;
  return information_in(part_of(unit, 4, *payload_size));
}

std::string disparity_information(float least, float most) {
  constexpr std::uint64_t kStopBit = 0x80;
  BitWriter bits;
  bits.put(0b0011, 4);  // no Z; least and greatest disparity
  bits.put(0b010, 3);   // even steps of disparity
  bits.put(1, 1);       // the view of the photo
  bits.put_positive(least);
  bits.put_positive(most);
  const std::string unit =
      with_emulation_prevention(big_endian(kPrefixMessage, 2) + big_endian(kDepthRepresentation, 1) +
                                big_endian(bits.bytes().size(), 1) + bits.bytes() + big_endian(kStopBit, 1));
  return big_endian(unit.size() + 4, 4) + big_endian(unit.size(), 4) + unit;
}

}  // namespace portrait_depth::io
