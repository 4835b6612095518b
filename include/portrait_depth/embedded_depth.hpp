// Depth inside photo files: the measurements of phones, and the depth maps of this library.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "portrait_depth/camera.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// The form in which a file holds its depth.
enum class DepthContainer {
  apple_heic,     ///< An auxiliary depth image of a HEIC (iPhone portraits).
  apple_jpeg,     ///< A disparity picture behind a JPEG, found by its Multi-Picture index.
  gdepth,         ///< Google's depth map metadata in a JPEG's XMP.
  dynamic_depth,  ///< Google's Dynamic Depth 1.0: a picture behind a JPEG, named by its XMP.
};

/// Everything is upright, as load_photo() gives the photo; each plane covers the whole photo at its own size.
struct EmbeddedDepth {
  Plane<float> metres;  ///< Z along the optical axis; NaN where the file has no value.
  /// The person, 0..1: Apple's portrait matte, with its mattes of hair, skin, teeth and glasses where they
  /// have its size.
  std::optional<Plane<float>> matte;
  std::optional<Intrinsics> intrinsics;  ///< The camera for a picture of metres' size.
  DepthContainer container = DepthContainer::gdepth;
  bool is_absolute = true;  ///< False: the file declares its distances correct up to scale only.
};

/// std::nullopt if the photo holds no depth. Throws ErrorCode::not_found, ErrorCode::unreadable for a file or
/// depth that is damaged, ErrorCode::too_large for depth and a matte of more than 32 megapixels together.
/// Suitable for untrusted files: every length and offset is checked.
PORTRAIT_DEPTH_API std::optional<EmbeddedDepth> read_embedded_depth(const std::filesystem::path& path);
/// The same from a file's bytes; errors begin with `name`.
PORTRAIT_DEPTH_API std::optional<EmbeddedDepth> read_embedded_depth(std::span<const std::uint8_t> bytes,
                                                                    const std::string& name);

/// A picture beside the photo in its file, as stored: not turned.
struct EmbeddedPicture {
  /// `depth`, `disparity`, `portrait matte`, `hair matte`, `skin matte`, `teeth matte`, `glasses matte`, or
  /// the file's own name for another kind.
  std::string kind = {};
  int width = 0, height = 0;
  std::string unit = {};                       ///< Of depth: `m` or `1/m`; empty: none.
  std::optional<float> least = {}, most = {};  ///< The range of depth, in the unit.
  bool is_absolute = true;                     ///< As EmbeddedDepth::is_absolute.
  bool has_camera = false;                     ///< The calibration lies beside it.
};

/// All depth pictures, mattes and other auxiliary pictures of a photo file; empty without any. No pixel is
/// decoded. Throws as read_embedded_depth() does.
PORTRAIT_DEPTH_API std::vector<EmbeddedPicture> list_embedded_pictures(const std::filesystem::path& path);
/// The same from a file's bytes; errors begin with `name`.
PORTRAIT_DEPTH_API std::vector<EmbeddedPicture> list_embedded_pictures(std::span<const std::uint8_t> bytes,
                                                                       const std::string& name);

/// The depth for PhotoConfig::depth, marked as measured. Depth that is correct up to scale only becomes a
/// disparity.
PORTRAIT_DEPTH_API GivenDepth given_depth(EmbeddedDepth depth);

/// Facts of a photo that its JPEG with depth can keep as EXIF. An empty text is left out.
struct CaptureFacts {
  std::string time;  ///< "2024:05:31 12:30:00".
  std::string camera_make, camera_model;
};

/// The form in which save_depth_photo() puts depth into a photo.
enum class DepthPhotoForm {
  gdepth,         ///< Google's depth map metadata: the depth is text in the XMP. Most programs read it.
  dynamic_depth,  ///< Google's Dynamic Depth 1.0: the depth is a picture behind the photo.
  /// The form of Apple's cameras: disparity and the person's matte, behind a JPEG or as auxiliary pictures of
  /// a HEIC. 8 bits a value, compressed with loss. No Apple device was at hand to read it.
  apple,
};

struct DepthPhotoOptions {
  /// Default: gdepth in a JPEG; apple, the only possible one, in a HEIC.
  std::optional<DepthPhotoForm> form = {};
  std::string format = {};  ///< `jpeg` or `heic`; empty: by the extension, `jpeg` without one.
  int max_side = 1024;      ///< Longest side of the depth picture inside, pixels.
  int bits = 8;             ///< 8, which every viewer reads, or 16.
  /// The background's distance in the file, above 0 and finite. Default: 1.5 times the distance of the
  /// person's farthest point.
  std::optional<float> background_metres = {};
  /// Written as EXIF. Nothing else of the original file's metadata is kept.
  CaptureFacts capture = {};
};

/// Writes the photo as a JPEG or HEIC with its depth in it: even steps of 1/metres, as PNG in Google's forms.
/// `photo` and `depth` have one size. Throws ErrorCode::invalid_argument otherwise, for options out of range
/// or a depth map without a person; ErrorCode::unsupported for another extension than jpg, jpeg, heic or
/// heif, for a HEIC in a form of Google's, and for a HEIC if libheif has no HEVC encoder;
/// ErrorCode::unwritable.
PORTRAIT_DEPTH_API void save_depth_photo(ImageView photo, const DepthMap& depth,
                                         const std::filesystem::path& path,
                                         const DepthPhotoOptions& options = {});

/// Writes the photo to `path` and beside it NAME_depth.png: gray, the nearest white, the background black,
/// even steps in 1/Z; the pair that 3D photo viewers take. Returns the depth's path. `photo` and `depth` have
/// one size. Throws ErrorCode::invalid_argument otherwise or for a depth map without a person, and the errors
/// of save_image().
PORTRAIT_DEPTH_API std::filesystem::path save_depth_pair(ImageView photo, const DepthMap& depth,
                                                         const std::filesystem::path& path);
/// The path at which save_depth_pair() writes the depth of the photo at `path`.
PORTRAIT_DEPTH_API std::filesystem::path depth_pair_path(const std::filesystem::path& path);

}  // namespace portrait_depth
