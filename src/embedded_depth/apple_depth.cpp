// Apple's depth in JPEG and HEIC. The properties' meaning: Apple, "Image I/O" and "AVDepthData"
// documentation; their layout in files: portraits of an iPhone XS and an iPhone 14.
#include <libheif/heif.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "embedded_depth/depth_formats.hpp"
#include "embedded_depth/xmp.hpp"
#include "io/gray_picture.hpp"
#include "io/photo_file.hpp"
#include "text/one_line.hpp"

namespace portrait_depth::io {
namespace {

constexpr std::string_view kPixelSpace = "http://ns.apple.com/pixeldatainfo/1.0/";
constexpr std::string_view kDepthSpace = "http://ns.apple.com/depthData/1.0/";
/// The last part of a matte's type, and its name in EmbeddedPicture. The portrait's is the first.
struct MatteKind {
  std::string_view type, name;
};
constexpr std::array kMatteKinds = {
    MatteKind{"portraiteffectsmatte", "portrait matte"}, MatteKind{"semantichairmatte", "hair matte"},
    MatteKind{"semanticskinmatte", "skin matte"}, MatteKind{"semanticteethmatte", "teeth matte"},
    MatteKind{"semanticglassesmatte", "glasses matte"}};

/// The kind of a type such as urn:com:apple:photo:2019:aux:semantichairmatte.
const MatteKind* matte_kind(std::string_view type) {
  const auto found = std::find_if(kMatteKinds.begin(), kMatteKinds.end(),
                                  [&](const MatteKind& kind) { return type.ends_with(kind.type); });
  return found == kMatteKinds.end() ? nullptr : &*found;
}

/// Mattes in the order of kMatteKinds; empty planes are missing.
using Mattes = std::array<Plane<float>, kMatteKinds.size()>;

/// The person's matte with those of its parts that have its size; std::nullopt without the person's.
std::optional<Plane<float>> united(Mattes mattes) {
  Plane<float>& person = mattes.front();
  if (person.empty()) return std::nullopt;
  for (const Plane<float>& part : std::span(mattes).subspan(1)) {
    if (part.width() != person.width() || part.height() != person.height()) continue;
    std::transform(person.values().begin(), person.values().end(), part.values().begin(),
                   person.values().begin(), [](float a, float b) { return std::max(a, b); });
  }
  return std::move(person);
}

// The matrix comes column by column: fx 0 0, 0 fy 0, cx cy 1.
std::optional<Intrinsics> intrinsics_from(std::string_view xmp) {
  const auto matrix = xmp_numbers(xmp, kDepthSpace, "IntrinsicMatrix");
  const auto width = xmp_number(xmp, kDepthSpace, "IntrinsicMatrixReferenceWidth");
  const auto height = xmp_number(xmp, kDepthSpace, "IntrinsicMatrixReferenceHeight");
  if (matrix.size() != 9 || !width || !height) return std::nullopt;
  const auto usable = [](double v) { return v >= 1 && v <= 1e5; };
  if (!usable(matrix[0]) || !usable(matrix[4]) || !usable(*width) || !usable(*height)) return std::nullopt;
  return Intrinsics{static_cast<float>(matrix[0]), static_cast<float>(matrix[4]),
                    static_cast<float>(matrix[6]), static_cast<float>(matrix[7]),
                    static_cast<int>(*width),      static_cast<int>(*height)};
}

// A file's numbers may be too small or too large for a float.
float metres_or_nothing(double metres) {
  const auto value = static_cast<float>(metres);
  return std::isfinite(value) && value > 0 ? value : std::numeric_limits<float>::quiet_NaN();
}

void to_metres(Plane<float>& values, const AppleDepthNotes& notes, const std::string& name) {
  if (!notes.least || !notes.most || !(*notes.most >= *notes.least))
    throw Error(ErrorCode::unreadable,
                name + ": damaged: its depth lacks the range of distances. Get the file anew.");
  (notes.is_disparity ? metres_from_disparity : metres_from_linear)(values, *notes.least, *notes.most);
}

struct HeifFree {
  void operator()(heif_context* p) const { heif_context_free(p); }
  void operator()(heif_image_handle* p) const { heif_image_handle_release(p); }
  void operator()(heif_image* p) const { heif_image_release(p); }
  void operator()(const heif_depth_representation_info* p) const { heif_depth_representation_info_free(p); }
};
using HeifHandle = std::unique_ptr<heif_image_handle, HeifFree>;

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
  std::unique_ptr<heif_context, HeifFree> context;
  HeifHandle photo;
};

EmbeddedPicture depth_picture(const AppleDepthNotes& notes, int width, int height) {
  EmbeddedPicture picture;
  picture.kind = notes.is_disparity ? "disparity" : "depth";
  picture.unit = notes.is_disparity ? "1/m" : "m";
  picture.width = width;
  picture.height = height;
  if (notes.least) picture.least = static_cast<float>(*notes.least);
  if (notes.most) picture.most = static_cast<float>(*notes.most);
  picture.is_absolute = notes.is_absolute;
  picture.has_camera = notes.intrinsics.has_value();
  return picture;
}

// libheif crops and turns the picture by the file's orientation while decoding.
Plane<float> decode_heif_gray(const heif_image_handle* handle, const std::string& name, GrayBudget& budget) {
  budget.take(heif_image_handle_get_ispe_width(handle), heif_image_handle_get_ispe_height(handle), name);
  heif_image* decoded = nullptr;
  require(heif_decode_image(handle, &decoded, heif_colorspace_monochrome, heif_chroma_monochrome, nullptr),
          name);
  const std::unique_ptr<heif_image, HeifFree> image(decoded);
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

std::string heif_xmp(const heif_image_handle* handle) {
  std::array<heif_item_id, 16> ids = {};
  const int count = heif_image_handle_get_list_of_metadata_block_IDs(handle, "mime", ids.data(), ids.size());
  for (int i = 0; i < count; ++i) {
    const std::size_t size = heif_image_handle_get_metadata_size(handle, ids[static_cast<std::size_t>(i)]);
    std::string text(size, '\0');
    const auto error = heif_image_handle_get_metadata(handle, ids[static_cast<std::size_t>(i)], text.data());
    if (error.code == heif_error_Ok && text.find("xmpmeta") != std::string::npos) return text;
  }
  return {};
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

/// The person's matte, from one picture of each kind.
std::optional<Plane<float>> person_matte(const heif_image_handle* photo, const std::string& name,
                                         GrayBudget& budget) {
  Mattes mattes;
  for (const Auxiliary& picture : auxiliary_pictures(photo)) {
    const MatteKind* kind = matte_kind(picture.type);
    if (kind == nullptr) continue;
    Plane<float>& matte = mattes[static_cast<std::size_t>(kind - kMatteKinds.data())];
    if (matte.empty()) matte = decode_heif_gray(picture.handle.get(), name, budget);
  }
  return united(std::move(mattes));
}

HeifHandle depth_of(const heif_image_handle* photo, heif_item_id& id) {
  if (heif_image_handle_get_list_of_depth_image_IDs(photo, &id, 1) < 1) return nullptr;
  heif_image_handle* handle = nullptr;
  if (heif_image_handle_get_depth_image_handle(photo, id, &handle).code != heif_error_Ok) return nullptr;
  return HeifHandle(handle);
}

// Takes the range from the file's own depth information if the XMP lacks it.
void complete_notes(AppleDepthNotes& notes, const heif_image_handle* photo, heif_item_id id) {
  if (notes.least && notes.most) return;
  const heif_depth_representation_info* found = nullptr;
  if (heif_image_handle_get_depth_image_representation_info(photo, id, &found) == 0) return;
  const std::unique_ptr<const heif_depth_representation_info, HeifFree> info(found);
  notes.is_disparity = info->depth_representation_type != heif_depth_representation_type_uniform_Z;
  if (notes.is_disparity && info->has_d_min != 0 && info->has_d_max != 0) {
    notes.least = info->d_min, notes.most = info->d_max;
  } else if (info->has_z_near != 0 && info->has_z_far != 0 && info->z_near > 0 && info->z_far > 0) {
    notes.least = notes.is_disparity ? 1 / info->z_far : info->z_near;
    notes.most = notes.is_disparity ? 1 / info->z_near : info->z_far;
  }
}

}  // namespace

AppleDepthNotes apple_depth_notes(std::string_view xmp) {
  AppleDepthNotes notes;
  notes.is_disparity = xmp_text(xmp, kPixelSpace, "AuxiliaryImageType").value_or("disparity") == "disparity";
  notes.least = xmp_number(xmp, kPixelSpace, "FloatMinValue");
  notes.most = xmp_number(xmp, kPixelSpace, "FloatMaxValue");
  notes.is_absolute = xmp_text(xmp, kDepthSpace, "Accuracy").value_or("absolute") != "relative";
  notes.intrinsics = intrinsics_from(xmp);
  return notes;
}

void metres_from_disparity(Plane<float>& values, double least, double most) {
  for (float& value : values.values()) {
    const double disparity = least + (most - least) * static_cast<double>(value);
    value = metres_or_nothing(1 / disparity);
  }
}

void metres_from_linear(Plane<float>& values, double least, double most) {
  for (float& value : values.values())
    value = metres_or_nothing(least + (most - least) * static_cast<double>(value));
}

std::optional<EmbeddedDepth> read_apple_heic_depth(ByteSpan file, const std::string& name) {
  const HeifPhoto heif(file, name);
  heif_image_handle* const primary = heif.photo.get();
  heif_item_id id = 0;
  const HeifHandle depth = depth_of(primary, id);
  if (!depth) return std::nullopt;

  EmbeddedDepth result;
  result.container = DepthContainer::apple_heic;
  AppleDepthNotes notes = apple_depth_notes(heif_xmp(depth.get()));
  complete_notes(notes, primary, id);
  GrayBudget budget;
  result.metres = decode_heif_gray(depth.get(), name, budget);
  to_metres(result.metres, notes, name);
  result.is_absolute = notes.is_absolute;
  result.intrinsics = notes.intrinsics;
  result.matte = person_matte(primary, name, budget);
  return result;
}

std::vector<EmbeddedPicture> list_apple_heic(ByteSpan file, const std::string& name) {
  const HeifPhoto heif(file, name);
  std::vector<EmbeddedPicture> pictures;
  heif_item_id id = 0;
  if (const HeifHandle depth = depth_of(heif.photo.get(), id)) {
    AppleDepthNotes notes = apple_depth_notes(heif_xmp(depth.get()));
    complete_notes(notes, heif.photo.get(), id);
    pictures.push_back(depth_picture(notes, heif_image_handle_get_width(depth.get()),
                                     heif_image_handle_get_height(depth.get())));
  }
  for (const Auxiliary& auxiliary : auxiliary_pictures(heif.photo.get())) {
    const MatteKind* kind = matte_kind(auxiliary.type);
    EmbeddedPicture picture;
    picture.kind = kind != nullptr ? std::string(kind->name) : one_line(auxiliary.type);
    picture.width = heif_image_handle_get_width(auxiliary.handle.get());
    picture.height = heif_image_handle_get_height(auxiliary.handle.get());
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

std::vector<EmbeddedPicture> list_apple_jpeg(ByteSpan file, const std::string& name) {
  std::vector<EmbeddedPicture> pictures;
  for (const ByteSpan bytes : jpeg_further_pictures(file)) {
    const std::string xmp = jpeg_xmp(bytes).main;
    const auto type = xmp_text(xmp, kPixelSpace, "AuxiliaryImageType");
    const auto subtype = xmp_text(xmp, kPixelSpace, "AuxiliaryImageSubType");
    if (!type && !subtype) continue;
    const PhotoFile picture = PhotoFile::from_memory(bytes, name);
    const VipsImagePtr header = picture.open();
    const int width = vips_image_get_width(header.get()), height = vips_image_get_height(header.get());
    if (!subtype && (type == "disparity" || type == "depth")) {
      pictures.push_back(depth_picture(apple_depth_notes(xmp), width, height));
      continue;
    }
    const std::string_view own_name = subtype ? *subtype : *type;
    const MatteKind* kind = matte_kind(own_name);
    EmbeddedPicture matte;
    matte.kind = kind != nullptr ? std::string(kind->name) : one_line(std::string(own_name));
    matte.width = width;
    matte.height = height;
    pictures.push_back(std::move(matte));
  }
  return pictures;
}

std::optional<EmbeddedDepth> read_apple_jpeg_depth(ByteSpan file, const std::string& name) {
  EmbeddedDepth result;
  result.container = DepthContainer::apple_jpeg;
  GrayBudget budget;
  Mattes mattes;
  for (const ByteSpan picture : jpeg_further_pictures(file)) {
    const std::string xmp = jpeg_xmp(picture).main;
    const auto type = xmp_text(xmp, kPixelSpace, "AuxiliaryImageType");
    const auto subtype = xmp_text(xmp, kPixelSpace, "AuxiliaryImageSubType");
    // The first one of each kind: an index may name one picture many times.
    if (const MatteKind* kind = subtype ? matte_kind(*subtype) : nullptr) {
      Plane<float>& matte = mattes[static_cast<std::size_t>(kind - kMatteKinds.data())];
      if (matte.empty()) matte = decode_gray(picture, name, budget);
    } else if (result.metres.empty() && !subtype && (type == "disparity" || type == "depth")) {
      const AppleDepthNotes notes = apple_depth_notes(xmp);
      result.metres = decode_gray(picture, name, budget);
      to_metres(result.metres, notes, name);
      result.is_absolute = notes.is_absolute;
      result.intrinsics = notes.intrinsics;
    }
  }
  if (result.metres.empty()) return std::nullopt;
  result.matte = united(std::move(mattes));
  return result;
}

}  // namespace portrait_depth::io
