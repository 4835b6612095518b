// Random numbers that are the same on every machine and with every standard library.
//
// Based on: G. Steele, D. Lea, C. Flood, Fast Splittable Pseudorandom Number Generators, 2014 (SplitMix64).
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace portrait_depth::people {

/// A bijective mix of 64 bits.
inline std::uint64_t mix_bits(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

/// A stream of random numbers. `fork` starts an independent stream by name, so that a new choice in one place
/// leaves the others unchanged.
class Random {
 public:
  explicit Random(std::uint64_t seed) : seed_(mix_bits(seed + 0x9E3779B97F4A7C15ull)), state_(seed_) {}

  Random fork(std::string_view name) const {
    std::uint64_t hash = 14695981039346656037ull;  // FNV-1a
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
    return Random(seed_ ^ hash);
  }

  std::uint64_t bits() { return mix_bits(state_ += 0x9E3779B97F4A7C15ull); }
  /// Uniform in [0, 1).
  float unit() { return static_cast<float>(bits() >> 40) * 0x1p-24f; }
  float between(float low, float high) { return low + (high - low) * unit(); }
  /// Uniform in the logarithm. 0 < low < high.
  float between_by_ratio(float low, float high) { return std::exp(between(std::log(low), std::log(high))); }
  bool chance(float probability) { return unit() < probability; }
  /// Uniform in 0..count-1; count > 0.
  std::size_t below(std::size_t count) {
    const auto index =
        static_cast<std::size_t>(static_cast<double>(bits() >> 11) * 0x1p-53 * static_cast<double>(count));
    return index < count ? index : count - 1;
  }
  float normal(float mean = 0, float deviation = 1) {
    const float radius = std::sqrt(-2 * std::log(1 - unit()));
    return mean + deviation * radius * std::cos(2 * std::numbers::pi_v<float> * unit());
  }
  /// Normal, drawn again until it lies in [low, high].
  float normal_within(float mean, float deviation, float low, float high) {
    while (true) {
      const float value = normal(mean, deviation);
      if (value >= low && value <= high) return value;
    }
  }

 private:
  std::uint64_t seed_, state_;
};

}  // namespace portrait_depth::people
