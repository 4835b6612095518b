// Flood fill, for connected components and growing regions.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

namespace portrait_depth {

/// Connectivity: `eight` includes pixels that touch at a corner only.
enum class Neighbors { four, eight };

/// Visits the neighbors of the pixels (x, y) in `front`, and continues from every one for which `enter(x, y)`
/// returns true. `enter` must return true at most once for a pixel. `front` is empty afterwards.
template <Neighbors neighbors = Neighbors::eight, class Enter>
void flood(std::vector<std::pair<int, int>>& front, int width, int height, Enter&& enter) {
  while (!front.empty()) {
    const auto [x, y] = front.back();
    front.pop_back();
    for (int v = std::max(y - 1, 0); v <= std::min(y + 1, height - 1); ++v) {
      const int aside = neighbors == Neighbors::eight || v == y ? 1 : 0;
      for (int u = std::max(x - aside, 0); u <= std::min(x + aside, width - 1); ++u)
        if (enter(u, v)) front.emplace_back(u, v);
    }
  }
}

}  // namespace portrait_depth
