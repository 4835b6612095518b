// Based on: ITU-T H.265 (nal_unit_header, profile_tier_level, seq_parameter_set_rbsp) and the AV1 Bitstream &
// Decoding Process Specification (obu_header, sequence_header_obu).
#include "io/coded_size.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace portrait_depth::io {
namespace {

/// Bits from the highest one of the first byte on. Past the end, all bits are 0.
class BitReader {
 public:
  explicit BitReader(ByteSpan bytes) : bytes_(bytes) {}
  std::uint64_t number(int bits) {
    std::uint64_t value = 0;
    for (; bits > 0; --bits) value = value << 1 | bit();
    return value;
  }
  bool flag() { return bit() != 0; }
  void skip(std::size_t bits) { at_ += bits; }
  /// A number of H.265's code ue(v) and AV1's uvlc(): zeros that count the bits behind a one.
  std::uint64_t counted_number() {
    int zeros = 0;
    while (zeros < 32 && !has_ended() && !flag()) ++zeros;
    return (std::uint64_t{1} << zeros) - 1 + number(zeros);
  }
  bool has_ended() const { return at_ >= 8 * bytes_.size(); }

 private:
  std::uint64_t bit() {
    const std::size_t at = at_++;
    return at / 8 < bytes_.size() ? bytes_[at / 8] >> (7 - at % 8) & 1u : 0;
  }
  ByteSpan bytes_;
  std::size_t at_ = 0;
};

// The 3 of 0 0 3 keeps start codes out of the data.
std::vector<std::uint8_t> without_emulation_prevention(ByteSpan unit) {
  constexpr std::size_t kMostBytes = 512;  // the size stands in the first 120
  std::vector<std::uint8_t> result;
  int zeros = 0;
  for (const std::uint8_t byte : unit.first(std::min(unit.size(), kMostBytes))) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    result.push_back(byte);
  }
  return result;
}

void skip_profile_and_levels(BitReader& bits, int further_layers) {
  constexpr std::size_t kProfileBits = 88, kLevelBits = 8;
  constexpr int kMostFurtherLayers = 8;
  bits.skip(kProfileBits + kLevelBits);
  std::size_t skipped = 0;
  for (int i = 0; i < further_layers; ++i) {
    if (bits.flag()) skipped += kProfileBits;
    if (bits.flag()) skipped += kLevelBits;
  }
  if (further_layers > 0) bits.skip(2 * static_cast<std::size_t>(kMostFurtherLayers - further_layers));
  bits.skip(skipped);
}

void skip_av1_operating_points(BitReader& bits) {
  bool has_decoder_model = false;
  int delay_bits = 0;
  if (bits.flag()) {  // timing_info_present_flag
    bits.skip(64);
    if (bits.flag()) bits.counted_number();
    has_decoder_model = bits.flag();
    if (has_decoder_model) {
      delay_bits = static_cast<int>(bits.number(5)) + 1;
      bits.skip(42);
    }
  }
  const bool has_display_delay = bits.flag();
  const auto points = bits.number(5) + 1;
  for (std::uint64_t i = 0; i < points; ++i) {
    bits.skip(12);
    constexpr std::uint64_t kLastLevelWithoutTier = 7;
    if (bits.number(5) > kLastLevelWithoutTier) bits.skip(1);
    if (has_decoder_model && bits.flag()) bits.skip(2 * static_cast<std::size_t>(delay_bits) + 1);
    if (has_display_delay && bits.flag()) bits.skip(4);
  }
}

PictureSize av1_sequence_size(ByteSpan header) {
  BitReader bits(header);
  bits.skip(4);  // seq_profile, still_picture
  if (bits.flag())
    bits.skip(5);  // reduced_still_picture_header
  else
    skip_av1_operating_points(bits);
  const int width_bits = static_cast<int>(bits.number(4)) + 1,
            height_bits = static_cast<int>(bits.number(4)) + 1;
  const auto width = bits.number(width_bits) + 1, height = bits.number(height_bits) + 1;
  return picture_size(width, height);
}

// leb128(): seven bits a byte, the lowest first. Moves `at` behind it.
std::uint64_t take_leb128(ByteSpan bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8 && at < bytes.size(); ++i) {
    const std::uint64_t byte = bytes[at++];
    value |= (byte & 0x7F) << (7 * i);
    if ((byte & 0x80) == 0) break;
  }
  return value;
}

}  // namespace

PictureSize picture_size(std::uint64_t width, std::uint64_t height) {
  constexpr std::uint64_t kLongestSide = std::numeric_limits<std::int32_t>::max();
  return {static_cast<std::int64_t>(std::min(width, kLongestSide)),
          static_cast<std::int64_t>(std::min(height, kLongestSide))};
}

PictureSize covering(const PictureSize& a, const PictureSize& b) {
  return {std::max(a.width, b.width), std::max(a.height, b.height)};
}

std::optional<PictureSize> hevc_size(ByteSpan unit) {
  constexpr std::uint64_t kSequenceParameterSet = 33, kYuv444 = 3;
  const std::vector<std::uint8_t> bytes = without_emulation_prevention(unit);
  BitReader bits(bytes);
  bits.skip(1);
  if (bits.number(6) != kSequenceParameterSet || bits.number(6) != 0) return std::nullopt;
  bits.skip(3 + 4);  // the unit's temporal layer, the video parameter set
  const int further_layers = static_cast<int>(bits.number(3));
  bits.skip(1);
  skip_profile_and_levels(bits, further_layers);
  bits.counted_number();  // the set's own number
  if (bits.counted_number() == kYuv444) bits.skip(1);
  const auto width = bits.counted_number(), height = bits.counted_number();
  return picture_size(width, height);
}

PictureSize av1_size(ByteSpan units, int& units_left) {
  constexpr unsigned kSequenceHeader = 1;
  PictureSize largest;
  for (std::size_t at = 0; at < units.size() && units_left > 0; --units_left) {
    const unsigned header = units[at];
    const bool has_extension = (header & 4) != 0, has_size = (header & 2) != 0;
    at = std::min(units.size(), at + (has_extension ? 2 : 1));
    const std::uint64_t size = has_size ? take_leb128(units, at) : units.size() - at;
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(size, units.size() - at));
    if ((header >> 3 & 15) == kSequenceHeader)
      largest = covering(largest, av1_sequence_size(units.subspan(at, length)));
    at += length;
  }
  return largest;
}

}  // namespace portrait_depth::io
