// The directories of a TIFF file: the one with the picture, and the kind of its extra samples.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "containers/byte_reader.hpp"

namespace portrait_depth::io {

struct TiffLayout {
  bool has_directory = false;      ///< False: the file is not a complete TIFF.
  std::optional<std::string> raw;  ///< The RAW format's name if the file holds a sensor's data.
  int page = 0;                    ///< The first page at full size.
  std::optional<int> sub_page;     ///< Of that page's SubIFDs, the one at full size; empty: the page itself.
  bool has_full_size = false;      ///< False: every directory is a reduced picture or a mask of another one.
  std::optional<int> alpha;        ///< The sample, counted behind the colors, that is alpha; empty: none.
};

/// Up to `size` bytes at `offset` of the file, fewer at its end.
using ReadAt = std::function<std::vector<std::uint8_t>(std::uint64_t offset, std::size_t size)>;

/// Reads a bounded number of directories. A damaged one ends the search.
TiffLayout tiff_layout(const ReadAt& read);

}  // namespace portrait_depth::io
