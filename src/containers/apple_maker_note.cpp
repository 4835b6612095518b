// Based on: CIPA DC-008, "Exchangeable image file format for digital still cameras: Exif Version 2.32"
// (MakerNote); P. Harvey, "ExifTool Apple Tags" (AccelerationVector); Apple, "Core Motion: CMDeviceMotion"
// (axes of the phone).
#include "containers/apple_maker_note.hpp"

#include <string_view>

namespace portrait_depth::io {
namespace {

constexpr std::uint64_t kExifDirectory = 0x8769, kMakerNote = 0x927C, kAccelerationVector = 8;
// Types of an entry. Editors write a note as bytes.
constexpr std::uint64_t kBytes = 1, kUndefinedBytes = 7, kSignedRationals = 10;
constexpr std::string_view kAppleNote{"Apple iOS\0", 10};

struct Entry {
  std::uint64_t type = 0, count = 0, value = 0;
};

/// A directory of tags; offsets count from the beginning of `bytes`.
struct Directory {
  ByteSpan bytes;
  std::uint64_t at = 0;
  bool is_little_endian = false;

  std::optional<std::uint64_t> number(std::uint64_t offset, std::size_t size) const {
    return read_number(bytes, offset, size, is_little_endian);
  }

  std::optional<Entry> find(std::uint64_t tag) const {
    constexpr std::uint64_t kEntrySize = 12;
    const std::uint64_t count = number(at, 2).value_or(0);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t entry = at + 2 + kEntrySize * i;
      const auto value = number(entry + 8, 4);
      if (!value) return std::nullopt;
      if (number(entry, 2) == tag)
        return Entry{number(entry + 2, 2).value_or(0), number(entry + 4, 4).value_or(0), *value};
    }
    return std::nullopt;
  }
};

std::optional<bool> is_little_endian(ByteSpan bytes, std::uint64_t offset) {
  const std::string_view order = as_text(part_of(bytes, offset, 2));
  if (order == "II") return true;
  return order == "MM" ? std::optional(false) : std::nullopt;
}

std::optional<float> rational_at(const Directory& note, std::uint64_t offset) {
  const auto top = note.number(offset, 4), bottom = note.number(offset + 4, 4);
  if (!top || !bottom || *bottom == 0) return std::nullopt;
  const auto as_signed = [](std::uint64_t word) {
    return static_cast<float>(static_cast<std::int32_t>(static_cast<std::uint32_t>(word)));
  };
  return as_signed(*top) / as_signed(*bottom);
}

}  // namespace

ByteSpan maker_note(ByteSpan exif) {
  if (as_text(exif).starts_with(std::string_view("Exif\0\0", 6))) exif = exif.subspan(6);
  const auto order = is_little_endian(exif, 0);
  if (!order) return {};
  Directory directory{exif, 0, *order};
  directory.at = directory.number(4, 4).value_or(0);
  const auto inner = directory.find(kExifDirectory);
  if (!inner) return {};
  directory.at = inner->value;
  const auto note = directory.find(kMakerNote);
  if (!note || (note->type != kUndefinedBytes && note->type != kBytes)) return {};
  return part_of(exif, note->value, note->count);
}

std::optional<std::array<float, 3>> apple_gravity(ByteSpan note) {
  if (!as_text(note).starts_with(kAppleNote)) return std::nullopt;
  constexpr std::uint64_t kByteOrder = 12, kDirectory = 14;
  const auto order = is_little_endian(note, kByteOrder);
  if (!order) return std::nullopt;
  const Directory directory{note, kDirectory, *order};
  const auto vector = directory.find(kAccelerationVector);
  if (!vector || vector->type != kSignedRationals || vector->count != 3) return std::nullopt;
  std::array<float, 3> gravity = {};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto number = rational_at(directory, vector->value + 8 * axis);
    if (!number) return std::nullopt;
    gravity[axis] = *number;
  }
  return gravity;
}

}  // namespace portrait_depth::io
