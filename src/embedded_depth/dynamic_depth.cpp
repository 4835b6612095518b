// Based on: Google, "Dynamic Depth 1.0" (2019): the container of pictures behind a JPEG, and its depth map.
#include "embedded_depth/dynamic_depth.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "embedded_depth/xmp.hpp"
#include "io/depth_xmp.hpp"
#include "io/gray_picture.hpp"
#include "io/photo_file.hpp"

namespace portrait_depth::io {
namespace {

constexpr std::size_t kMostItems = 64;

/// A picture or film behind the photo, in the order of the file.
struct Item {
  std::string_view uri;
  std::size_t length = 0;
};

std::vector<Item> items_of(std::string_view packet) {
  std::vector<Item> items;
  for (const std::string_view text : xmp_items(packet, kContainerSpace, "Directory")) {
    if (items.size() == kMostItems) break;
    Item item;
    item.uri = xmp_text_in(packet, text, kContainerItemSpace, "DataURI").value_or(std::string_view());
    const std::string_view length =
        xmp_text_in(packet, text, kContainerItemSpace, "Length").value_or(std::string_view());
    std::from_chars(length.data(), length.data() + length.size(), item.length);
    items.push_back(item);
  }
  return items;
}

/// The bytes of the item with this address. The items end with the file, so they are counted from its end.
ByteSpan item_bytes(ByteSpan file, std::string_view packet, std::string_view uri) {
  const std::vector<Item> items = items_of(packet);
  std::size_t after = 0;
  for (std::size_t i = items.size(); i-- > 1;) {  // the first one is the photo
    const std::size_t length = items[i].length;
    if (length > file.size() - after) return {};
    after += length;
    if (items[i].uri == uri) return file.subspan(file.size() - after, length);
  }
  return {};
}

struct DepthNotes {
  ByteSpan picture;
  double near = 0, far = 0;  ///< Metres, or without a unit.
  bool is_linear = false, is_absolute = true;
};

std::optional<DepthNotes> depth_notes(ByteSpan file, const std::string& name) {
  const std::string packet = jpeg_xmp(file).main;
  const auto uri = xmp_text(packet, kDynamicDepthSpace, "DepthURI");
  if (!uri) return std::nullopt;
  DepthNotes notes;
  notes.picture = item_bytes(file, packet, *uri);
  if (notes.picture.empty())
    throw Error(ErrorCode::unreadable, name + ": damaged: its depth is not in the file. Get the file anew.");
  const auto near = xmp_number(packet, kDynamicDepthSpace, "Near"),
             far = xmp_number(packet, kDynamicDepthSpace, "Far");
  if (!near || !far || !(*near > 0) || !(*far >= *near) || !std::isfinite(*far))
    throw Error(ErrorCode::unreadable,
                name + ": damaged: its depth lacks the range of distances. Get the file anew.");
  notes.near = *near;
  notes.far = *far;
  notes.is_linear = xmp_text(packet, kDynamicDepthSpace, "Format").value_or(kRangeInverse) == kRangeLinear;
  const std::string_view units = xmp_text(packet, kDynamicDepthSpace, "Units").value_or("None");
  notes.is_absolute = units == "Meters" || units == "m" || units == "Diopters";
  if (units != "Diopters") return notes;
  notes.near = 1 / *far;  // the numbers are inverse distances
  notes.far = 1 / *near;
  return notes;
}

}  // namespace

std::optional<EmbeddedDepth> read_dynamic_depth(ByteSpan file, const std::string& name) {
  const auto notes = depth_notes(file, name);
  if (!notes) return std::nullopt;
  EmbeddedDepth result;
  result.container = DepthContainer::dynamic_depth;
  result.is_absolute = notes->is_absolute;
  GrayBudget budget;
  result.metres = decode_gray(notes->picture, name, budget);
  if (notes->is_linear)
    metres_from_linear(result.metres, notes->near, notes->far);
  else
    metres_from_disparity(result.metres, 1 / notes->near, 1 / notes->far);
  return result;
}

std::vector<EmbeddedPicture> list_dynamic_depth(ByteSpan file, const std::string& name) {
  const auto notes = depth_notes(file, name);
  if (!notes) return {};
  const PhotoFile picture = PhotoFile::from_memory(notes->picture, name);
  const PhotoInfo info = picture.info(picture.open().get());
  EmbeddedPicture depth{.kind = "depth", .width = info.width, .height = info.height, .unit = "m"};
  depth.least = static_cast<float>(notes->near);
  depth.most = static_cast<float>(notes->far);
  depth.is_absolute = notes->is_absolute;
  return {depth};
}

}  // namespace portrait_depth::io
