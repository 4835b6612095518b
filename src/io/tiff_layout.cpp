// Based on: Adobe, "TIFF Revision 6.0", 1992 (directories, NewSubfileType, ExtraSamples); Adobe, "TIFF Tech
// Note 1" (SubIFDs); Adobe, "Digital Negative (DNG) Specification", 1.7; "The BigTIFF File Format" (libtiff).
#include "io/tiff_layout.hpp"

#include <algorithm>
#include <string_view>

namespace portrait_depth::io {
namespace {

constexpr int kMostPages = 32, kMostSubPages = 16;
constexpr std::uint64_t kMostEntries = 1024;

constexpr std::uint64_t kNewSubfileType = 254, kSubfileType = 255, kPhotometric = 262, kExtraSamples = 338,
                        kSubDirectories = 330, kDngVersion = 50706;
constexpr std::uint64_t kColorFilterArray = 32803, kLinearRaw = 34892;
constexpr std::uint64_t kAssociatedAlpha = 1, kUnassociatedAlpha = 2;
constexpr std::uint64_t kReducedPage = 1, kMaskPage = 4;  // bits of NewSubfileType
constexpr std::uint64_t kOldReducedPage = 2;              // a value of SubfileType

struct Directory {
  bool is_reduced = false, is_mask = false, is_sensor_data = false, is_dng = false;
  std::vector<std::uint64_t> extra_samples, sub_directories;
  std::uint64_t next = 0;
};

class TiffReader {
 public:
  explicit TiffReader(const ReadAt& read) : read_(read) {
    const auto header = read_(0, 16);
    is_little_ = as_text(header).starts_with("II");
    is_big_ = read_number(header, 2, 2, is_little_) == 43;
    first_ = read_number(header, is_big_ ? 8 : 4, offset_size(), is_little_);
  }
  std::optional<std::uint64_t> first() const { return first_; }

  std::optional<Directory> directory(std::uint64_t offset) const {
    const std::size_t count_size = is_big_ ? 8 : 2, entry_size = is_big_ ? 20 : 12;
    const auto count = read_number(read_(offset, count_size), 0, count_size, is_little_);
    if (offset == 0 || !count || *count == 0 || *count > kMostEntries) return std::nullopt;
    const auto entries = read_(offset + count_size, *count * entry_size + offset_size());
    if (entries.size() < *count * entry_size) return std::nullopt;
    Directory result;
    for (std::uint64_t i = 0; i < *count; ++i)
      take_entry(ByteSpan(entries).subspan(i * entry_size, entry_size), result);
    result.next = read_number(entries, *count * entry_size, offset_size(), is_little_).value_or(0);
    return result;
  }

 private:
  std::size_t offset_size() const { return is_big_ ? 8 : 4; }

  static std::size_t type_size(std::uint64_t type) {
    switch (type) {
      case 1:
      case 2:
      case 6:
      case 7:
        return 1;
      case 3:
      case 8:
        return 2;
      case 4:
      case 9:
      case 13:
        return 4;
      case 16:
      case 17:
      case 18:
        return 8;
      default:
        return 0;
    }
  }

  // At most kMostSubPages numbers of the entry: those that its tag needs.
  std::vector<std::uint64_t> values(ByteSpan entry) const {
    const std::size_t size = type_size(read_number(entry, 2, 2, is_little_).value_or(0));
    const std::uint64_t stored = read_number(entry, 4, offset_size(), is_little_).value_or(0);
    const std::uint64_t count = std::min<std::uint64_t>(stored, kMostSubPages);
    const std::size_t value_at = 4 + offset_size();
    std::vector<std::uint8_t> elsewhere;
    ByteSpan bytes = entry.subspan(value_at);
    if (stored * size > offset_size()) {
      elsewhere = read_(read_number(entry, value_at, offset_size(), is_little_).value_or(0), count * size);
      bytes = elsewhere;
    }
    std::vector<std::uint64_t> result;
    for (std::uint64_t i = 0; size != 0 && i < count; ++i)
      if (const auto value = read_number(bytes, i * size, size, is_little_)) result.push_back(*value);
    return result;
  }

  void take_entry(ByteSpan entry, Directory& directory) const {
    const auto tag = read_number(entry, 0, 2, is_little_);
    const auto numbers = values(entry);
    const std::uint64_t first = numbers.empty() ? 0 : numbers[0];
    if (tag == kNewSubfileType) {
      directory.is_reduced = (first & kReducedPage) != 0;
      directory.is_mask = (first & kMaskPage) != 0;
    } else if (tag == kSubfileType) {
      directory.is_reduced = directory.is_reduced || first == kOldReducedPage;
    } else if (tag == kPhotometric) {
      directory.is_sensor_data = first == kColorFilterArray || first == kLinearRaw;
    } else if (tag == kExtraSamples) {
      directory.extra_samples = numbers;
    } else if (tag == kSubDirectories) {
      directory.sub_directories = numbers;
    } else if (tag == kDngVersion) {
      directory.is_dng = true;
    }
  }

  const ReadAt& read_;
  bool is_little_ = false, is_big_ = false;
  std::optional<std::uint64_t> first_;
};

std::optional<int> alpha_of(const Directory& directory) {
  for (std::size_t i = 0; i < directory.extra_samples.size(); ++i)
    if (directory.extra_samples[i] == kAssociatedAlpha || directory.extra_samples[i] == kUnassociatedAlpha)
      return static_cast<int>(i);
  return std::nullopt;
}

}  // namespace

TiffLayout tiff_layout(const ReadAt& read) {
  const TiffReader reader(read);
  TiffLayout layout;
  std::uint64_t at = reader.first().value_or(0);
  int directories = 0;
  const auto take = [&](const Directory& directory, int page, std::optional<int> sub_page) {
    ++directories;
    if (directory.is_sensor_data && !layout.raw) layout.raw = "sensor data in a TIFF";
    if (layout.has_full_size || directory.is_reduced || directory.is_mask) return;
    layout.has_full_size = true;
    layout.page = page;
    layout.sub_page = sub_page;
    layout.alpha = alpha_of(directory);
  };
  for (int page = 0; page < kMostPages; ++page) {
    const auto directory = reader.directory(at);
    if (!directory) break;
    layout.has_directory = true;
    if (directory->is_dng) layout.raw = "DNG";
    if (page == 0) layout.alpha = alpha_of(*directory);
    take(*directory, page, std::nullopt);
    for (std::size_t i = 0; i < directory->sub_directories.size(); ++i)
      if (const auto sub = reader.directory(directory->sub_directories[i]))
        take(*sub, page, static_cast<int>(i));
    if (directory->next == 0 || directory->next == at) break;
    at = directory->next;
  }
  // A preview that was saved alone keeps its mark. It is the whole picture.
  if (!layout.has_full_size && directories == 1) layout.has_full_size = true;
  return layout;
}

}  // namespace portrait_depth::io
