#include "image/srgb.hpp"

#include <cmath>

namespace portrait_depth {
namespace {

float decode(float encoded) {
  return encoded <= 0.04045f ? encoded / 12.92f : std::pow((encoded + 0.055f) / 1.055f, 2.4f);
}

float encode(float linear) {
  return linear <= 0.0031308f ? linear * 12.92f : 1.055f * std::pow(linear, 1.0f / 2.4f) - 0.055f;
}

// Every table step is below half a byte step, even where the curve is steepest (12.92 x 255 / 8191).
constexpr int kEncodeSteps = 8191;

std::array<std::uint8_t, kEncodeSteps + 1> make_encode_table() {
  std::array<std::uint8_t, kEncodeSteps + 1> table{};
  for (int i = 0; i <= kEncodeSteps; ++i)
    table[static_cast<std::size_t>(i)] =
        static_cast<std::uint8_t>(std::lround(encode(static_cast<float>(i) / kEncodeSteps) * 255.0f));
  return table;
}

}  // namespace

const std::array<float, 256>& linear_from_srgb_table() {
  static const std::array<float, 256> table = [] {
    std::array<float, 256> values{};
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = decode(static_cast<float>(i) / 255.0f);
    return values;
  }();
  return table;
}

std::uint8_t srgb_from_linear(float linear) {
  static const std::array<std::uint8_t, kEncodeSteps + 1> table = make_encode_table();
  if (!(linear > 0.0f)) return 0;
  if (linear >= 1.0f) return 255;
  const float nearest = linear * kEncodeSteps + 0.5f;  // truncation rounds, because the value is positive
  return table[static_cast<std::size_t>(nearest)];
}

}  // namespace portrait_depth
