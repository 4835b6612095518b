// Opening a photo: its format, its size, its orientation. No pixel is decoded yet.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "files/input_file.hpp"
#include "io/color_signal.hpp"
#include "io/photo_format.hpp"
#include "io/tiff_layout.hpp"
#include "io/vips_session.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth::io {

/// A photo's bytes: a file, or memory of the caller. Errors begin with `name`.
class PhotoFile {
 public:
  /// "-" reads all of standard input. Throws not_found or unreadable (a folder, empty, no permission), and
  /// the errors of from_memory().
  static PhotoFile from_path(const std::filesystem::path& path);
  /// Does not copy: the bytes must outlive the object and the images opened from it. Throws unsupported for a
  /// RAW file, too_large for a JPEG of more than kMostScans scans, unreadable for bytes of no known format.
  static PhotoFile from_memory(std::span<const std::uint8_t> bytes, const std::string& name);

  PhotoFile(PhotoFile&&) = default;
  PhotoFile& operator=(PhotoFile&&) = default;
  PhotoFile(const PhotoFile&) = delete;
  PhotoFile& operator=(const PhotoFile&) = delete;

  /// All bytes, with a JPEG's missing end marker and a HEIC's shared auxiliary pictures mended. Reads a file
  /// that is not in memory yet. Valid as long as the object.
  std::span<const std::uint8_t> bytes();
  /// Reads the header: the pixels are decoded on demand, from top to bottom. The picture has 1, 3 or 4 (CMYK)
  /// bands of color, and one of alpha if the file has alpha. A JPEG is decoded at 1/jpeg_shrink (1, 2, 4, 8)
  /// of its size. Throws unreadable, unsupported, too_large.
  VipsImagePtr open(int jpeg_shrink = 1) const;
  /// The header's content; sizes upright.
  PhotoInfo info(VipsImage* header) const;
  /// Throws too_large for more pixels than the options allow, for more memory by estimate, and for a JPEG
  /// whose scans are too many for its size. `result_bytes`: of the loaded picture and its copies.
  void check_size(VipsImage* header, const PhotoInfo& info, const LoadOptions& options,
                  std::int64_t result_bytes) const;
  /// Call it once the pixels are decoded. Throws unreadable if a JPEG without end marker lacks pixels;
  /// libvips reports that in its error buffer only.
  void check_decoded() const;
  /// True if check_decoded() reads libvips' messages.
  bool reads_messages() const { return lacks_end_marker_; }
  /// The color signal of a PNG, HEIC or AVIF; std::nullopt without one.
  const std::optional<ColorSignal>& color_signal() const { return signal_; }

  const std::string& name() const { return name_; }
  [[noreturn]] void fail_damaged(const std::string& reason) const;
  [[noreturn]] void fail_too_large(const std::string& reason, const std::string& action) const;
  [[noreturn]] void fail_unsupported(const std::string& reason, const std::string& action) const;
  [[noreturn]] void fail_no_memory() const;
  /// For an input that is not a photo.
  [[noreturn]] void fail_no_photo(const std::string& reason) const;
  /// For an errno value of open() or read().
  [[noreturn]] void fail_opening(int error_number) const;
  /// Throws the error for libvips' last message.
  [[noreturn]] void fail_decoding() const;

 private:
  explicit PhotoFile(std::string name) : name_(std::move(name)) {}
  [[noreturn]] void fail(ErrorCode code, const std::string& reason, const std::string& action) const;
  void read_to_end(InputFile& file);
  void own(std::vector<std::uint8_t> bytes);
  std::vector<std::uint8_t> bytes_at(std::uint64_t offset, std::size_t size) const;
  void examine();
  void examine_jpeg();
  void examine_heif();
  VipsSourcePtr source() const;
  VipsImage* load(VipsSource* source, int jpeg_shrink) const;
  VipsImagePtr without_extra_bands(VipsImagePtr image) const;

  std::string name_;
  std::filesystem::path path_;  // of a regular file whose bytes are not in memory
  std::vector<std::uint8_t> owned_;
  std::span<const std::uint8_t> bytes_;
  PhotoFormat format_ = PhotoFormat::jpeg;
  TiffLayout tiff_;
  std::optional<ColorSignal> signal_;
  int scans_ = 1;                     // of a JPEG
  std::int64_t largest_picture_ = 0;  // pixels of the largest one in a HEIC or AVIF, before cropping
  bool lacks_end_marker_ = false;
};

}  // namespace portrait_depth::io
