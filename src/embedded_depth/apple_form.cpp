// The layout and the names: portraits of an iPhone XS and an iPhone 14; the properties' meaning: Apple,
// "AVDepthData" and "Image I/O". Based on: CIPA DC-007, "Multi-Picture Format", 2009; ISO/IEC 23008-12
// (auxC).
#include "embedded_depth/apple_form.hpp"

#include "containers/big_endian.hpp"
#include "containers/depth_information.hpp"
#include "containers/jpeg_segments.hpp"
#include "containers/xmp.hpp"
#include "depth_parts/apple_notes.hpp"
#include "embedded_depth/heic_encoder.hpp"
#include "embedded_depth/jpeg_writing.hpp"
#include "io/output_file.hpp"
#include "text/number_text.hpp"

namespace portrait_depth::io {
namespace {

constexpr int kPhotoQuality = 65, kDepthQuality = 95;  // of HEVC
constexpr const char *kMatteSpace = "http://ns.apple.com/portraitEffectsMatte/1.0/", *kGray8 = "1278226488",
                     *kHalfDisparity = "1751411059";  // `L008`, `hdis`

std::string text_of(double value) {
  return number_text(value, kFloatDigits);
}

std::string element(const std::string& name, const std::string& content) {
  return "<" + name + ">" + content + "</" + name + ">";
}

std::string packet(const std::string& spaces, const std::string& elements) {
  return xmp_packet("xmlns:apdi=\"" + std::string(kPixelSpace) + "\" " + spaces, elements);
}

// Column by column, of the photo's size.
std::string intrinsic_matrix(const Intrinsics& camera) {
  std::string list;
  for (const float value : {camera.fx, 0.0f, 0.0f, 0.0f, camera.fy, 0.0f, camera.cx, camera.cy, 1.0f})
    list += element("rdf:li", text_of(static_cast<double>(value)));
  return element("depthData:IntrinsicMatrix", element("rdf:Seq", list));
}

std::string disparity_packet(const ApplePhoto& parts) {
  return packet("xmlns:depthData=\"" + std::string(kAppleDepthSpace) + "\"",
                element("apdi:AuxiliaryImageType", "disparity") +
                    element("apdi:NativeFormat", kHalfDisparity) + element("apdi:StoredFormat", kGray8) +
                    element("apdi:IntMinValue", "0") + element("apdi:IntMaxValue", "255") +
                    element("apdi:FloatMinValue", text_of(static_cast<double>(parts.least))) +
                    element("apdi:FloatMaxValue", text_of(static_cast<double>(parts.most))) +
                    element("depthData:DepthDataVersion", "85538") +
                    element("depthData:Accuracy", "absolute") + element("depthData:Quality", "high") +
                    element("depthData:Filtered", "True") +
                    element("depthData:IntrinsicMatrixReferenceWidth", std::to_string(parts.photo.width)) +
                    element("depthData:IntrinsicMatrixReferenceHeight", std::to_string(parts.photo.height)) +
                    intrinsic_matrix(parts.intrinsics));
}

std::string matte_packet() {
  return packet(std::string("xmlns:portraitEffectsMatte=\"") + kMatteSpace + "\"",
                element("apdi:AuxiliaryImageType", "depth") +
                    element("apdi:AuxiliaryImageSubType", "portraiteffectsmatte") +
                    element("apdi:NativeFormat", kGray8) + element("apdi:StoredFormat", kGray8) +
                    element("portraitEffectsMatte:PortraitEffectsMatteVersion", "65537"));
}

// APP2 with the index of all pictures; its size depends on their number alone.
std::string mpf_segment(const std::vector<std::size_t>& sizes, std::size_t header_at) {
  constexpr std::uint64_t kUndefined = 7, kLong = 4, kPrimaryJpeg = 0x030000;
  constexpr std::size_t kFields = 3, kHeader = 8, kDirectory = 2 + kFields * 12 + 4;
  std::string index = std::string("MM\0*", 4) + big_endian(kHeader, 4) + big_endian(kFields, 2);
  index += big_endian(0xB000, 2) + big_endian(kUndefined, 2) + big_endian(4, 4) + "0100";
  index += big_endian(0xB001, 2) + big_endian(kLong, 2) + big_endian(1, 4) + big_endian(sizes.size(), 4);
  index += big_endian(kMpfEntriesTag, 2) + big_endian(kUndefined, 2) +
           big_endian(kMpfEntrySize * sizes.size(), 4) + big_endian(kHeader + kDirectory, 4);
  index += big_endian(0, 4);
  std::size_t at = 0;
  for (const std::size_t size : sizes) {
    index += big_endian(at == 0 ? kPrimaryJpeg : 0, 4) + big_endian(size, 4) +
             big_endian(at == 0 ? 0 : at - header_at, 4) + big_endian(0, 4);
    at += size;
  }
  return jpeg_segment(kApp2, kMpfName, index);
}

std::vector<std::uint8_t> jpeg_with_xmp(const Pixels& pixels, const std::string& xmp,
                                        const std::filesystem::path& path) {
  std::vector<std::uint8_t> jpeg = encode_picture(pixels, "jpeg", path);
  insert_segments(jpeg, main_xmp_segment(xmp));
  return jpeg;
}

std::string auxiliary_type(const std::string& type, const std::string& information) {
  return heif_full_box("auxC", type + '\0' + information);
}

NewHeifItem xmp_item(const std::string& xmp) {
  return {.type = "mime", .content_type = "application/rdf+xml", .data = xmp, .is_hidden = true};
}

}  // namespace

std::vector<std::uint8_t> apple_jpeg(const ApplePhoto& parts, const std::filesystem::path& path) {
  const auto disparity = jpeg_with_xmp(parts.disparity, disparity_packet(parts), path),
             matte = jpeg_with_xmp(parts.matte, matte_packet(), path);
  std::vector<std::uint8_t> jpeg = encode_picture(parts.photo, "jpeg", path);
  const std::string exif = exif_segment(parts.exif);
  std::vector<std::size_t> sizes = {0, disparity.size(), matte.size()};
  constexpr std::size_t kMarkerAndLength = 4;
  const std::size_t header_at = after_jfif(jpeg) + exif.size() + kMarkerAndLength + kMpfName.size();
  sizes[0] = jpeg.size() + exif.size() + mpf_segment(sizes, header_at).size();
  insert_segments(jpeg, exif + mpf_segment(sizes, header_at));
  jpeg.insert(jpeg.end(), disparity.begin(), disparity.end());
  jpeg.insert(jpeg.end(), matte.begin(), matte.end());
  return jpeg;
}

std::vector<std::uint8_t> apple_heic(const ApplePhoto& parts, const std::filesystem::path& path) {
  const std::string name = output_name(path);
  HeicPicture photo = encode_heic_picture(parts.photo, kPhotoQuality, name),
              disparity = encode_heic_picture(parts.disparity, kDepthQuality, name),
              matte = encode_heic_picture(parts.matte, kDepthQuality, name);
  disparity.picture.is_hidden = matte.picture.is_hidden = true;
  disparity.picture.properties.push_back(
      auxiliary_type("urn:mpeg:hevc:2015:auxid:2", disparity_information(parts.least, parts.most)));
  matte.picture.properties.push_back(auxiliary_type("urn:com:apple:photo:2018:aux:portraiteffectsmatte", {}));
  std::vector<NewHeifItem> items = {std::move(photo.picture), std::move(disparity.picture),
                                    std::move(matte.picture), xmp_item(disparity_packet(parts)),
                                    xmp_item(matte_packet())};
  std::vector<NewHeifReference> references = {{"auxl", 1, 0}, {"auxl", 2, 0}, {"cdsc", 3, 1}, {"cdsc", 4, 2}};
  const auto add = [&](NewHeifItem item, std::string reference, std::size_t from, std::size_t to) {
    references.push_back({std::move(reference), from, to});
    items.push_back(std::move(item));
  };
  std::size_t picture = 0;
  for (HeicPicture* coded : {&photo, &disparity, &matte}) {
    for (NewHeifItem& tile : coded->tiles) add(std::move(tile), "dimg", picture, items.size());
    ++picture;
  }
  if (!parts.exif.empty()) {
    const std::string tiff_offset = big_endian(kExifName.size(), 4);
    add({.type = "Exif", .data = tiff_offset + parts.exif, .is_hidden = true}, "cdsc", items.size(), 0);
  }
  const std::string file = heif_file("heic", items, references);
  return {file.begin(), file.end()};
}

}  // namespace portrait_depth::io
