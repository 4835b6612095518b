// Apple's depth in a HEIC, for decoders that open the main picture of a file only.
// Based on: ISO/IEC 23008-12 (auxl, auxC, cdsc); the types of depth: ISO/IEC 23008-12, 6.4.4, and annex H.
#include <algorithm>
#include <utility>

#include "containers/depth_information.hpp"
#include "containers/heif_items.hpp"
#include "depth_parts/apple_notes.hpp"

namespace portrait_depth::io {
namespace {

constexpr std::size_t kMostXmp = std::size_t{1} << 20;

bool is_depth_type(std::string_view type) {
  return type == "urn:mpeg:hevc:2015:auxid:2" || type == "urn:mpeg:avc:2015:auxid:2" ||
         type == "urn:mpeg:mpegB:cicp:systems:auxiliary:depth";
}

/// The boxes of a file with a main picture.
struct Boxes {
  ByteSpan file;
  HeifBoxes children;
  HeifItems items;
  ItemProperties properties;
  std::vector<HeifReference> references;
  std::uint64_t main = 0;
};

std::optional<Boxes> boxes_of(ByteSpan file) {
  Boxes boxes;
  boxes.file = file;
  boxes.children = meta_children(file);
  const auto main = main_picture(file, boxes.children);
  auto items = heif_items(file, boxes.children);
  auto properties = item_properties(file, boxes.children);
  if (!main || !items || !properties) return std::nullopt;
  boxes.main = *main;
  boxes.items = std::move(*items);
  boxes.properties = std::move(*properties);
  boxes.references = heif_references(file, boxes.children);
  return boxes;
}

/// Of an auxiliary picture (auxC).
struct AuxiliaryKind {
  std::string_view type;
  ByteSpan subtype;
};

/// Empty without one.
AuxiliaryKind auxiliary_kind(const Boxes& boxes, std::uint64_t id) {
  const auto found = boxes.properties.find(id);
  if (found == boxes.properties.end()) return {};
  for (const HeifBox& box : found->second) {
    if (box.type != "auxC") continue;
    const ByteSpan content =
        part_of(boxes.file.first(box.end), box.content + kFullBoxSize, box.end - box.content - kFullBoxSize);
    const std::string_view type = as_text(content).substr(0, as_text(content).find('\0'));
    return {type, content.subspan(std::min(content.size(), type.size() + 1))};
  }
  return {};
}

/// The XMP that belongs to a picture; empty without one.
std::string xmp_of(const Boxes& boxes, std::uint64_t picture) {
  for (const HeifReference& reference : boxes.references) {
    if (reference.type != "cdsc" || reference.to != picture) continue;
    const auto item = boxes.items.find(reference.from);
    if (item == boxes.items.end() || item->second.type != "mime") continue;
    std::string text;
    for (const ByteSpan part : item->second.parts)
      if (text.size() + part.size() <= kMostXmp) text += as_text(part);
    if (text.find("xmpmeta") != std::string::npos) return text;
  }
  return {};
}

AppleDepthNotes notes_of(const Boxes& boxes, std::uint64_t id) {
  AppleDepthNotes notes = apple_depth_notes(xmp_of(boxes, id));
  if (notes.least && notes.most) return notes;
  if (const auto information = depth_information(auxiliary_kind(boxes, id).subtype)) {
    notes.is_disparity = information->is_disparity;
    notes.least = information->least;
    notes.most = information->most;
  }
  return notes;
}

}  // namespace

AppleDepthNotes apple_heic_notes(ByteSpan file, std::uint64_t item) {
  const auto boxes = boxes_of(file);
  return boxes ? notes_of(*boxes, item) : AppleDepthNotes{};
}

std::optional<DepthParts> apple_heic_parts(ByteSpan file, const std::string& name) {
  const auto boxes = boxes_of(file);
  if (!boxes) return std::nullopt;
  DepthParts parts;
  parts.container = DepthContainer::apple_heic;
  const auto copy = [&](CodedPicture& picture, std::uint64_t id) {
    if (!picture.own.empty()) return false;
    if (auto bytes = with_main_picture(file, boxes->children, id)) picture.own = std::move(*bytes);
    return !picture.own.empty();
  };
  for (const HeifReference& reference : boxes->references) {
    if (reference.type != "auxl" || reference.to != boxes->main) continue;
    const std::string_view type = auxiliary_kind(*boxes, reference.from).type;
    if (const auto kind = matte_kind(type))
      copy(parts.mattes[*kind], reference.from);
    else if (is_depth_type(type) && copy(parts.depth, reference.from))
      parts.meaning = meaning_of(notes_of(*boxes, reference.from), name);
  }
  return parts.depth.own.empty() ? std::nullopt : std::optional(std::move(parts));
}

}  // namespace portrait_depth::io
