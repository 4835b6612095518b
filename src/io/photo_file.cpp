#include "io/photo_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "io/decoding_memory.hpp"
#include "io/heif_boxes.hpp"
#include "io/heif_pictures.hpp"
#include "io/jpeg_scans.hpp"
#include "io/photo_exif.hpp"
#include "io/signal_conversion.hpp"
#include "text/number_text.hpp"

namespace portrait_depth::io {
namespace {

constexpr std::string_view kNoun = kPhotoInMemory.noun;
constexpr std::size_t kPngHeaderBytes = std::size_t{4} << 20;  // cICP stands before the pixels
constexpr int kMostScans = 100;  // encoders write about ten; each costs as much as decoding the picture
constexpr std::int64_t kMostScanPixels = 2'000'000'000;  // of all scans together
constexpr int kLongestSide = 200'000;

// Rejects unusable paths before they are opened.
void check_path(const PhotoFile& file, const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) file.fail_opening(ENOENT);
  if (::access(path.c_str(), R_OK) != 0) file.fail_opening(errno);
  if (std::filesystem::is_directory(status)) file.fail_no_photo("a folder");
  if (std::filesystem::is_character_file(status) || std::filesystem::is_block_file(status))
    file.fail_no_photo("a device");  // it may have no end
  if (std::filesystem::is_regular_file(status) && std::filesystem::file_size(path, error) == 0)
    file.fail_damaged("the file is empty");
}

std::string megabytes(std::int64_t bytes) {
  constexpr std::int64_t kMegabyte = 1'000'000;
  return std::to_string((bytes + kMegabyte / 2) / kMegabyte) + " MB";
}

std::string size_text(std::int64_t width, std::int64_t height) {
  return std::to_string(width) + " x " + std::to_string(height) + " pixels";
}

int color_bands(const VipsImage* image) {
  switch (vips_image_guess_interpretation(image)) {
    case VIPS_INTERPRETATION_B_W:
    case VIPS_INTERPRETATION_GREY16:
      return 1;
    case VIPS_INTERPRETATION_CMYK:
      return 4;
    default:
      return vips_image_get_bands(image) < 3 ? 1 : 3;
  }
}

bool holds_av1(const VipsImage* header) {
  const char* compression = nullptr;
  return vips_image_get_typeof(header, "heif-compression") != 0 &&
         vips_image_get_string(header, "heif-compression", &compression) == 0 &&
         std::string_view(compression) == "av1";
}

}  // namespace

PhotoFile PhotoFile::from_path(const std::filesystem::path& path) {
  PhotoFile file(path == "-" ? "standard input" : path.string());
  if (path == "-") {
    InputFile input = InputFile::standard_input(kNoun);
    file.read_to_end(input);
  } else {
    check_path(file, path);
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error)) {
      file.path_ = path;
    } else {
      InputFile input(path, kNoun);
      file.read_to_end(input);
    }
  }
  file.examine();
  return file;
}

PhotoFile PhotoFile::from_memory(std::span<const std::uint8_t> bytes, const std::string& name) {
  PhotoFile file(name);
  file.bytes_ = bytes;
  if (bytes.empty()) file.fail_damaged("the file is empty");
  file.examine();
  return file;
}

void PhotoFile::own(std::vector<std::uint8_t> bytes) {
  owned_ = std::move(bytes);
  bytes_ = owned_;
  path_.clear();
}

void PhotoFile::read_to_end(InputFile& file) {
  auto bytes = file.read_to_end(kPhotoInMemory);
  if (bytes.empty()) fail_damaged("the file is empty");
  own(std::move(bytes));
}

// Up to `size` bytes from `offset` on.
std::vector<std::uint8_t> PhotoFile::bytes_at(std::uint64_t offset, std::size_t size) const {
  if (path_.empty()) {
    if (offset >= bytes_.size()) return {};
    const auto part =
        bytes_.subspan(offset, std::min(size, bytes_.size() - static_cast<std::size_t>(offset)));
    return {part.begin(), part.end()};
  }
  std::vector<std::uint8_t> bytes(size);
  bytes.resize(InputFile(path_, kNoun).read_at(offset, bytes));
  return bytes;
}

void PhotoFile::examine() {
  const auto start = bytes_at(0, kFormatBytes);
  const std::string develop = "Develop it and save it as JPEG, PNG or TIFF";
  if (const auto raw = raw_format(start)) fail_unsupported("camera RAW (" + *raw + ")", develop);
  const auto format = photo_format(start);
  if (!format) fail_no_photo("not a photo");
  format_ = *format;
  if (format_ == PhotoFormat::jpeg) examine_jpeg();
  if (format_ == PhotoFormat::heif) examine_heif();
  if (format_ == PhotoFormat::png) signal_ = png_color_signal(bytes_at(0, kPngHeaderBytes));
  if (format_ != PhotoFormat::tiff) return;
  tiff_ = tiff_layout([this](std::uint64_t offset, std::size_t size) { return bytes_at(offset, size); });
  if (!tiff_.has_directory) fail_damaged("no TIFF directory");
  if (tiff_.raw) fail_unsupported("camera RAW (" + *tiff_.raw + ")", develop);
  if (!tiff_.has_full_size)
    fail_unsupported("a TIFF with reduced pictures only", "Give the photo at full size");
}

std::span<const std::uint8_t> PhotoFile::bytes() {
  if (!path_.empty()) {
    InputFile file(path_, kNoun);
    read_to_end(file);
  }
  return bytes_;
}

void PhotoFile::examine_jpeg() {
  const JpegScans scans = jpeg_scans(bytes());
  scans_ = scans.count;
  if (scans_ > kMostScans)
    fail_too_large(
        "the JPEG has " + std::to_string(scans_) + " scans; the limit is " + std::to_string(kMostScans),
        "Save the photo again");
  lacks_end_marker_ = !scans.has_end_marker && scans.count > 0;
  if (!lacks_end_marker_) return;
  // The decoder then reaches the end marker if the data of all pixels is present, and warns otherwise.
  std::vector<std::uint8_t> ended(bytes_.begin(), bytes_.end());
  ended.push_back(0xFF);
  ended.push_back(0xD9);
  own(std::move(ended));
}

void PhotoFile::examine_heif() {
  signal_ = heif_color_signal(bytes());
  const auto pictures = heif_pictures(bytes_);
  if (!pictures) fail_damaged("its boxes cannot be read");
  for (const HeifPicture& picture : *pictures) {
    if (exceeds_declared_size(picture))
      fail_damaged("a picture of " + size_text(picture.declared.width, picture.declared.height) +
                   " is coded as " + size_text(picture.coded.width, picture.coded.height));
    largest_picture_ = std::max({largest_picture_, picture.declared.pixels(), picture.coded.pixels()});
  }
  if (auto mended = with_single_auxiliary_targets(bytes_)) own(std::move(*mended));
}

VipsSourcePtr PhotoFile::source() const {
  start_vips();
  VipsSource* source = path_.empty() ? vips_source_new_from_memory(bytes_.data(), bytes_.size())
                                     : vips_source_new_from_file(path_.c_str());
  if (source == nullptr) {
    const int error_number = errno;
    vips_error_clear();
    fail_opening(error_number);
  }
  return VipsSourcePtr(source);
}

// The loader is called by name; otherwise libvips would try all its loaders on the file.
VipsImage* PhotoFile::load(VipsSource* source, int jpeg_shrink) const {
  VipsImage* image = nullptr;
  const auto with = [&](auto loader, auto... options) {
    return loader(source, &image, "access", VIPS_ACCESS_SEQUENTIAL, options..., nullptr);
  };
  switch (format_) {
    case PhotoFormat::jpeg:
      with(vips_jpegload_source, "fail_on", lacks_end_marker_ ? VIPS_FAIL_ON_WARNING : VIPS_FAIL_ON_ERROR,
           "shrink", jpeg_shrink);
      break;
    case PhotoFormat::png:
      with(vips_pngload_source, "fail_on", VIPS_FAIL_ON_ERROR);
      break;
    case PhotoFormat::webp:
      with(vips_webpload_source, "fail_on", VIPS_FAIL_ON_ERROR);
      break;
    case PhotoFormat::tiff:
      with(vips_tiffload_source, "fail_on", VIPS_FAIL_ON_ERROR, "page", tiff_.page, "subifd",
           tiff_.sub_page.value_or(-1));
      break;
    case PhotoFormat::heif:
      with(vips_heifload_source, "fail_on", VIPS_FAIL_ON_ERROR);
      break;
    case PhotoFormat::gif:
      with(vips_gifload_source, "fail_on", VIPS_FAIL_ON_ERROR);
      break;
  }
  return image;
}

VipsImagePtr PhotoFile::open(int jpeg_shrink) const {
  const auto bytes = source();
  vips_error_clear();
  VipsImagePtr opened(load(bytes.get(), jpeg_shrink));
  if (!opened) fail_decoding();
  if (std::max(vips_image_get_width(opened.get()), vips_image_get_height(opened.get())) > kLongestSide)
    fail_too_large("a side of more than " + std::to_string(kLongestSide) + " pixels", "Cut the picture");
  if (vips_image_get_coding(opened.get()) == VIPS_CODING_LABQ) {
    // CIELAB of 8 bits: libvips packs it into four bands, which are not colors and alpha.
    VipsImage* unpacked = nullptr;
    if (vips_LabQ2LabS(opened.get(), &unpacked, nullptr) != 0) fail_decoding();
    return VipsImagePtr(unpacked);
  }
  return without_extra_bands(std::move(opened));
}

void PhotoFile::check_size(VipsImage* header, const PhotoInfo& info, const LoadOptions& options,
                           std::int64_t result_bytes) const {
  const std::int64_t pixels = std::int64_t{info.width} * info.height;
  const std::string size = size_text(info.width, info.height);
  const std::string action = "Scale the photo down or raise the limit";
  if (pixels > options.max_pixels) {
    const std::string limit = number_text(static_cast<double>(options.max_pixels) / 1e6);
    fail_too_large(size + " are over the limit of " + limit + " megapixels", action + " (--max-megapixels)");
  }
  if (scans_ * pixels > kMostScanPixels)
    fail_too_large("a JPEG of " + size + " in " + std::to_string(scans_) + " scans", "Save it anew");
  const std::int64_t memory =
      decoding_memory(header, {.format = format_,
                               .has_several_scans = scans_ > 1,
                               .converts_signal = signal_ && needs_conversion(*signal_),
                               .largest_picture = largest_picture_,
                               .bytes_in_memory = static_cast<std::int64_t>(bytes_.size()),
                               .result_bytes = result_bytes});
  if (memory > options.max_memory_bytes)
    fail_too_large(size + " need about " + megabytes(memory) + " of memory, over the limit of " +
                       megabytes(options.max_memory_bytes),
                   action + " (--max-memory)");
}

void PhotoFile::check_decoded() const {
  if (lacks_end_marker_ && std::strstr(vips_error_buffer(), "Corrupt JPEG data") != nullptr) fail_decoding();
}

// Only a TIFF has bands that are neither color nor alpha, such as saved selections.
VipsImagePtr PhotoFile::without_extra_bands(VipsImagePtr image) const {
  const int colors = color_bands(image.get()), bands = vips_image_get_bands(image.get());
  if (format_ != PhotoFormat::tiff || bands <= colors) return image;
  VipsImage* result = nullptr;
  if (vips_extract_band(image.get(), &result, 0, "n", colors, nullptr) != 0) fail_decoding();
  VipsImagePtr color(result);
  if (!tiff_.alpha || colors + *tiff_.alpha >= bands) return color;
  if (vips_extract_band(image.get(), &result, colors + *tiff_.alpha, nullptr) != 0) fail_decoding();
  const VipsImagePtr alpha(result);
  if (vips_bandjoin2(color.get(), alpha.get(), &result, nullptr) != 0) fail_decoding();
  return VipsImagePtr(result);
}

PhotoInfo PhotoFile::info(VipsImage* header) const {
  PhotoInfo info;
  info.format = holds_av1(header) ? "avif" : photo_format_name(format_);
  info.width = vips_image_get_width(header);
  info.height = vips_image_get_height(header);
  info.orientation = vips_image_get_orientation(header);
  if (vips_image_get_orientation_swap(header)) std::swap(info.width, info.height);
  info.has_alpha = vips_image_hasalpha(header) != 0;
  info.has_icc_profile = vips_image_get_typeof(header, VIPS_META_ICC_NAME) != 0;
  if (lacks_end_marker_) info.warning = "the JPEG lacks its end marker";
  vips_error_clear();
  read_exif(header, info);
  return info;
}

}  // namespace portrait_depth::io
