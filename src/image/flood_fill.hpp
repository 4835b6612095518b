// Flood filling.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

namespace portrait_depth {

/// `four` does not pass between two pixels that touch at a corner alone; `eight` does.
enum class Neighbors { four, eight };

/// Goes from the pixels (x, y) in `front` to every neighbor that `enter(x, y)` takes, and on from those.
/// `enter` says whether it takes a pixel, and takes none twice. Leaves `front` empty.
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
