// Based on: ISO/IEC 14496-12 (boxes, meta, pitm) and ISO/IEC 23008-12 (iprp, ipco, ipma).
#include "containers/heif_box.hpp"

#include <algorithm>

namespace portrait_depth::io {
namespace {

constexpr int kMostBoxes = 20'000;  // in one box, as in libheif; a phone's ipco holds about a hundred
constexpr std::size_t kMostProperties =
    1 << 16;  // items and their properties together; a phone writes about 2000

// Adds the items of one ipma box. Only the first entry of an item counts, as in libheif.
bool add_properties(ByteSpan file, const HeifBox& associations, const std::vector<HeifBox>& boxes,
                    ItemProperties& result, std::size_t& total) {
  const ByteSpan inside = file.first(associations.end);
  const std::size_t id_size = read_number(inside, associations.content, 1) == 0 ? 2 : 4;
  const bool is_wide = (read_number(inside, associations.content + 3, 1).value_or(0) & 1) != 0;
  // The highest bit marks a property that must be understood.
  const std::uint64_t mask = is_wide ? 0x7FFF : 0x7F;
  const auto entries = read_number(inside, associations.content + kFullBoxSize, 4);
  std::size_t at = associations.content + kFullBoxSize + 4;
  for (std::uint64_t i = 0; entries && i < *entries; ++i) {
    const auto id = read_number(inside, at, id_size), count = read_number(inside, at + id_size, 1);
    if (!id || !count || ++total > kMostProperties) return false;
    at += id_size + 1;
    const auto [entry, is_first] = result.try_emplace(*id);
    for (std::uint64_t k = 0; k < *count; ++k, at += is_wide ? 2 : 1) {
      const auto number = read_number(inside, at, is_wide ? 2 : 1);
      if (!number || ++total > kMostProperties) return false;
      const std::uint64_t index = *number & mask;  // from 1; 0: none
      if (is_first && index > 0 && index <= boxes.size()) entry->second.push_back(boxes[index - 1]);
    }
  }
  return entries.has_value();
}

}  // namespace

std::optional<HeifBox> box_at(ByteSpan file, std::size_t start, std::size_t end) {
  constexpr std::size_t kHeader = 8, kLongHeader = 16;
  if (end - start < kHeader) return std::nullopt;
  std::uint64_t size = *read_number(file, start, 4);
  std::size_t header = kHeader;
  if (size == 1) {
    if (end - start < kLongHeader) return std::nullopt;
    size = *read_number(file, start + kHeader, 8);
    header = kLongHeader;
  } else if (size == 0) {
    size = end - start;
  }
  if (size < header || size > end - start) return std::nullopt;
  return HeifBox{as_text(file.subspan(start + 4, 4)), start, start + header,
                 start + static_cast<std::size_t>(size)};
}

HeifBoxes boxes_in(ByteSpan file, std::size_t start, std::size_t end) {
  std::vector<HeifBox> result;
  if (start > end) return std::nullopt;
  while (start < end) {
    const auto box = box_at(file, start, end);
    if (!box || result.size() == kMostBoxes) return std::nullopt;
    result.push_back(*box);
    start = box->end;
  }
  return result;
}

std::optional<HeifBox> find_box(const HeifBoxes& boxes, std::string_view type) {
  if (!boxes) return std::nullopt;
  const auto found =
      std::find_if(boxes->begin(), boxes->end(), [&](const HeifBox& box) { return box.type == type; });
  return found == boxes->end() ? std::nullopt : std::optional(*found);
}

std::optional<HeifBox> meta_box(ByteSpan file) {
  std::size_t start = 0;
  for (int i = 0; i < kMostBoxes && start < file.size(); ++i) {
    const auto box = box_at(file, start, file.size());
    if (!box) return std::nullopt;
    if (box->type == "meta") return box;
    start = box->end;
  }
  return std::nullopt;
}

HeifBoxes meta_children(ByteSpan file) {
  const auto meta = meta_box(file);
  return meta ? boxes_in(file, meta->content + kFullBoxSize, meta->end) : std::nullopt;
}

std::optional<std::uint64_t> main_picture(ByteSpan file, const HeifBoxes& children) {
  const auto box = find_box(children, "pitm");
  if (!box) return std::nullopt;
  const std::size_t size = read_number(file, box->content, 1) == 0 ? 2 : 4;
  return read_number(file.first(box->end), box->content + kFullBoxSize, size);
}

std::optional<ItemProperties> item_properties(ByteSpan file, const HeifBoxes& children) {
  const auto properties = find_box(children, "iprp");
  if (!properties) return std::nullopt;
  const HeifBoxes inside = boxes_in(file, properties->content, properties->end);
  const auto container = find_box(inside, "ipco");
  if (!container) return std::nullopt;
  const HeifBoxes boxes = boxes_in(file, container->content, container->end);
  if (!boxes) return std::nullopt;
  ItemProperties result;
  std::size_t total = 0;
  for (const HeifBox& box : *inside)
    if (box.type == "ipma" && !add_properties(file, box, *boxes, result, total)) return std::nullopt;
  return result;
}

}  // namespace portrait_depth::io
