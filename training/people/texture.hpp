// Pictures on surfaces: sRGB-encoded, with alpha, filtered by a pyramid of halved copies.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "portrait_depth/image.hpp"
#include "vectors.hpp"

namespace portrait_depth::people {

/// Linear light, not multiplied by alpha.
struct Texel {
  Vec3 color{};
  float alpha = 1;
};

class Texture {
 public:
  Texture() = default;
  /// Reads a PNG. Throws Error if it is missing or broken.
  explicit Texture(const std::filesystem::path& png);

  int width() const { return levels_.empty() ? 0 : levels_[0].width(); }
  int height() const { return levels_.empty() ? 0 : levels_[0].height(); }
  int levels() const { return static_cast<int>(levels_.size()); }
  bool has_alpha() const { return has_alpha_; }
  /// Bilinear in the given copy (0 is the full size, each further one half as large); v grows upwards;
  /// repeats.
  Texel sample(Vec2 uv, int level) const;
  float alpha(Vec2 uv, int level) const;

 private:
  std::vector<Image> levels_;  // RGBA
  bool has_alpha_ = false;
};

}  // namespace portrait_depth::people
