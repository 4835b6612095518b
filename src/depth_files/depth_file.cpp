// The one door for files of depth maps: chooses the reader by the first bytes.
#include "portrait_depth/depth_file.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "depth/given_placement.hpp"
#include "depth_files/map_formats.hpp"
#include "files/input_file.hpp"
#include "io/photo_format.hpp"

namespace portrait_depth {
namespace {

constexpr std::size_t kBytesPerPixel = 16, kLargestHeader = std::size_t{1} << 20;

// A map of numbers gets the unit of its kind; zeros become holes.
GivenDepth from_numbers(io::NumberMap map, const DepthFileOptions& options) {
  GivenDepth depth;
  depth.unit = options.unit.value_or(map.is_float ? GivenDepthUnit::metres : GivenDepthUnit::relative);
  depth.near = options.near;
  depth.values = std::move(map.values);
  mark_holes(depth.values);
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
  return load_depth_file(read_file(path, {"depth map", most, "Scale the depth map down"}), path.string(),
                         options);
}

}  // namespace portrait_depth
