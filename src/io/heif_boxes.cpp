// Based on: ISO/IEC 14496-12 (boxes, meta, iref, pitm, colr) and ISO/IEC 23008-12 (iprp, ipco, ipma, auxl).
#include "io/heif_boxes.hpp"

#include <algorithm>
#include <array>

namespace portrait_depth::io {
namespace {

constexpr int kMostBoxes = 4096;  // in one box; a phone's ipco holds about a hundred
constexpr std::size_t kFullBoxSize = 4;

struct HeifBox {
  std::string_view type;
  std::size_t start = 0, content = 0, end = 0;  // offsets in the file
};

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

// All boxes from `start` on; std::nullopt if one is damaged.
std::optional<std::vector<HeifBox>> boxes_in(ByteSpan file, std::size_t start, std::size_t end) {
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

std::optional<HeifBox> find_box(const std::optional<std::vector<HeifBox>>& boxes, std::string_view type) {
  if (!boxes) return std::nullopt;
  const auto found =
      std::find_if(boxes->begin(), boxes->end(), [&](const HeifBox& box) { return box.type == type; });
  return found == boxes->end() ? std::nullopt : std::optional(*found);
}

// Top-level boxes up to `meta`; the file may be truncated after it.
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

std::optional<std::vector<HeifBox>> meta_children(ByteSpan file) {
  const auto meta = meta_box(file);
  return meta ? boxes_in(file, meta->content + kFullBoxSize, meta->end) : std::nullopt;
}

std::optional<std::uint64_t> main_picture(ByteSpan file,
                                          const std::optional<std::vector<HeifBox>>& children) {
  const auto box = find_box(children, "pitm");
  if (!box) return std::nullopt;
  const std::size_t size = read_number(file, box->content, 1) == 0 ? 2 : 4;
  return read_number(file.first(box->end), box->content + kFullBoxSize, size);
}

void append(std::vector<std::uint8_t>& bytes, ByteSpan part) {
  bytes.insert(bytes.end(), part.begin(), part.end());
}

void append_number(std::vector<std::uint8_t>& bytes, std::uint64_t value, std::size_t size) {
  for (std::size_t i = size; i-- > 0;) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void write_size(std::vector<std::uint8_t>& bytes, std::size_t at, std::size_t size) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(size >> (8 * (3 - i)));
}

void set_size(std::vector<std::uint8_t>& box) {
  write_size(box, 0, box.size());
}

// An `auxl` box with one of its targets; std::nullopt if it has at most one.
std::optional<std::vector<std::uint8_t>> with_one_target(ByteSpan file, const HeifBox& box,
                                                         std::size_t id_size, std::uint64_t main) {
  const ByteSpan inside = file.first(box.end);
  const auto count = read_number(inside, box.content + id_size, 2);
  const std::size_t targets = box.content + id_size + 2;
  if (box.type != "auxl" || !count || *count < 2) return std::nullopt;
  auto target = read_number(inside, targets, id_size);
  for (std::size_t i = 0; i < *count; ++i)
    if (read_number(inside, targets + i * id_size, id_size) == main) target = main;
  if (!target) return std::nullopt;
  std::vector<std::uint8_t> result(4, 0);
  append(result, file.subspan(box.start + 4, 4));
  append(result, file.subspan(box.content, id_size));
  append_number(result, 1, 2);
  append_number(result, *target, id_size);
  set_size(result);
  return result;
}

// The `iref` box with single targets; std::nullopt if no box changes.
std::optional<std::vector<std::uint8_t>> mended_references(ByteSpan file, const HeifBox& references,
                                                           std::uint64_t main) {
  const auto boxes = boxes_in(file, references.content + kFullBoxSize, references.end);
  if (!boxes) return std::nullopt;
  const std::size_t id_size = read_number(file, references.content, 1) == 0 ? 2 : 4;
  std::vector<std::uint8_t> result = {0, 0, 0, 0, 'i', 'r', 'e', 'f'};
  append(result, file.subspan(references.content, kFullBoxSize));
  bool has_changed = false;
  for (const HeifBox& box : *boxes) {
    const auto single = with_one_target(file, box, id_size, main);
    has_changed = has_changed || single;
    append(result, single ? ByteSpan(*single) : file.subspan(box.start, box.end - box.start));
  }
  set_size(result);
  return has_changed ? std::optional(result) : std::nullopt;
}

// The numbers of ipco's boxes that belong to an item, from 1.
std::vector<std::uint64_t> properties_of(ByteSpan file, const HeifBox& associations, std::uint64_t item) {
  const ByteSpan inside = file.first(associations.end);
  const std::size_t id_size = read_number(inside, associations.content, 1) == 0 ? 2 : 4;
  const bool is_wide = (read_number(inside, associations.content + 3, 1).value_or(0) & 1) != 0;
  const std::uint64_t mask =
      is_wide ? 0x7FFF : 0x7F;  // the highest bit marks a property that must be understood
  const auto entries = read_number(inside, associations.content + kFullBoxSize, 4);
  std::size_t at = associations.content + kFullBoxSize + 4;
  for (std::uint64_t i = 0; entries && i < *entries; ++i) {
    const auto id = read_number(inside, at, id_size), count = read_number(inside, at + id_size, 1);
    if (!id || !count) break;
    at += id_size + 1;
    std::vector<std::uint64_t> result;
    for (std::uint64_t k = 0; k < *count; ++k, at += is_wide ? 2 : 1)
      if (const auto number = read_number(inside, at, is_wide ? 2 : 1)) result.push_back(*number & mask);
    if (*id == item) return result;
  }
  return {};
}

}  // namespace

std::optional<std::vector<std::uint8_t>> with_single_auxiliary_targets(ByteSpan file) {
  const auto meta = meta_box(file);
  const auto children = meta_children(file);
  const auto references = find_box(children, "iref");
  const auto main = main_picture(file, children);
  if (!references || !main) return std::nullopt;
  const auto mended = mended_references(file, *references, *main);
  if (!mended) return std::nullopt;

  std::vector<std::uint8_t> new_meta = {0, 0, 0, 0, 'm', 'e', 't', 'a'};
  append(new_meta, file.subspan(meta->content, kFullBoxSize));
  for (const HeifBox& box : *children)
    append(new_meta,
           box.start == references->start ? ByteSpan(*mended) : file.subspan(box.start, box.end - box.start));
  set_size(new_meta);
  // A last box of the size 0 reaches to the end of the file, which moves.
  std::vector<std::uint8_t> result(file.begin(), file.end());
  result.reserve(file.size() + new_meta.size());
  for (std::size_t start = 0; start < file.size();) {
    const auto box = box_at(file, start, file.size());
    if (!box) return std::nullopt;
    if (read_number(file, start, 4) == 0) {
      if (box->end - start > UINT32_MAX) return std::nullopt;
      write_size(result, start, box->end - start);
    }
    start = box->end;
  }
  // Offsets of pictures count from the file's start. The old box therefore keeps its place as free space, and
  // the new one stands behind everything.
  constexpr std::array<std::uint8_t, 4> kFree = {'f', 'r', 'e', 'e'};
  std::copy(kFree.begin(), kFree.end(), result.begin() + static_cast<std::ptrdiff_t>(meta->start) + 4);
  append(result, new_meta);
  return result;
}

std::optional<ColorSignal> heif_color_signal(ByteSpan file) {
  const auto children = meta_children(file);
  const auto properties = find_box(children, "iprp");
  const auto main = main_picture(file, children);
  if (!properties || !main) return std::nullopt;
  const auto inside = boxes_in(file, properties->content, properties->end);
  const auto container = find_box(inside, "ipco"), associations = find_box(inside, "ipma");
  if (!container || !associations) return std::nullopt;
  const auto boxes = boxes_in(file, container->content, container->end);
  if (!boxes) return std::nullopt;
  for (const std::uint64_t number : properties_of(file, *associations, *main)) {
    if (number == 0 || number > boxes->size()) continue;
    const HeifBox& box = (*boxes)[number - 1];
    const ByteSpan content = file.subspan(box.content, box.end - box.content);
    if (box.type != "colr" || !as_text(content).starts_with("nclx")) continue;
    const auto primaries = read_number(content, 4, 2), transfer = read_number(content, 6, 2);
    if (primaries && transfer) return ColorSignal{static_cast<int>(*primaries), static_cast<int>(*transfer)};
  }
  return std::nullopt;
}

}  // namespace portrait_depth::io
