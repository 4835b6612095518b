// Based on: ISO/IEC 14496-12 (meta, iref, colr) and ISO/IEC 23008-12 (auxl).
#include "io/heif_boxes.hpp"

#include <algorithm>
#include <array>

#include "containers/heif_box.hpp"

namespace portrait_depth::io {
namespace {

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
  const auto main = main_picture(file, children);
  const auto properties = item_properties(file, children);
  if (!main || !properties) return std::nullopt;
  const auto of_main = properties->find(*main);
  if (of_main == properties->end()) return std::nullopt;
  for (const HeifBox& box : of_main->second) {
    const ByteSpan content = file.subspan(box.content, box.end - box.content);
    if (box.type != "colr" || !as_text(content).starts_with("nclx")) continue;
    const auto primaries = read_number(content, 4, 2), transfer = read_number(content, 6, 2);
    if (primaries && transfer) return ColorSignal{static_cast<int>(*primaries), static_cast<int>(*transfer)};
  }
  return std::nullopt;
}

}  // namespace portrait_depth::io
