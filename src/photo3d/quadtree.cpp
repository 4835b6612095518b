#include "photo3d/quadtree.hpp"

#include <algorithm>
#include <cmath>

namespace portrait_depth {

float deviation_from_flat(const DepthGrid& grid, const Plane<float>& values, int column, int row, int side) {
  const float a = values(column, row), b = values(column + side, row), c = values(column, row + side),
              d = values(column + side, row + side);
  const float width = grid.x(column + side) - grid.x(column), height = grid.y(row + side) - grid.y(row);
  float most = std::abs(a + d - b - c) / 4;  // the two triangles may meet on either diagonal
  for (int j = row; j <= row + side; ++j) {
    const float down = (grid.y(j) - grid.y(row)) / height;
    const float left = a + (c - a) * down, right = b + (d - b) * down;
    for (int i = column; i <= column + side; ++i) {
      const float along = (grid.x(i) - grid.x(column)) / width;
      most = std::max(most, std::abs(left + (right - left) * along - values(i, j)));
    }
  }
  return most;
}

}  // namespace portrait_depth
