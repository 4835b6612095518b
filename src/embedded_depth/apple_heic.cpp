// Apple's depth in a HEIC, by libheif.
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "depth_parts/apple_notes.hpp"
#include "depth_parts/gray_plane.hpp"
#include "embedded_depth/depth_formats.hpp"
#include "embedded_depth/heif_handles.hpp"
#include "text/one_line.hpp"

namespace portrait_depth::io {
namespace {

using HeifHandle = HeifOwned<heif_image_handle>;

void require(const heif_error& error, const std::string& name) {
  if (error.code == heif_error_Ok) return;
  const std::string reason = one_line(error.message);
  if (error.code == heif_error_Memory_allocation_error)
    throw Error(ErrorCode::too_large, name + ": no memory: the depth inside (" + reason +
                                          "). Scale the photo down or end other programs.");
  if (error.code == heif_error_Unsupported_feature || error.code == heif_error_Unsupported_filetype)
    throw Error(ErrorCode::unsupported,
                name + ": unsupported: the depth inside (" + reason + "). Save the photo anew.");
  throw Error(ErrorCode::unreadable,
              name + ": damaged: the depth inside (" + reason + "). Get the file anew.");
}

/// A file's photo; the bytes must outlive it.
struct HeifPhoto {
  HeifPhoto(ByteSpan file, const std::string& name) : context(heif_context_alloc()) {
    require(heif_context_read_from_memory_without_copy(context.get(), file.data(), file.size(), nullptr),
            name);
    heif_image_handle* primary = nullptr;
    require(heif_context_get_primary_image_handle(context.get(), &primary), name);
    photo.reset(primary);
  }
  HeifOwned<heif_context> context;
  HeifHandle photo;
};

// libheif crops and turns the picture by the file's orientation while decoding.
Plane<float> decode_heif_gray(const heif_image_handle* handle, const std::string& name, GrayBudget& budget) {
  budget.take(heif_image_handle_get_ispe_width(handle), heif_image_handle_get_ispe_height(handle), name);
  heif_image* decoded = nullptr;
  require(heif_decode_image(handle, &decoded, heif_colorspace_monochrome, heif_chroma_monochrome, nullptr),
          name);
  const HeifOwned<heif_image> image(decoded);
  const int width = heif_image_get_width(decoded, heif_channel_Y),
            height = heif_image_get_height(decoded, heif_channel_Y);
  const int bits = heif_image_get_bits_per_pixel_range(decoded, heif_channel_Y);
  int stride = 0;
  const std::uint8_t* rows = heif_image_get_plane_readonly(decoded, heif_channel_Y, &stride);
  if (rows == nullptr || width <= 0 || height <= 0 || bits < 8 || bits > 16)
    throw Error(ErrorCode::unreadable,
                name + ": damaged: its depth is not a gray picture. Get the file anew.");
  const float scale = 1 / static_cast<float>((1 << bits) - 1);
  Plane<float> plane(width, height);
  for (int y = 0; y < height; ++y, rows += stride)
    for (int x = 0; x < width; ++x)
      plane(x, y) = scale * static_cast<float>(bits == 8 ? rows[x] : rows[2 * x] | rows[2 * x + 1] << 8);
  return plane;
}

/// A picture beside the photo other than its depth.
struct Auxiliary {
  std::string type;
  HeifHandle handle;
};

std::vector<Auxiliary> auxiliary_pictures(const heif_image_handle* photo) {
  std::array<heif_item_id, 32> ids = {};
  const int count = heif_image_handle_get_list_of_auxiliary_image_IDs(
      photo, LIBHEIF_AUX_IMAGE_FILTER_OMIT_DEPTH, ids.data(), ids.size());
  std::vector<Auxiliary> pictures;
  for (int i = 0; i < count; ++i) {
    heif_image_handle* handle = nullptr;
    if (heif_image_handle_get_auxiliary_image_handle(photo, ids[static_cast<std::size_t>(i)], &handle).code !=
        heif_error_Ok)
      continue;
    HeifHandle owner(handle);
    const char* type = nullptr;
    if (heif_image_handle_get_auxiliary_type(handle, &type).code != heif_error_Ok || type == nullptr)
      continue;
    std::string text(type);
    heif_image_handle_free_auxiliary_types(handle, &type);
    pictures.push_back({std::move(text), std::move(owner)});
  }
  return pictures;
}

/// One picture of each kind.
Mattes decoded_mattes(const heif_image_handle* photo, const std::string& name, GrayBudget& budget) {
  Mattes mattes;
  for (const Auxiliary& picture : auxiliary_pictures(photo)) {
    const auto kind = matte_kind(picture.type);
    if (!kind) continue;
    Plane<float>& matte = mattes[*kind];
    if (matte.empty()) matte = decode_heif_gray(picture.handle.get(), name, budget);
  }
  return mattes;
}

HeifHandle depth_of(const heif_image_handle* photo, heif_item_id& id) {
  if (heif_image_handle_get_list_of_depth_image_IDs(photo, &id, 1) < 1) return nullptr;
  heif_image_handle* handle = nullptr;
  if (heif_image_handle_get_depth_image_handle(photo, id, &handle).code != heif_error_Ok) return nullptr;
  return HeifHandle(handle);
}

}  // namespace

std::optional<EmbeddedDepth> read_apple_heic_depth(ByteSpan file, const std::string& name,
                                                   const std::function<std::optional<Intrinsics>()>& exif) {
  const HeifPhoto heif(file, name);
  heif_image_handle* const primary = heif.photo.get();
  heif_item_id id = 0;
  const HeifHandle depth = depth_of(primary, id);
  if (!depth) return std::nullopt;
  DepthParts parts;  // upright already
  parts.container = DepthContainer::apple_heic;
  parts.meaning = meaning_of(apple_heic_notes(file, id), name);
  GrayBudget budget;
  Plane<float> values = decode_heif_gray(depth.get(), name, budget);
  return assembled_depth(parts, std::move(values), decoded_mattes(primary, name, budget), exif());
}

std::vector<EmbeddedPicture> list_apple_heic(ByteSpan file, const std::string& name) {
  const HeifPhoto heif(file, name);
  std::vector<EmbeddedPicture> pictures;
  heif_item_id id = 0;
  if (const HeifHandle depth = depth_of(heif.photo.get(), id)) {
    pictures.push_back(apple_depth_picture(apple_heic_notes(file, id),
                                           heif_image_handle_get_width(depth.get()),
                                           heif_image_handle_get_height(depth.get())));
  }
  for (const Auxiliary& auxiliary : auxiliary_pictures(heif.photo.get())) {
    const auto kind = matte_kind(auxiliary.type);
    EmbeddedPicture picture;
    picture.kind = kind ? std::string(kMatteKinds[*kind].name) : one_line(auxiliary.type);
    picture.width = heif_image_handle_get_width(auxiliary.handle.get());
    picture.height = heif_image_handle_get_height(auxiliary.handle.get());
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

}  // namespace portrait_depth::io
