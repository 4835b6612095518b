// Based on: ISO/IEC 14496-12 (ftyp, meta, hdlr, pitm, iloc, iinf, iref, mdat), ISO/IEC 23008-12 (iprp, ipco,
// ipma; 9.3.1: which properties are essential).
#include "containers/heif_writer.hpp"

#include <algorithm>
#include <array>

#include "containers/big_endian.hpp"

namespace portrait_depth::io {
namespace {

std::string item_id(std::size_t index) {
  return big_endian(index + 1, 2);
}

std::string versioned_box(std::string_view type, int version, int flags, std::string_view content) {
  return heif_box(type, big_endian(static_cast<std::uint64_t>(version), 1) +
                            big_endian(static_cast<std::uint64_t>(flags), 3) + std::string(content));
}

// The entry of each item (iinf).
std::string item_list(const std::vector<NewHeifItem>& items) {
  std::string entries = big_endian(items.size(), 2);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const NewHeifItem& item = items[i];
    std::string entry = item_id(i) + big_endian(0, 2) + item.type + '\0';
    if (item.type == "mime") entry += item.content_type + '\0';
    entries += versioned_box("infe", 2, item.is_hidden ? 1 : 0, entry);
  }
  return heif_full_box("iinf", entries);
}

std::string reference_list(const std::vector<NewHeifReference>& references) {
  std::string boxes;
  for (const NewHeifReference& reference : references)
    boxes += heif_box(reference.type, item_id(reference.from) + big_endian(1, 2) + item_id(reference.to));
  return heif_full_box("iref", boxes);
}

// A reader that does not know one of these must not show the picture.
bool is_essential(std::string_view property) {
  constexpr std::array<std::string_view, 5> kTypes = {"hvcC", "av1C", "clap", "irot", "imir"};
  return std::find(kTypes.begin(), kTypes.end(), property.substr(4, 4)) != kTypes.end();
}

// All properties once (ipco), and those of each item by their number (ipma).
std::string property_list(const std::vector<NewHeifItem>& items) {
  std::vector<std::string> all;
  std::string associations;
  std::size_t count = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].properties.empty()) continue;
    ++count;
    associations += item_id(i) + big_endian(items[i].properties.size(), 1);
    for (const std::string& property : items[i].properties) {
      auto known = std::find(all.begin(), all.end(), property);
      if (known == all.end()) known = all.insert(all.end(), property);
      const auto number = static_cast<std::uint64_t>(known - all.begin()) + 1;
      associations += big_endian(number | (is_essential(property) ? 0x80 : 0), 1);
    }
  }
  std::string boxes;
  for (const std::string& property : all) boxes += property;
  return heif_box("iprp",
                  heif_box("ipco", boxes) + heif_full_box("ipma", big_endian(count, 4) + associations));
}

// The place of each item's data from `start` on (iloc).
std::string place_list(const std::vector<NewHeifItem>& items, std::size_t start) {
  constexpr std::uint64_t kOffsetAndLengthOfFourBytes = 0x4400;
  std::string places = big_endian(kOffsetAndLengthOfFourBytes, 2) + big_endian(items.size(), 2);
  for (std::size_t i = 0; i < items.size(); ++i) {
    places += item_id(i) + big_endian(0, 2) + big_endian(1, 2) + big_endian(start, 4) +
              big_endian(items[i].data.size(), 4);
    start += items[i].data.size();
  }
  return heif_full_box("iloc", places);
}

}  // namespace

std::string heif_box(std::string_view type, std::string_view content) {
  return big_endian(8 + content.size(), 4).append(type).append(content);
}

std::string heif_full_box(std::string_view type, std::string_view content) {
  return versioned_box(type, 0, 0, content);
}

std::string heif_file(std::string_view brand, const std::vector<NewHeifItem>& items,
                      const std::vector<NewHeifReference>& references) {
  const std::string file_type =
      heif_box("ftyp", std::string(brand) + big_endian(0, 4) + "mif1miaf" + std::string(brand));
  const std::string handler = heif_full_box("hdlr", big_endian(0, 4) + "pict" + std::string(3 * 4 + 1, '\0'));
  const auto meta = [&](std::size_t data_start) {
    return heif_full_box("meta", handler + heif_full_box("pitm", item_id(0)) + place_list(items, data_start) +
                                     item_list(items) + reference_list(references) + property_list(items));
  };
  constexpr std::size_t kBoxHeader = 8;
  const std::size_t data_start = file_type.size() + meta(0).size() + kBoxHeader;
  std::string data;
  for (const NewHeifItem& item : items) data += item.data;
  return file_type + meta(data_start) + heif_box("mdat", data);
}

}  // namespace portrait_depth::io
