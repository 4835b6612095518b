// The box structure of a HEIC or AVIF file.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "containers/byte_reader.hpp"

namespace portrait_depth::io {

inline constexpr std::size_t kFullBoxSize = 4;  // version and flags, at the start of a full box's content

/// Offsets in the file.
struct HeifBox {
  std::string_view type;
  std::size_t start = 0, content = 0, end = 0;
};
using HeifBoxes = std::optional<std::vector<HeifBox>>;

/// The box at `start`; std::nullopt if it extends past `end`.
std::optional<HeifBox> box_at(ByteSpan file, std::size_t start, std::size_t end);
/// All boxes from `start` on; std::nullopt if one is damaged.
HeifBoxes boxes_in(ByteSpan file, std::size_t start, std::size_t end);
/// The first box of a type.
std::optional<HeifBox> find_box(const HeifBoxes& boxes, std::string_view type);

/// The file may be truncated after it.
std::optional<HeifBox> meta_box(ByteSpan file);
HeifBoxes meta_children(ByteSpan file);

/// The item that is the photo. `children`: of the meta box, here and below.
std::optional<std::uint64_t> main_picture(ByteSpan file, const HeifBoxes& children);

/// The boxes of ipco that belong to each item, in the order of ipma; std::nullopt if they are damaged.
using ItemProperties = std::map<std::uint64_t, std::vector<HeifBox>>;
std::optional<ItemProperties> item_properties(ByteSpan file, const HeifBoxes& children);

}  // namespace portrait_depth::io
