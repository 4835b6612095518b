#include "io/picture_encoder.hpp"

#include "io/output_file.hpp"
#include "io/vips_session.hpp"
#include "portrait_depth/error.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth::io {
namespace {

constexpr int kJpegQuality = 92, kWebpQuality = 92, kAvifQuality = 80, kAvifEffort = 3;

VipsImagePtr wrap(const Pixels& pixels) {
  start_vips();
  const bool is_wide = pixels.bits == 16;
  const std::size_t size = static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height) *
                           static_cast<std::size_t>(pixels.channels) * (is_wide ? 2 : 1);
  VipsImage* memory =
      vips_image_new_from_memory(pixels.data, size, pixels.width, pixels.height, pixels.channels,
                                 is_wide ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR);
  const VipsImagePtr owner(memory);
  if (memory == nullptr) throw Error(ErrorCode::invalid_argument, "picture: " + take_vips_error());
  const VipsInterpretation meaning = pixels.channels != 1 ? VIPS_INTERPRETATION_sRGB
                                     : is_wide            ? VIPS_INTERPRETATION_GREY16
                                                          : VIPS_INTERPRETATION_B_W;
  VipsImage* image = nullptr;
  if (vips_copy(memory, &image, "interpretation", meaning, nullptr) != 0)
    throw Error(ErrorCode::invalid_argument, "picture: " + take_vips_error());
  return VipsImagePtr(image);
}

int encode(VipsImage* image, const std::string& format, void** bytes, std::size_t* size) {
  if (format == "png") return vips_pngsave_buffer(image, bytes, size, "compression", 6, nullptr);
  if (format == "jpeg")
    return vips_jpegsave_buffer(image, bytes, size, "Q", kJpegQuality, "strip", TRUE, nullptr);
  if (format == "webp")
    return vips_webpsave_buffer(image, bytes, size, "Q", kWebpQuality, "strip", TRUE, nullptr);
  if (format == "tiff")
    return vips_tiffsave_buffer(image, bytes, size, "compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE,
                                "predictor", VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL, nullptr);
  return vips_heifsave_buffer(image, bytes, size, "compression", VIPS_FOREIGN_HEIF_COMPRESSION_AV1, "Q",
                              kAvifQuality, "effort", kAvifEffort, "strip", TRUE, nullptr);
}

bool is_known(const std::string& format) {
  return format == "png" || format == "jpeg" || format == "webp" || format == "tiff" || format == "avif";
}

}  // namespace

std::vector<std::uint8_t> encode_picture(const Pixels& pixels, const std::string& format,
                                         const std::filesystem::path& path, const std::string& xmp) {
  const std::string name = output_name(path);
  if (!is_known(format))
    throw Error(ErrorCode::unsupported,
                name + ": pictures cannot be written as " + format + "; take png, jpg, webp, tiff or avif");
  if (pixels.bits == 16 && format != "png" && format != "tiff")
    throw Error(ErrorCode::unsupported, name + ": " + format + " holds 8 bits only; take png or tiff");
  if (pixels.channels == 4 && format == "jpeg")
    throw Error(ErrorCode::unsupported, name + ": JPEG has no transparency; take png, webp or avif");
  const VipsImagePtr image = wrap(pixels);
  if (!xmp.empty()) vips_image_set_blob_copy(image.get(), VIPS_META_XMP_NAME, xmp.data(), xmp.size());
  void* bytes = nullptr;
  std::size_t size = 0;
  if (encode(image.get(), format, &bytes, &size) != 0)
    throw Error(ErrorCode::unwritable,
                name + " cannot be written: " + take_vips_error() + "; take another format");
  const auto* first = static_cast<const std::uint8_t*>(bytes);
  std::vector<std::uint8_t> result(first, first + size);
  g_free(bytes);
  return result;
}

}  // namespace portrait_depth::io
