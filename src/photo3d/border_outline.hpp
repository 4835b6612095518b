// The person's outline at a border of the photo, and its straight continuation beyond.
#pragma once

#include <vector>

#include "photo3d/border_side.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// The lines along which the person goes on beyond a border of the photo: each continues the outline there,
/// and between two of them the direction changes evenly. They meet neither in the mirrored border nor in the
/// strip that it mirrors. Units are pixels: `along` the border from its left or upper end, `outwards` from
/// the border.
class BorderOutline {
 public:
  /// Reads the outline, alpha 0.5, from the `depth` pixels at the border. The mirrored border has `reach`
  /// pixels.
  BorderOutline(PlaneView<const float> alpha, BorderSide side, int depth, float reach);

  /// The mirror image of a point `inwards` of the border: its place along the border, `outwards` of it.
  float continued(float along, float inwards, float outwards) const;

 private:
  struct Line {
    float along, slope;  // at the border; pixels along per pixel outwards
    bool is_corner;      // of the photo: straight
  };
  void keep_apart(float depth, float reach);
  float slope_at(float along) const;

  std::vector<Line> lines_;  // in ascending order
};

}  // namespace portrait_depth
