// The steepest relief that a film can show without a tear.
#pragma once

#include "photo3d/depth_grid.hpp"

namespace portrait_depth {

/// Turns steep steps into slopes in front of the far surface. `focal_length` is in texels, `head_metres` the
/// distance in whose units the camera presets move, `relief` the later factor of all depth differences.
/// The near surface keeps its depth, so that a near object moves as a whole; the far surface rises towards
/// it. An estimated depth edge is seldom exactly on the photo's, and a cut beside the photo's edge tears
/// pieces off the object. A slope in its place costs a slightly wrong parallax.
void limit_relief_slope(DepthGrid& grid, float focal_length, float head_metres, float relief);

}  // namespace portrait_depth
