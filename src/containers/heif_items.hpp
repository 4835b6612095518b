// The items of a HEIC or AVIF file: pictures, and metadata that belongs to them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "containers/heif_box.hpp"

namespace portrait_depth::io {

/// The parts of a file that hold one item.
struct HeifItem {
  std::string_view type;        ///< `hvc1`, `grid`, `mime`, …
  std::vector<ByteSpan> parts;  ///< A part is empty if it extends past the end of the file.
};
using HeifItems = std::map<std::uint64_t, HeifItem>;

/// All items; std::nullopt if their places are damaged. `children`: of the meta box.
std::optional<HeifItems> heif_items(ByteSpan file, const HeifBoxes& children);

/// A reference of one item to another one.
struct HeifReference {
  std::string_view type;  ///< A part of the file. `auxl`: an auxiliary picture to its picture; `cdsc`:
                          ///< metadata to its picture.
  std::uint64_t from = 0, to = 0;
};
/// All references; empty if they are damaged or missing.
std::vector<HeifReference> heif_references(ByteSpan file, const HeifBoxes& children);

/// A copy of the file whose main picture is another one, which is then not hidden and no auxiliary picture;
/// std::nullopt if its number does not fit.
std::optional<std::vector<std::uint8_t>> with_main_picture(ByteSpan file, const HeifBoxes& children,
                                                           std::uint64_t id);

}  // namespace portrait_depth::io
