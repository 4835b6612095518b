// Coded pictures and metadata into a HEIC or AVIF file, with references between them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace portrait_depth::io {

struct NewHeifItem {
  std::string type = {};                     ///< `hvc1`, `mime`, `Exif`.
  std::string content_type = {};             ///< Of a `mime` item.
  std::vector<std::string> properties = {};  ///< Whole boxes, in the order of decoding.
  std::string data = {};
  bool is_hidden = false;  ///< Not a picture of its own.
};

/// Between two items, by their indices.
struct NewHeifReference {
  std::string type;  ///< As HeifReference::type; `dimg`: a picture to its tile.
  std::size_t from = 0, to = 0;
};

/// A box with its header.
std::string heif_box(std::string_view type, std::string_view content);
/// A box with version 0 and no flags.
std::string heif_full_box(std::string_view type, std::string_view content);

/// A file of at most 65,534 items, 127 properties and 4 GiB. The first item is the photo. `brand`: `heic`,
/// `avif`.
std::string heif_file(std::string_view brand, const std::vector<NewHeifItem>& items,
                      const std::vector<NewHeifReference>& references);

}  // namespace portrait_depth::io
