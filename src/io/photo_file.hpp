// Opening a photo: which format it is, how large, which way up. Nothing is decoded yet.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "io/vips_session.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth::io {

/// A photo's bytes: a file, or memory that somebody holds. `name` stands in errors.
class PhotoFile {
 public:
  /// "-" reads all of standard input. Throws not_found or unreadable (a folder, empty, no permission).
  static PhotoFile from_path(const std::filesystem::path& path);
  /// Does not copy: the bytes must outlive the object and the images opened from it.
  static PhotoFile from_memory(std::span<const std::uint8_t> bytes, const std::string& name);

  /// Reads the header: the pixels are decoded as they are asked for, from top to bottom. A JPEG is decoded at
  /// 1/jpeg_shrink (1, 2, 4, 8) of its size. Throws unreadable.
  VipsImagePtr open(int jpeg_shrink = 1) const;
  /// What the header tells; sizes upright.
  PhotoInfo info(VipsImage* header) const;

  const std::string& name() const { return name_; }
  [[noreturn]] void fail_unreadable(const std::string& reason) const;

 private:
  VipsSourcePtr source() const;

  std::string name_;
  std::filesystem::path path_;
  std::vector<std::uint8_t> owned_;
  std::span<const std::uint8_t> bytes_;
};

}  // namespace portrait_depth::io
