// Based on: the formats' signatures in ITU-T T.81, the PNG specification, RFC 9649 (WebP), TIFF 6.0, GIF89a,
// ISO/IEC 23008-12 (HEIF) and AOM's AVIF specification; those of RAW files as exiftool's documentation lists
// them.
#include "io/photo_format.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace portrait_depth::io {
namespace {

using namespace std::string_view_literals;

constexpr std::array kHeifBrands = {"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv, "hevx"sv,
                                    "hevm"sv, "hevs"sv, "mif1"sv, "msf1"sv, "avif"sv, "avis"sv};

// The `ftyp` box: its size, its name, the main brand, a version, then the compatible brands.
bool is_heif(ByteSpan bytes) {
  constexpr std::size_t kMainBrand = 8, kCompatibleBrands = 16, kBrandSize = 4;
  const std::string_view start = as_text(bytes);
  if (start.size() < kCompatibleBrands || start.substr(4, 4) != "ftyp") return false;
  const auto is_known = [](std::string_view brand) {
    return std::find(kHeifBrands.begin(), kHeifBrands.end(), brand) != kHeifBrands.end();
  };
  const std::size_t end = std::min<std::size_t>(read_number(bytes, 0, 4).value_or(0), start.size());
  if (is_known(start.substr(kMainBrand, kBrandSize))) return true;
  for (std::size_t at = kCompatibleBrands; at + kBrandSize <= end; at += kBrandSize)
    if (is_known(start.substr(at, kBrandSize))) return true;
  return false;
}

}  // namespace

std::optional<PhotoFormat> photo_format(ByteSpan bytes) {
  const std::string_view start = as_text(bytes);
  if (start.starts_with("\xFF\xD8\xFF"sv)) return PhotoFormat::jpeg;
  if (start.starts_with("\x89PNG\r\n\x1A\n"sv)) return PhotoFormat::png;
  if (start.starts_with("RIFF"sv) && start.size() >= 12 && start.substr(8, 4) == "WEBP")
    return PhotoFormat::webp;
  for (const auto magic : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv})
    if (start.starts_with(magic)) return PhotoFormat::tiff;
  if (start.starts_with("GIF87a"sv) || start.starts_with("GIF89a"sv)) return PhotoFormat::gif;
  if (is_heif(bytes)) return PhotoFormat::heif;
  return std::nullopt;
}

const char* photo_format_name(PhotoFormat format) {
  switch (format) {
    case PhotoFormat::jpeg:
      return "jpeg";
    case PhotoFormat::png:
      return "png";
    case PhotoFormat::webp:
      return "webp";
    case PhotoFormat::tiff:
      return "tiff";
    case PhotoFormat::heif:
      return "heic";
    case PhotoFormat::gif:
      break;
  }
  return "gif";
}

std::optional<std::string> raw_format(ByteSpan bytes) {
  const std::string_view start = as_text(bytes);
  if (start.size() >= 12 && start.substr(4, 8) == "ftypcrx ") return "Canon CR3";
  if (start.size() >= 10 && start.starts_with("II*\0"sv) && start.substr(8, 2) == "CR") return "Canon CR2";
  if (start.starts_with("II\x1A\0\0\0HEAPCCDR"sv)) return "Canon CRW";
  if (start.starts_with("FUJIFILMCCD-RAW"sv)) return "Fujifilm RAF";
  for (const auto magic : {"IIRO"sv, "IIRS"sv, "MMOR"sv})
    if (start.starts_with(magic)) return "Olympus ORF";
  if (start.starts_with("IIU\0"sv)) return "Panasonic RW2";
  if (start.starts_with("FOVb"sv)) return "Sigma X3F";
  if (start.starts_with("\0MRM"sv)) return "Minolta MRW";
  return std::nullopt;
}

}  // namespace portrait_depth::io
