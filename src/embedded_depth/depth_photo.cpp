// A photo with its depth inside or beside it. By Google's "Depth Map Metadata" the depth is too large for a
// JPEG segment, so it travels as extended XMP: Adobe, "XMP Specification Part 3", 1.1.3.1.
#include <glib.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "containers/big_endian.hpp"
#include "containers/depth_names.hpp"
#include "containers/jpeg_segments.hpp"
#include "containers/xmp.hpp"
#include "embedded_depth/apple_form.hpp"
#include "embedded_depth/capture_exif.hpp"
#include "embedded_depth/jpeg_writing.hpp"
#include "image/resize.hpp"
#include "io/depth_xmp.hpp"
#include "io/output_file.hpp"
#include "io/picture_encoder.hpp"
#include "portrait_depth/embedded_depth.hpp"
#include "portrait_depth/io.hpp"
#include "text/base64.hpp"
#include "text/number_text.hpp"

namespace portrait_depth {
namespace {

constexpr std::size_t kLargestPart = 65400;  // of extended XMP in one segment
constexpr float kBackgroundOverFarthest = 1.5f;

constexpr int kLeastAppleSide = 64;  // libheif neither reads nor writes smaller or odd gray pictures

struct Range {
  float near = std::numeric_limits<float>::infinity(), far = 0;
};

bool is_person(const DepthMap& depth, int x, int y) {
  return depth.mask()(x, y) >= kPersonMask;
}

Range person_range(const DepthMap& depth, const std::string& name) {
  Range range;
  for (int y = 0; y < depth.height(); ++y)
    for (int x = 0; x < depth.width(); ++x) {
      if (!is_person(depth, x, y)) continue;
      range.near = std::min(range.near, depth.metres()(x, y));
      range.far = std::max(range.far, depth.metres()(x, y));
    }
  if (!(range.far >= range.near && range.near > 0))
    throw Error(ErrorCode::invalid_argument,
                name + ": the depth map has no person; estimate the depth of a photo with a person");
  return range;
}

void check_sizes(ImageView photo, const DepthMap& depth, const std::string& name) {
  if (photo.empty() || photo.width() != depth.width() || photo.height() != depth.height())
    throw Error(ErrorCode::invalid_argument, name + ": photo and depth must have one size");
}

// 0 at `near` … 1 at `far`, even steps in 1/Z. Not resampled: depths of two surfaces must not mix.
Plane<float> range_inverse(const DepthMap& depth, const Range& range, int max_side, bool is_for_apple) {
  const int longest = std::max(depth.width(), depth.height());
  const float scale = std::min(1.0f, static_cast<float>(max_side) / static_cast<float>(longest));
  const auto scaled = [&](int size) {
    const int rounded = std::max(1, static_cast<int>(std::lround(static_cast<float>(size) * scale)));
    return is_for_apple ? std::max(kLeastAppleSide, rounded / 2 * 2) : rounded;
  };
  Plane<float> values(scaled(depth.width()), scaled(depth.height()));
  const auto middle_of = [](int cell, int cells, int size) {
    return static_cast<int>((2 * std::int64_t{cell} + 1) * size / (2 * std::int64_t{cells}));
  };
  for (int y = 0; y < values.height(); ++y)
    for (int x = 0; x < values.width(); ++x) {
      const int from_x = middle_of(x, values.width(), depth.width());
      const int from_y = middle_of(y, values.height(), depth.height());
      const float z = is_person(depth, from_x, from_y) ? depth.metres()(from_x, from_y) : range.far;
      values(x, y) = range.far > range.near
                         ? std::clamp((1 / range.near - 1 / z) / (1 / range.near - 1 / range.far), 0.0f, 1.0f)
                         : 0.0f;
    }
  return values;
}

template <class T>
std::vector<T> rounded(const Plane<float>& values) {
  constexpr float kLargest = std::numeric_limits<T>::max();
  std::vector<T> result(values.values().size());
  std::transform(values.values().begin(), values.values().end(), result.begin(),
                 [](float v) { return static_cast<T>(std::lround(std::clamp(v, 0.0f, 1.0f) * kLargest)); });
  return result;
}

template <class T>
std::vector<std::uint8_t> encode_gray(const Plane<float>& values, const std::filesystem::path& path,
                                      const std::string& xmp = {}) {
  const std::vector<T> numbers = rounded<T>(values);
  const io::Pixels pixels = {numbers.data(), values.width(), values.height(), 1,
                             8 * static_cast<int>(sizeof(T))};
  return io::encode_picture(pixels, "png", path, xmp);
}

std::string upper_md5(const std::string& text) {
  const std::unique_ptr<gchar, void (*)(void*)> hex(
      g_compute_checksum_for_string(G_CHECKSUM_MD5, text.data(), static_cast<gssize>(text.size())), g_free);
  std::string result(hex.get());
  std::transform(result.begin(), result.end(), result.begin(), g_ascii_toupper);
  return result;
}

// Both packets as segments.
std::string xmp_segments(const std::string& properties, const std::string& extended) {
  const std::string guid = upper_md5(extended);
  const std::string main = io::gdepth_packet(
      "xmlns:xmpNote=\"http://ns.adobe.com/xmp/note/\" xmpNote:" + std::string(io::kExtendedXmpNote) + "=\"" +
      guid + "\" " + properties);
  std::string bytes = io::main_xmp_segment(main);
  for (std::size_t at = 0; at < extended.size(); at += kLargestPart)
    bytes += io::jpeg_segment(io::kApp1, io::kExtendedXmpName,
                              guid + io::big_endian(extended.size(), 4) + io::big_endian(at, 4) +
                                  extended.substr(at, kLargestPart));
  return bytes;
}

// Dynamic Depth's packet: the directory of the pictures, and the camera with its depth map.
std::string dynamic_depth_packet(const Range& range, std::size_t depth_bytes) {
  const auto space = [](const char* prefix, std::string_view uri) {
    return std::string("xmlns:") + prefix + "=\"" + std::string(uri) + "\" ";
  };
  const auto item = [](std::string_view mime, std::string_view uri, std::size_t length) {
    return "<rdf:li rdf:parseType=\"Resource\"><Container:Item Item:Mime=\"" + std::string(mime) +
           "\" Item:DataURI=\"" + std::string(uri) + "\" Item:Length=\"" + std::to_string(length) +
           "\"/></rdf:li>";
  };
  const auto number = [](float value) { return number_text(static_cast<double>(value), kFloatDigits); };
  const std::string depth_uri(io::kDepthUri);
  const std::string spaces = space("Container", io::kContainerSpace) +
                             space("Item", io::kContainerItemSpace) + space("Device", io::kDeviceSpace) +
                             space("Camera", io::kCameraSpace) + space("DepthMap", io::kDynamicDepthSpace);
  return io::xmp_packet(
      spaces,
      "<Device:Container rdf:parseType=\"Resource\"><Container:Directory><rdf:Seq>" +
          item("image/jpeg", io::kPhotoUri, 0) + item("image/png", io::kDepthUri, depth_bytes) +
          "</rdf:Seq></Container:Directory></Device:Container><Device:Cameras><rdf:Seq>"
          "<rdf:li rdf:parseType=\"Resource\"><Device:Camera rdf:parseType=\"Resource\">"
          "<Camera:DepthMap DepthMap:ItemSemantic=\"Depth\" DepthMap:Format=\"RangeInverse\" "
          "DepthMap:Units=\"Meters\" DepthMap:MeasureType=\"OpticalAxis\" DepthMap:Near=\"" +
          number(range.near) + "\" DepthMap:Far=\"" + number(range.far) + "\" DepthMap:DepthURI=\"" +
          depth_uri +
          "\" DepthMap:Software=\"Portrait Depth\"/></Device:Camera></rdf:li></rdf:Seq></Device:Cameras>");
}

bool has_heic_format(const DepthPhotoOptions& options, const std::filesystem::path& path) {
  if (options.format.empty() && !path.has_extension()) return false;
  const std::string format = io::output_format(path, options.format);
  if (format == "jpeg") return false;
  if (format == "heic" || format == "heif") return true;
  throw Error(
      ErrorCode::unsupported,
      io::output_name(path) + ": depth can be put into JPEG and HEIC only; name the photo .jpg or .heic");
}

DepthPhotoForm chosen_form(const DepthPhotoOptions& options, bool is_heic, const std::string& name) {
  const auto form = options.form.value_or(is_heic ? DepthPhotoForm::apple : DepthPhotoForm::gdepth);
  if (is_heic && form != DepthPhotoForm::apple)
    throw Error(ErrorCode::unsupported,
                name + ": a HEIC holds depth in Apple's form only; leave the form out or take a .jpg");
  return form;
}

void check_options(const DepthPhotoOptions& options, DepthPhotoForm form, const std::string& name) {
  if (options.max_side < 1 || (options.bits != 8 && options.bits != 16))
    throw Error(ErrorCode::invalid_argument,
                name + ": depth inside a photo has 8 or 16 bits and a size of at least 1");
  if (form == DepthPhotoForm::apple && options.bits != 8)
    throw Error(ErrorCode::invalid_argument,
                name + ": Apple's form of depth has 8 bits; take 8, or another form");
  if (options.background_metres &&
      !(std::isfinite(*options.background_metres) && *options.background_metres > 0))
    throw Error(ErrorCode::invalid_argument,
                name + ": the background's distance must be a finite number of metres above 0");
}

std::vector<std::uint8_t> rows_of(ImageView photo) {
  std::vector<std::uint8_t> rows;
  for (int y = 0; y < photo.height(); ++y)
    for (int x = 0; x < photo.width(); ++x) rows.insert(rows.end(), photo.pixel(x, y), photo.pixel(x, y) + 3);
  return rows;
}

// `values`: as range_inverse() returns them.
std::vector<std::uint8_t> google_photo(const io::Pixels& photo, Plane<float> values, const Range& range,
                                       const std::filesystem::path& path, const DepthPhotoOptions& options,
                                       bool is_dynamic) {
  const auto png =
      options.bits == 8 ? encode_gray<std::uint8_t>(values, path) : encode_gray<std::uint16_t>(values, path);
  const std::string properties = io::gdepth_range(io::kRangeInverse, range.near, range.far) +
                                 io::gdepth_property("Mime", "image/png") +
                                 io::gdepth_property("ImageWidth", std::to_string(photo.width)) +
                                 io::gdepth_property("ImageHeight", std::to_string(photo.height));
  std::string segments = io::exif_segment(io::capture_exif(options.capture));
  segments += is_dynamic
                  ? io::main_xmp_segment(dynamic_depth_packet(range, png.size()))
                  : xmp_segments(properties, io::gdepth_packet(io::gdepth_property("Data", base64(png))));
  std::vector<std::uint8_t> jpeg = io::encode_picture(photo, "jpeg", path);
  io::insert_segments(jpeg, segments);
  if (is_dynamic) jpeg.insert(jpeg.end(), png.begin(), png.end());
  return jpeg;
}

std::vector<std::uint8_t> apple_photo(const io::Pixels& photo, Plane<float> values, const Range& range,
                                      const DepthMap& depth, const std::filesystem::path& path,
                                      const CaptureFacts& capture, bool is_heic) {
  for (float& value : values.values()) value = 1 - value;  // near is white
  const int width = values.width(), height = values.height();
  ThreadPool threads(1);
  const auto disparity = rounded<std::uint8_t>(values),
             matte = rounded<std::uint8_t>(resize_plane(depth.mask(), width, height, threads));
  const io::ApplePhoto parts = {.photo = photo,
                                .disparity = {disparity.data(), width, height, 1, 8},
                                .least = 1 / range.far,
                                .most = 1 / range.near,
                                .matte = {matte.data(), width, height, 1, 8},
                                .intrinsics = depth.intrinsics(),
                                .exif = io::capture_exif(capture)};
  return is_heic ? io::apple_heic(parts, path) : io::apple_jpeg(parts, path);
}

}  // namespace

void save_depth_photo(ImageView photo, const DepthMap& depth, const std::filesystem::path& path,
                      const DepthPhotoOptions& options) {
  const std::string name = io::output_name(path);
  check_sizes(photo, depth, name);
  const bool is_heic = has_heic_format(options, path);
  const DepthPhotoForm form = chosen_form(options, is_heic, name);
  check_options(options, form, name);
  Range range = person_range(depth, name);
  range.far = std::max(range.far, options.background_metres.value_or(range.far * kBackgroundOverFarthest));
  Plane<float> values = range_inverse(depth, range, options.max_side, form == DepthPhotoForm::apple);
  const std::vector<std::uint8_t> rows = rows_of(photo);
  const io::Pixels pixels = {rows.data(), photo.width(), photo.height(), 3, 8};
  io::write_file(path,
                 form == DepthPhotoForm::apple
                     ? apple_photo(pixels, std::move(values), range, depth, path, options.capture, is_heic)
                     : google_photo(pixels, std::move(values), range, path, options,
                                    form == DepthPhotoForm::dynamic_depth));
}

std::filesystem::path save_depth_pair(ImageView photo, const DepthMap& depth,
                                      const std::filesystem::path& path) {
  check_sizes(photo, depth, io::output_name(path));
  Range range = person_range(depth, io::output_name(path));
  range.far *= kBackgroundOverFarthest;
  Plane<float> values = range_inverse(depth, range, std::max(depth.width(), depth.height()), false);
  for (float& value : values.values()) value = 1 - value;
  std::filesystem::path beside = depth_pair_path(path);
  // Both files or none.
  io::OutputFile depth_file(beside);
  // White, 1, is near.
  const std::string xmp = io::gdepth_packet(io::gdepth_range(io::kRangeInverse, range.far, range.near));
  depth_file.write(encode_gray<std::uint8_t>(values, beside, xmp));
  depth_file.commit_provisionally();
  save_image(photo, path);
  depth_file.keep();
  return beside;
}

std::filesystem::path depth_pair_path(const std::filesystem::path& path) {
  return path.parent_path() / path.stem().concat("_depth.png");
}

}  // namespace portrait_depth
