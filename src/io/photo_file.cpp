#include "io/photo_file.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "io/photo_exif.hpp"

namespace portrait_depth::io {
namespace {

constexpr const char* kKnownFormats = "JPEG, PNG, WebP, TIFF, HEIC, AVIF or GIF";

// libvips' loader by the start of its class name, and what we call the format. Only these: libvips reads many
// more (PDF, SVG, whatever ImageMagick reads) that are no photos and that nobody should send us.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kLoaders = {
    {{"VipsForeignLoadJpeg", "jpeg"},
     {"VipsForeignLoadPng", "png"},
     {"VipsForeignLoadWebp", "webp"},
     {"VipsForeignLoadTiff", "tiff"},
     {"VipsForeignLoadHeif", "heic"},
     {"VipsForeignLoadNsgif", "gif"}}};

std::string_view format_of_loader(const char* loader) {
  if (loader != nullptr)
    for (const auto& [start, format] : kLoaders)
      if (std::string_view(loader).starts_with(start)) return format;
  return {};
}

// libvips knows a TIFF by its directory, which may stand behind the place where the file is cut off.
bool begins_like_tiff(VipsSource* source) {
  const unsigned char* start = vips_source_sniff(source, 4);
  if (start == nullptr) return false;
  const std::string_view magic(reinterpret_cast<const char*>(start), 4);
  return magic == std::string_view("II*\0", 4) || magic == std::string_view("MM\0*", 4);
}

std::vector<std::uint8_t> read_standard_input() {
  std::vector<std::uint8_t> bytes;
  std::array<std::uint8_t, 1 << 16> block;
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      throw Error(ErrorCode::unreadable,
                  std::string("standard input cannot be read: ") + std::strerror(errno));
    if (count == 0) return bytes;
    bytes.insert(bytes.end(), block.begin(), block.begin() + count);
  }
}

}  // namespace

PhotoFile PhotoFile::from_path(const std::filesystem::path& path) {
  PhotoFile file;
  if (path == "-") {
    file.name_ = "standard input";
    file.owned_ = read_standard_input();
    file.bytes_ = file.owned_;
    if (file.bytes_.empty()) file.fail_unreadable("is empty; send a photo into it");
    return file;
  }
  file.name_ = path.string();
  file.path_ = path;
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found)
    throw Error(ErrorCode::not_found, file.name_ + ": no such file; check the path");
  if (::access(path.c_str(), R_OK) != 0)
    file.fail_unreadable(std::string("cannot be read: ") + std::strerror(errno) +
                         "; check the name and who may read it");
  if (std::filesystem::is_directory(status)) file.fail_unreadable("is a folder; name a photo");
  if (std::filesystem::is_character_file(status) || std::filesystem::is_block_file(status))
    file.fail_unreadable("is a device; name a photo");  // it may have no end
  if (std::filesystem::is_regular_file(status) && std::filesystem::file_size(path, error) == 0)
    file.fail_unreadable("is empty; give a photo");
  return file;
}

PhotoFile PhotoFile::from_memory(std::span<const std::uint8_t> bytes, const std::string& name) {
  PhotoFile file;
  file.name_ = name;
  file.bytes_ = bytes;
  if (bytes.empty()) file.fail_unreadable("is empty; give a photo");
  return file;
}

void PhotoFile::fail_unreadable(const std::string& reason) const {
  throw Error(ErrorCode::unreadable, name_ + ": " + reason);
}

VipsSourcePtr PhotoFile::source() const {
  start_vips();
  VipsSource* source = path_.empty() ? vips_source_new_from_memory(bytes_.data(), bytes_.size())
                                     : vips_source_new_from_file(path_.c_str());
  if (source == nullptr) fail_unreadable("cannot be opened: " + take_vips_error());
  return VipsSourcePtr(source);
}

VipsImagePtr PhotoFile::open(int jpeg_shrink) const {
  const auto bytes = source();
  const auto format = format_of_loader(vips_foreign_find_load_source(bytes.get()));
  vips_error_clear();
  if (format.empty() && begins_like_tiff(bytes.get()))
    fail_unreadable("is damaged or cut off (no TIFF directory); get the file anew");
  if (format.empty())
    fail_unreadable(std::string("is not a photo that can be read; give a ") + kKnownFormats);
  VipsImage* image = nullptr;
  if (format == "jpeg")
    image = vips_image_new_from_source(bytes.get(), "", "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                       VIPS_FAIL_ON_ERROR, "shrink", jpeg_shrink, nullptr);
  else
    image = vips_image_new_from_source(bytes.get(), "", "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                       VIPS_FAIL_ON_ERROR, nullptr);
  if (image == nullptr)
    fail_unreadable("is damaged or cut off (" + take_vips_error() + "); get the file anew");
  VipsImagePtr opened(image);
  if (vips_image_get_coding(image) != VIPS_CODING_LABQ) return opened;
  // CIELAB of 8 bits: libvips packs it into four bands, which are no colors and alpha.
  VipsImage* unpacked = nullptr;
  if (vips_LabQ2LabS(image, &unpacked, nullptr) != 0)
    fail_unreadable("cannot be unpacked (" + take_vips_error() + "); save it as sRGB");
  return VipsImagePtr(unpacked);
}

PhotoInfo PhotoFile::info(VipsImage* header) const {
  PhotoInfo info;
  const char* text = nullptr;
  if (vips_image_get_string(header, VIPS_META_LOADER, &text) == 0) {
    // Here the loader goes by its short name, such as "jpegload_source".
    const std::string_view loader = text;
    info.format = loader.substr(0, loader.find("load"));
    if (info.format == "heif") info.format = "heic";
  }
  if (info.format == "heic" && vips_image_get_string(header, "heif-compression", &text) == 0 &&
      std::string_view(text) == "av1")
    info.format = "avif";
  info.width = vips_image_get_width(header);
  info.height = vips_image_get_height(header);
  info.orientation = vips_image_get_orientation(header);
  if (vips_image_get_orientation_swap(header)) std::swap(info.width, info.height);
  info.has_alpha = vips_image_hasalpha(header) != 0;
  info.has_icc_profile = vips_image_get_typeof(header, VIPS_META_ICC_NAME) != 0;
  vips_error_clear();
  read_exif(header, info);
  return info;
}

}  // namespace portrait_depth::io
