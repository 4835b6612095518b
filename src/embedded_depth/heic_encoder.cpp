#include "embedded_depth/heic_encoder.hpp"

#include <cstring>

#include "containers/heif_items.hpp"
#include "embedded_depth/heif_handles.hpp"
#include "portrait_depth/error.hpp"
#include "text/one_line.hpp"

namespace portrait_depth::io {
namespace {

void require_written(const heif_error& error, const std::string& name) {
  if (error.code != heif_error_Ok)
    throw Error(ErrorCode::unwritable,
                name + " cannot be written: " + one_line(error.message) + "; take a .jpg");
}

HeifOwned<heif_encoder> hevc_encoder(heif_context* context, int quality, const std::string& name) {
  heif_encoder* found = nullptr;
  if (heif_context_get_encoder_for_format(context, heif_compression_HEVC, &found).code != heif_error_Ok)
    throw Error(ErrorCode::unsupported,
                name + ": this build of libheif has no HEVC encoder; take a .jpg with Apple's form of depth");
  HeifOwned<heif_encoder> encoder(found);
  require_written(heif_encoder_set_lossy_quality(found, quality), name);
  // x265's usual preset takes more than twice as long for a file that is 5 % smaller. Other encoders lack it.
  (void)heif_encoder_set_parameter_string(found, "preset", "veryfast");
  return encoder;
}

// sRGB by its numbers (ITU-T H.273), as 4:2:0 in full range.
void set_srgb(heif_image* image, const std::string& name) {
  const HeifOwned<heif_color_profile_nclx> profile(heif_nclx_color_profile_alloc());
  profile->color_primaries = heif_color_primaries_ITU_R_BT_709_5;
  profile->transfer_characteristics = heif_transfer_characteristic_IEC_61966_2_1;
  profile->matrix_coefficients = heif_matrix_coefficients_ITU_R_BT_601_6;
  profile->full_range_flag = 1;
  require_written(heif_image_set_nclx_color_profile(image, profile.get()), name);
}

HeifOwned<heif_image> heif_image_of(const Pixels& pixels, const std::string& name) {
  const bool is_gray = pixels.channels == 1;
  heif_image* created = nullptr;
  require_written(heif_image_create(pixels.width, pixels.height,
                                    is_gray ? heif_colorspace_monochrome : heif_colorspace_RGB,
                                    is_gray ? heif_chroma_monochrome : heif_chroma_interleaved_RGB, &created),
                  name);
  HeifOwned<heif_image> image(created);
  const heif_channel channel = is_gray ? heif_channel_Y : heif_channel_interleaved;
  require_written(heif_image_add_plane(created, channel, pixels.width, pixels.height, pixels.bits), name);
  int stride = 0;
  std::uint8_t* row = heif_image_get_plane(created, channel, &stride);
  const std::size_t row_bytes =
      static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.channels);
  const auto* from = static_cast<const std::uint8_t*>(pixels.data);
  for (int y = 0; y < pixels.height; ++y, row += stride, from += row_bytes) std::memcpy(row, from, row_bytes);
  if (!is_gray) set_srgb(created, name);
  return image;
}

std::vector<std::uint8_t> bytes_of(heif_context* context, const std::string& name) {
  std::vector<std::uint8_t> bytes;
  heif_writer writer = {};
  writer.writer_api_version = 1;
  writer.write = [](heif_context*, const void* data, std::size_t size, void* target) {
    const auto* first = static_cast<const std::uint8_t*>(data);
    static_cast<std::vector<std::uint8_t>*>(target)->assign(first, first + size);
    return heif_error{heif_error_Ok, heif_suberror_Unspecified, ""};
  };
  require_written(heif_context_write(context, &writer, &bytes), name);
  return bytes;
}

NewHeifItem item_of(ByteSpan file, const HeifItem& item, const std::vector<HeifBox>& properties) {
  NewHeifItem result;
  result.type = item.type;
  for (const ByteSpan part : item.parts) result.data += as_text(part);
  for (const HeifBox& box : properties)
    result.properties.emplace_back(as_text(file.subspan(box.start, box.end - box.start)));
  return result;
}

// The main picture of libheif's file.
HeicPicture picture_of(ByteSpan file, const std::string& name) {
  const HeifBoxes children = meta_children(file);
  const auto main = main_picture(file, children);
  const auto items = heif_items(file, children);
  const auto properties = item_properties(file, children);
  const auto is_whole = [&](std::uint64_t id) { return items->count(id) != 0 && properties->count(id) != 0; };
  if (!main || !items || !properties || !is_whole(*main))
    throw Error(ErrorCode::unwritable,
                name + " cannot be written: libheif's own file is not as expected; take a .jpg");
  HeicPicture result;
  result.picture = item_of(file, items->at(*main), properties->at(*main));
  for (const HeifReference& reference : heif_references(file, children))
    if (reference.type == "dimg" && reference.from == *main && is_whole(reference.to)) {
      result.tiles.push_back(item_of(file, items->at(reference.to), properties->at(reference.to)));
      result.tiles.back().is_hidden = true;
    }
  return result;
}

}  // namespace

HeicPicture encode_heic_picture(const Pixels& pixels, int quality, const std::string& name) {
  const HeifOwned<heif_context> context(heif_context_alloc());
  const auto encoder = hevc_encoder(context.get(), quality, name);
  const auto image = heif_image_of(pixels, name);
  heif_image_handle* coded = nullptr;
  require_written(heif_context_encode_image(context.get(), image.get(), encoder.get(), nullptr, &coded),
                  name);
  const HeifOwned<heif_image_handle> handle(coded);
  return picture_of(bytes_of(context.get(), name), name);
}

}  // namespace portrait_depth::io
