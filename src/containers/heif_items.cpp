// Based on: ISO/IEC 14496-12 (iloc, iinf, idat, iref, pitm).
#include "containers/heif_items.hpp"

#include <algorithm>
#include <limits>

namespace portrait_depth::io {
namespace {

constexpr std::uint64_t kMostItems = 20'000;  // as in libheif
constexpr std::uint64_t kMostExtents = 32;    // of one item, as in libheif
constexpr std::size_t kMostReferences = 1 << 16;

/// Numbers one after the other; `is_whole` becomes false past the end.
class NumberReader {
 public:
  NumberReader(ByteSpan bytes, std::size_t at) : bytes_(bytes), at_(at) {}
  std::uint64_t take(std::size_t size) {
    const auto number = read_number(bytes_, at_, size);
    is_whole = is_whole && number.has_value();
    at_ += size;
    return number.value_or(0);
  }
  bool is_whole = true;

 private:
  ByteSpan bytes_;
  std::size_t at_;
};

// The places of all items (iloc); false if the box is damaged.
bool read_places(ByteSpan file, const HeifBoxes& children, HeifItems& items) {
  const auto box = find_box(children, "iloc"), data = find_box(children, "idat");
  if (!box) return false;
  const ByteSpan inside_meta = data ? file.subspan(data->content, data->end - data->content) : ByteSpan();
  NumberReader numbers(file.first(box->end), box->content);
  const auto version = numbers.take(1);
  numbers.take(3);
  const auto sizes = numbers.take(2);
  const auto offset_size = sizes >> 12, length_size = sizes >> 8 & 15, base_size = sizes >> 4 & 15,
             index_size = sizes & 15;
  if (std::max({offset_size, length_size, base_size, index_size}) > 8 || (version < 2 && index_size > 0))
    return false;
  const auto count = numbers.take(version < 2 ? 2 : 4);
  if (count > kMostItems) return false;
  for (std::uint64_t i = 0; i < count && numbers.is_whole; ++i) {
    HeifItem& item = items[numbers.take(version < 2 ? 2 : 4)];
    constexpr std::uint64_t kInsideMeta = 1;
    const ByteSpan source = version > 0 && (numbers.take(2) & 15) == kInsideMeta ? inside_meta : file;
    numbers.take(2);
    const auto base = numbers.take(base_size), extents = numbers.take(2);
    if (extents > kMostExtents) return false;
    for (std::uint64_t k = 0; k < extents && numbers.is_whole; ++k) {
      numbers.take(index_size);
      const auto offset = numbers.take(offset_size), length = numbers.take(length_size);
      item.parts.push_back(part_of(source, base + offset, length));
    }
  }
  return numbers.is_whole;
}

/// An entry of iinf that has a type.
struct ItemEntry {
  std::uint64_t id = 0;
  std::string_view type;
  std::size_t last_flag = 0;  ///< The byte of the flags that tells whether the item is hidden.
};

// The entries of all items (iinf).
std::vector<ItemEntry> item_entries(ByteSpan file, const HeifBoxes& children) {
  std::vector<ItemEntry> result;
  const auto box = find_box(children, "iinf");
  if (!box) return result;
  const bool is_short = read_number(file, box->content, 1) == 0;
  const HeifBoxes entries = boxes_in(file, box->content + kFullBoxSize + (is_short ? 2 : 4), box->end);
  for (const HeifBox& entry : entries.value_or(std::vector<HeifBox>())) {
    constexpr std::uint64_t kFirstVersionWithType = 2;
    const auto version = read_number(file, entry.content, 1).value_or(0);
    if (version < kFirstVersionWithType) continue;
    const std::size_t id_size = version == kFirstVersionWithType ? 2 : 4;
    const ByteSpan inside = file.first(entry.end);
    const auto id = read_number(inside, entry.content + kFullBoxSize, id_size);
    const ByteSpan type = part_of(inside, entry.content + kFullBoxSize + id_size + 2, 4);
    if (id) result.push_back({*id, as_text(type), entry.content + kFullBoxSize - 1});
  }
  return result;
}

}  // namespace

std::optional<HeifItems> heif_items(ByteSpan file, const HeifBoxes& children) {
  HeifItems items;
  if (!read_places(file, children, items)) return std::nullopt;
  for (const ItemEntry& entry : item_entries(file, children))
    if (const auto item = items.find(entry.id); item != items.end()) item->second.type = entry.type;
  return items;
}

std::vector<HeifReference> heif_references(ByteSpan file, const HeifBoxes& children) {
  std::vector<HeifReference> result;
  const auto references = find_box(children, "iref");
  if (!references) return result;
  const std::size_t id_size = read_number(file, references->content, 1) == 0 ? 2 : 4;
  const HeifBoxes boxes = boxes_in(file, references->content + kFullBoxSize, references->end);
  for (const HeifBox& box : boxes.value_or(std::vector<HeifBox>())) {
    NumberReader numbers(file.first(box.end), box.content);
    const auto from = numbers.take(id_size), count = numbers.take(2);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto to = numbers.take(id_size);
      if (!numbers.is_whole || result.size() == kMostReferences) break;
      result.push_back({box.type, from, to});
    }
  }
  return result;
}

std::optional<std::vector<std::uint8_t>> with_main_picture(ByteSpan file, const HeifBoxes& children,
                                                           std::uint64_t id) {
  const auto box = find_box(children, "pitm");
  if (!box) return std::nullopt;
  const bool is_short = read_number(file, box->content, 1) == 0;
  const std::size_t size = is_short ? 2 : 4, at = box->content + kFullBoxSize;
  const std::uint64_t most =
      is_short ? std::numeric_limits<std::uint16_t>::max() : std::numeric_limits<std::uint32_t>::max();
  if (id > most || !read_number(file.first(box->end), at, size)) return std::nullopt;
  std::vector<std::uint8_t> copy(file.begin(), file.end());
  for (std::size_t i = 0; i < size; ++i) copy[at + i] = static_cast<std::uint8_t>(id >> (8 * (size - 1 - i)));
  constexpr std::uint8_t kHidden = 1;
  for (const ItemEntry& entry : item_entries(file, children))
    if (entry.id == id) copy[entry.last_flag] &= static_cast<std::uint8_t>(~kHidden);
  constexpr std::string_view kNoReference = "free";
  for (const HeifReference& reference : heif_references(file, children))
    if (reference.from == id && reference.type == "auxl")
      std::copy(kNoReference.begin(), kNoReference.end(),
                copy.begin() + (reference.type.data() - as_text(file).data()));
  return copy;
}

}  // namespace portrait_depth::io
