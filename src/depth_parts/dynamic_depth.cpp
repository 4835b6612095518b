// Based on: Google, "Dynamic Depth 1.0" (2019): the container of pictures behind a JPEG, and its depth map.
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "containers/depth_names.hpp"
#include "containers/jpeg_segments.hpp"
#include "containers/xmp.hpp"
#include "depth_parts/depth_parts.hpp"

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

}  // namespace

std::optional<DepthParts> dynamic_depth_parts(ByteSpan file, const std::string& name) {
  const std::string packet = jpeg_xmp(file).main;
  const auto uri = xmp_text(packet, kDynamicDepthSpace, "DepthURI");
  if (!uri) return std::nullopt;
  DepthParts parts;
  parts.container = DepthContainer::dynamic_depth;
  parts.depth.in_file = item_bytes(file, packet, *uri);
  if (parts.depth.in_file.empty())
    throw Error(ErrorCode::unreadable, name + ": damaged: its depth is not in the file. Get the file anew.");
  const auto near = xmp_number(packet, kDynamicDepthSpace, "Near"),
             far = xmp_number(packet, kDynamicDepthSpace, "Far");
  if (!near || !far || !(*near > 0) || !(*far >= *near) || !std::isfinite(*far))
    throw Error(ErrorCode::unreadable,
                name + ": damaged: its depth lacks the range of distances. Get the file anew.");
  const std::string_view units = xmp_text(packet, kDynamicDepthSpace, "Units").value_or("None");
  const bool is_dioptres = units == "Diopters";  // the numbers are inverse distances
  const double nearest = is_dioptres ? 1 / *far : *near, farthest = is_dioptres ? 1 / *near : *far;
  DepthMeaning& meaning = parts.meaning;
  meaning.is_disparity =
      xmp_text(packet, kDynamicDepthSpace, "Format").value_or(kRangeInverse) != kRangeLinear;
  meaning.least = meaning.is_disparity ? 1 / nearest : nearest;
  meaning.most = meaning.is_disparity ? 1 / farthest : farthest;
  meaning.is_absolute = units == "Meters" || units == "m" || is_dioptres;
  return parts;
}

}  // namespace portrait_depth::io
