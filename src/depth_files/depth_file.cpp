// The one door for files of depth maps: chooses the reader by the first bytes.
#include "portrait_depth/depth_file.hpp"

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "depth_files/map_formats.hpp"
#include "io/photo_format.hpp"

namespace portrait_depth {
namespace {

constexpr std::size_t kBytesPerPixel = 16, kLargestHeader = std::size_t{1} << 20;

[[noreturn]] void fail_opening(const std::string& name, int error_number) {
  const std::string reason = std::strerror(error_number);
  if (error_number == ENOENT || error_number == ENOTDIR)
    throw Error(ErrorCode::not_found, name + ": not found: no such depth map. Check the path.");
  if (error_number == EACCES || error_number == EPERM)
    throw Error(ErrorCode::unreadable,
                name + ": no permission: the depth map cannot be read. Change its permissions.");
  throw Error(ErrorCode::unreadable,
              name + ": damaged: the depth map cannot be read (" + reason + "). Get the file anew.");
}

std::vector<std::uint8_t> read_all(const std::filesystem::path& path, std::size_t most) {
  const std::string name = path.string();
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) fail_opening(name, EISDIR);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) fail_opening(name, errno);
  std::vector<std::uint8_t> bytes, block(std::size_t{1} << 20);
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
    bytes.insert(bytes.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
    if (bytes.size() > most)
      throw Error(ErrorCode::too_large, name + ": too large: more than " + std::to_string(most >> 20) +
                                            " MiB. Scale the depth map down.");
  }
  if (std::ferror(file.get()) != 0) fail_opening(name, errno);
  return bytes;
}

// A map of numbers gets the unit of its kind; zeros become holes.
GivenDepth from_numbers(io::NumberMap map, const DepthFileOptions& options) {
  GivenDepth depth;
  depth.unit = options.unit.value_or(map.is_float ? GivenDepthUnit::metres : GivenDepthUnit::relative);
  depth.near = options.near;
  depth.values = std::move(map.values);
  for (float& value : depth.values.values())
    if (!std::isfinite(value) || value == 0) value = std::numeric_limits<float>::quiet_NaN();
  if (!map.is_float) io::scale_integers(depth.values, depth.unit, 1);
  return depth;
}

}  // namespace

namespace io {

void MapFile::check_size(std::int64_t width, std::int64_t height) const {
  if (width <= 0 || height <= 0) fail_damaged("it has no pixels");
  if (width > max_pixels || height > max_pixels / width)
    throw Error(ErrorCode::too_large, name + ": too large: a depth map of " + std::to_string(width) + " x " +
                                          std::to_string(height) + " values. Scale the map down.");
}

}  // namespace io

GivenDepth load_depth_file(std::span<const std::uint8_t> bytes, const std::string& name,
                           const DepthFileOptions& options) {
  const io::MapFile file{bytes, name, options.max_pixels};
  if (bytes.empty()) file.fail_damaged("the file is empty");
  if (io::is_npy(bytes)) return from_numbers(io::read_npy(file), options);
  if (io::is_pfm(bytes)) return from_numbers({io::read_pfm(file), true}, options);
  if (io::is_exr(bytes)) return from_numbers({io::read_exr(file), true}, options);
  if (!io::photo_format(bytes))
    file.fail_unsupported("not a depth map", "Give a depth map as PNG, TIFF, EXR, NPY or PFM");
  return io::read_picture_map(file, options);
}

GivenDepth load_depth_file(const std::filesystem::path& path, const DepthFileOptions& options) {
  const auto most = static_cast<std::size_t>(options.max_pixels) * kBytesPerPixel + kLargestHeader;
  return load_depth_file(read_all(path, most), path.string(), options);
}

}  // namespace portrait_depth
