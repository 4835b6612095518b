// Based on: CIPA DC-008, "Exchangeable image file format for digital still cameras: Exif Version 2.32";
// Adobe, "TIFF Revision 6.0", 1992 (directories).
#include "embedded_depth/capture_exif.hpp"

#include <cstdint>
#include <vector>

#include "containers/big_endian.hpp"
#include "containers/jpeg_segments.hpp"

namespace portrait_depth::io {
namespace {

constexpr std::uint32_t kMake = 0x010F, kModel = 0x0110, kExifDirectory = 0x8769, kDateTimeOriginal = 0x9003;
constexpr std::uint32_t kAscii = 2, kLong = 4;  // types
constexpr std::size_t kCountSize = 2, kEntrySize = 12, kNextSize = 4, kInlineSize = 4;
constexpr std::size_t kLongestText = 1000;

struct Entry {
  std::uint32_t tag = 0;
  std::string text;  // with its final zero; empty: `number` is the value
  std::uint32_t number = 0;
};

void add_text(std::vector<Entry>& entries, std::uint32_t tag, const std::string& text) {
  if (!text.empty()) entries.push_back({tag, text.substr(0, kLongestText) + std::string(1, '\0')});
}

std::size_t directory_size(const std::vector<Entry>& entries) {
  std::size_t size = kCountSize + entries.size() * kEntrySize + kNextSize;
  for (const Entry& entry : entries)
    if (entry.text.size() > kInlineSize) size += entry.text.size() + entry.text.size() % 2;
  return size;
}

// A directory at `offset`, followed by its texts. Offsets are even.
std::string directory(const std::vector<Entry>& entries, std::size_t offset) {
  std::string table = big_endian(entries.size(), kCountSize), texts;
  const std::size_t texts_at = offset + kCountSize + entries.size() * kEntrySize + kNextSize;
  for (const Entry& entry : entries) {
    const bool is_text = !entry.text.empty();
    table += big_endian(entry.tag, 2) + big_endian(is_text ? kAscii : kLong, 2) +
             big_endian(is_text ? entry.text.size() : 1, 4);
    if (!is_text) {
      table += big_endian(entry.number, 4);
    } else if (entry.text.size() <= kInlineSize) {
      table += entry.text + std::string(kInlineSize - entry.text.size(), '\0');
    } else {
      table += big_endian(texts_at + texts.size(), 4);
      texts += entry.text + std::string(entry.text.size() % 2, '\0');
    }
  }
  return table + std::string(kNextSize, '\0') + texts;
}

}  // namespace

std::string capture_exif(const CaptureFacts& facts) {
  std::vector<Entry> main, exif;
  add_text(main, kMake, facts.camera_make);
  add_text(main, kModel, facts.camera_model);
  add_text(exif, kDateTimeOriginal, facts.time);
  if (main.empty() && exif.empty()) return {};
  const std::string tiff = std::string("MM\0*", 4) + big_endian(8, 4);
  if (!exif.empty()) main.push_back({kExifDirectory, {}, 0});
  const std::size_t exif_at = tiff.size() + directory_size(main);
  if (!exif.empty()) main.back().number = static_cast<std::uint32_t>(exif_at);
  return std::string(kExifName) + tiff + directory(main, tiff.size()) +
         (exif.empty() ? "" : directory(exif, exif_at));
}

}  // namespace portrait_depth::io
