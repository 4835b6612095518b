// Based on: ISO/IEC 14496-15 (hvcC), ISO/IEC 23008-12 (ispe, grid, iovl) and the AV1 Codec ISO Media File
// Format Binding (av1C).
#include "io/heif_pictures.hpp"

#include <algorithm>

#include "containers/heif_items.hpp"

namespace portrait_depth::io {
namespace {

constexpr int kMostUnits = 1 << 20;            // NAL units and AV1's units of all pictures
constexpr std::size_t kLongestCopy = 1 << 28;  // bytes of all items with several extents

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

PictureSize coded_size(ByteSpan file, const HeifItem& item, ByteSpan data,
                       const std::vector<HeifBox>& properties, int& units_left) {
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
  const auto items = heif_items(file, children);
  if (!properties || !items) return std::nullopt;
  std::vector<HeifPicture> result;
  int units_left = kMostUnits;
  std::size_t copied = 0;
  for (const auto& [id, item] : *items) {
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
