// Based on: ISO/IEC 14496-12 (iloc, iinf, idat), ISO/IEC 14496-15 (hvcC), ISO/IEC 23008-12 (ispe, grid, iovl)
// and the AV1 Codec ISO Media File Format Binding (av1C).
#include "io/heif_pictures.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "io/heif_box.hpp"

namespace portrait_depth::io {
namespace {

constexpr std::uint64_t kMostItems = 20'000;   // as in libheif
constexpr std::uint64_t kMostExtents = 32;     // of one item, as in libheif
constexpr int kMostUnits = 1 << 20;            // NAL units and AV1's units of all pictures
constexpr std::size_t kLongestCopy = 1 << 28;  // bytes of all items with several extents

/// The parts of a file that hold one item.
struct Item {
  std::string_view type;
  std::vector<ByteSpan> parts;
};
using Items = std::map<std::uint64_t, Item>;

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

// A part of `source`; empty if it extends past the end.
ByteSpan part_of(ByteSpan source, std::uint64_t offset, std::uint64_t length) {
  if (offset > source.size() || length > source.size() - offset) return {};
  return source.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
}

// The places of all items (iloc); false if the box is damaged.
bool read_places(ByteSpan file, const HeifBoxes& children, Items& items) {
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
    Item& item = items[numbers.take(version < 2 ? 2 : 4)];
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

// The kinds of all items (iinf).
void read_types(ByteSpan file, const HeifBoxes& children, Items& items) {
  const auto box = find_box(children, "iinf");
  if (!box) return;
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
    const auto item = id ? items.find(*id) : items.end();
    if (item != items.end()) item->second.type = as_text(type);
  }
}

// All sequence parameter sets of an hvcC box.
PictureSize hvcc_size(ByteSpan box, int& units_left) {
  constexpr std::size_t kFixedBytes = 22;
  PictureSize largest;
  std::size_t at = kFixedBytes + 1;
  for (auto arrays = read_number(box, kFixedBytes, 1).value_or(0); arrays > 0; --arrays) {
    auto units = read_number(box, at + 1, 2).value_or(0);
    for (at += 3; units > 0 && units_left > 0 && at < box.size(); --units, --units_left) {
      const auto length = read_number(box, at, 2).value_or(0);
      if (const auto size = hevc_size(part_of(box, at + 2, length))) largest = covering(largest, *size);
      at += 2 + static_cast<std::size_t>(length);
    }
  }
  return largest;
}

// Decoders accept sequence parameter sets in the data as well: units behind lengths of four bytes.
PictureSize hevc_data_size(ByteSpan data, int& units_left) {
  PictureSize largest;
  for (std::size_t at = 0; at < data.size() && units_left > 0; --units_left) {
    const auto length = read_number(data, at, 4);
    if (!length) break;
    const ByteSpan unit = data.subspan(at + 4);
    if (const auto size =
            hevc_size(unit.first(static_cast<std::size_t>(std::min<std::uint64_t>(*length, unit.size())))))
      largest = covering(largest, *size);
    at += 4 + static_cast<std::size_t>(*length);
  }
  return largest;
}

// The canvas of a grid or an overlay.
PictureSize canvas_size(ByteSpan data, std::size_t fixed_bytes) {
  const bool is_wide = (read_number(data, 1, 1).value_or(0) & 1) != 0;
  const std::size_t bytes = is_wide ? 4 : 2;
  return picture_size(read_number(data, fixed_bytes, bytes).value_or(0),
                      read_number(data, fixed_bytes + bytes, bytes).value_or(0));
}

PictureSize declared_size(ByteSpan file, const std::vector<HeifBox>& properties) {
  PictureSize smallest;
  for (const HeifBox& box : properties) {
    const auto width = read_number(file.first(box.end), box.content + kFullBoxSize, 4);
    const auto height = read_number(file.first(box.end), box.content + kFullBoxSize + 4, 4);
    if (box.type != "ispe" || !width || !height) continue;
    const PictureSize size = picture_size(*width, *height);
    if (smallest.pixels() == 0 || size.pixels() < smallest.pixels()) smallest = size;
  }
  return smallest;
}

PictureSize coded_size(ByteSpan file, const Item& item, ByteSpan data, const std::vector<HeifBox>& properties,
                       int& units_left) {
  constexpr std::size_t kGridBytes = 4, kOverlayBytes = 10, kAv1ConfigurationBytes = 4;
  if (item.type == "grid") return canvas_size(data, kGridBytes);
  if (item.type == "iovl") return canvas_size(data, kOverlayBytes);
  if (item.type != "hvc1" && item.type != "av01") return {};
  const bool is_hevc = item.type == "hvc1";
  PictureSize size = is_hevc ? hevc_data_size(data, units_left) : av1_size(data, units_left);
  for (const HeifBox& box : properties) {
    const ByteSpan content = file.subspan(box.content, box.end - box.content);
    if (is_hevc && box.type == "hvcC") size = covering(size, hvcc_size(content, units_left));
    if (!is_hevc && box.type == "av1C")
      size = covering(
          size, av1_size(content.subspan(std::min(content.size(), kAv1ConfigurationBytes)), units_left));
  }
  return size;
}

}  // namespace

std::optional<std::vector<HeifPicture>> heif_pictures(ByteSpan file) {
  const auto children = meta_children(file);
  const auto properties = item_properties(file, children);
  Items items;
  if (!properties || !read_places(file, children, items)) return std::nullopt;
  read_types(file, children, items);
  std::vector<HeifPicture> result;
  int units_left = kMostUnits;
  std::size_t copied = 0;
  for (const auto& [id, item] : items) {
    const auto found = properties->find(id);
    if (found == properties->end() || item.parts.empty()) continue;
    ByteSpan data = item.parts.front();
    std::vector<std::uint8_t> joined;
    if (item.parts.size() > 1) {
      for (const ByteSpan part : item.parts) copied += part.size();
      if (copied > kLongestCopy) return std::nullopt;
      for (const ByteSpan part : item.parts) joined.insert(joined.end(), part.begin(), part.end());
      data = joined;
    }
    result.push_back(
        {declared_size(file, found->second), coded_size(file, item, data, found->second, units_left)});
    if (units_left <= 0) return std::nullopt;
  }
  return result;
}

bool exceeds_declared_size(const HeifPicture& picture) {
  constexpr std::int64_t kLargestBlock = 64;
  return picture.declared.pixels() > 0 && (picture.coded.width > picture.declared.width + kLargestBlock ||
                                           picture.coded.height > picture.declared.height + kLargestBlock);
}

}  // namespace portrait_depth::io
