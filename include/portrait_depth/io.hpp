// Files: photos in and out, depth maps out, films out. Implemented with libvips and FFmpeg's libraries.
//
// libvips' threads do not follow a fork(): functions that read or write pictures throw ErrorCode::unsupported
// in a process forked after its parent called one of them.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "portrait_depth/camera.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/film.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// The limits for photos and masks where the caller sets none, in C++, Python and the command.
inline constexpr std::int64_t kMostPhotoPixels = 100'000'000;
inline constexpr std::int64_t kMostPhotoMemoryBytes = 1'500'000'000;

struct LoadOptions {
  /// Shrinks while loading to the smallest size whose shorter side is at least this many pixels; 0 keeps the
  /// full size.
  int min_short_side = 0;
  std::int64_t max_pixels = kMostPhotoPixels;  ///< Checked before decoding; ErrorCode::too_large.
  /// Memory that decoding may need, by an estimate from the file's header; ErrorCode::too_large.
  std::int64_t max_memory_bytes = kMostPhotoMemoryBytes;
  std::array<std::uint8_t, 3> matte = {255, 255, 255};  ///< The color behind transparent pixels, sRGB.
};

/// The facts of a photo file that its header holds. Sizes are upright.
struct PhotoInfo {
  std::string format;  ///< `jpeg`, `png`, `webp`, `tiff`, `heic`, `avif`, `gif`.
  int width = 0, height = 0;
  bool has_alpha = false, has_icc_profile = false;
  int orientation = 1;  ///< EXIF, before it was made upright.
  std::optional<float> focal_length_mm, focal_length_35mm;
  /// The tilt of a phone's camera in radians, by gravity in Apple's maker note, both or none; as in
  /// EstimationConfig.
  std::optional<float> camera_pitch, camera_roll;
  std::string camera_make, camera_model;
  std::string capture_time;  ///< EXIF's DateTimeOriginal: "2024:05:31 12:30:00"; empty: none.
  std::string warning;       ///< A fault of the file that affects no pixel; empty: none.
};

struct Photo {
  Image image;  ///< Upright, sRGB, RGB.
  PhotoInfo info;
  /// The camera, for a picture of image's size: from EXIF's focal length, if the file has one.
  std::optional<Intrinsics> intrinsics;
};

/// Sets the number of threads for reading, resizing and encoding photos, for the whole process; 0, the
/// initial value, means one a core. Throws ErrorCode::invalid_argument for a number below 0.
PORTRAIT_DEPTH_API void set_io_threads(int threads);

/// `path` may be "-" for standard input. Errors name the file and begin with the class of the reason:
/// not_found, unreadable (also without permission), unsupported, too_large (also without memory).
PORTRAIT_DEPTH_API Photo load_photo(const std::filesystem::path& path, const LoadOptions& options = {});
/// The same from bytes; errors begin with `name`.
PORTRAIT_DEPTH_API Photo load_photo(std::span<const std::uint8_t> bytes, const std::string& name,
                                    const LoadOptions& options = {});
/// Reads the file's header. Parameters and errors are those of load_photo(), without a limit of pixels.
PORTRAIT_DEPTH_API PhotoInfo read_photo_info(const std::filesystem::path& path);
PORTRAIT_DEPTH_API PhotoInfo read_photo_info(std::span<const std::uint8_t> bytes, const std::string& name);
/// A mask from any picture, 0..1, resized to width x height pixels: the alpha channel if the picture is
/// transparent anywhere, else the first channel. Of the options, the limits apply. Throws
/// ErrorCode::invalid_argument for a size below 1 x 1 and for a picture of another aspect ratio, and the
/// errors of load_photo().
PORTRAIT_DEPTH_API Plane<float> load_mask(const std::filesystem::path& path, int width, int height,
                                          const LoadOptions& options = {});

/// The save functions give the complete file its name. "-" is standard output. `format` is
/// an extension without its dot, such as "png"; empty: from the path. They throw ErrorCode::invalid_argument
/// for an empty picture; unsupported for a format that is not in image_formats() or depth_formats(), or that
/// cannot hold the picture (alpha in JPEG); unwritable.
PORTRAIT_DEPTH_API void save_image(ImageView image, const std::filesystem::path& path,
                                   const std::string& format = {});
/// 8 bits gray: 0..1 becomes 0..255, NaN 0.
PORTRAIT_DEPTH_API void save_mask(PlaneView<const float> mask, const std::filesystem::path& path,
                                  const std::string& format = {});

enum class DepthUnit { relative, metres };
enum class Colormap { turbo, gray };
struct SaveDepthOptions {
  /// Default: relative for PNG and TIFF, metres for .npy and .pfm. Colors are always relative.
  std::optional<DepthUnit> unit = {};
  std::optional<Colormap> colormap = {};  ///< Colors a picture; JPEG, WebP and AVIF without one take turbo.
  std::string format = {};
};
/// PNG and TIFF: 16 bits, the API's value x 65535 (metres: millimetres; ErrorCode::unsupported beyond 65.535
/// m), background 0; XMP holds the metres of 0 and 65535 (GDepth), so that load_depth_file() returns metres.
/// NPY and PFM: float32, background NaN. JPEG, WebP, AVIF and all with a color map: 8-bit sRGB where near is
/// warm (gray: bright), the background black. NPY and PFM take no color map (unsupported).
PORTRAIT_DEPTH_API void save_depth(const DepthMap& depth, const std::filesystem::path& path,
                                   const SaveDepthOptions& options = {});
/// Throws the ErrorCode::unsupported that save_depth() would throw for options that do not fit the format.
PORTRAIT_DEPTH_API void check_save_depth(const std::filesystem::path& path,
                                         const SaveDepthOptions& options = {});

struct VideoOptions {
  /// As the camera path has; above 0, at most the format's largest_frames_per_second; GIF: at least 0.002.
  float frames_per_second = kFramesPerSecond;
  int loops = 0;  ///< Number of times that a film with `has_loops` plays, 0 for ever; GIF: at most 65536.
  float quality = kFilmQuality;  ///< 0..1, larger is better and bigger.
  int threads = 0;               ///< Of the encoder; 0: as many as the machine has cores.
  std::string format = {};       ///< An extension of film_formats(); empty: from the path.
  std::string codec = {};        ///< One of the format's codecs if it has several; empty: the first.
};

/// Takes the frames of a film one by one. All frames have one size and one number of channels. RGBA frames
/// need a codec with alpha. Formats with even sides leave an odd last row or column out.
class PORTRAIT_DEPTH_API VideoWriter {
 public:
  virtual ~VideoWriter() = default;
  /// Copies the frame. Throws ErrorCode::unwritable, unsupported (alpha that the codec lacks) or
  /// invalid_argument (empty, of another size or number of channels, after finish()). Once a frame failed,
  /// the film is lost: every later write() and finish() throw that error.
  virtual void write(const Image& frame) = 0;
  /// Ends the file and moves it into place. Without it, no file remains. Throws as write() does, and
  /// ErrorCode::invalid_argument for a film without frames.
  virtual void finish() = 0;
};
/// A writer for one row of film_formats(). For png, `path` is a folder, a name with %04d, or name.png for
/// name-0001.png, … Throws ErrorCode::unsupported for an unknown extension (and lists the known ones), for a
/// codec that the format lacks and for a frame rate that it cannot play; invalid_argument for other numbers
/// out of range.
PORTRAIT_DEPTH_API std::unique_ptr<VideoWriter> create_video_writer(const std::filesystem::path& path,
                                                                    const VideoOptions& options = {});
/// The format that create_video_writer(path, {.format = format}) writes: one of video_formats(). Throws as it
/// does.
PORTRAIT_DEPTH_API std::string video_format(const std::filesystem::path& path,
                                            const std::string& format = {});

/// Creates the writer of one film of a registered format. create_video_writer() has checked the options
/// against the row, and calls the writer on a thread of its own.
using FilmWriterFactory = std::unique_ptr<VideoWriter> (*)(const std::filesystem::path& path,
                                                           const FilmFormat& format,
                                                           const VideoOptions& options);
/// Adds a row to film_formats(), and its writer: create_video_writer(), the command and Python then write the
/// format. Call it before other threads use the library. Throws ErrorCode::invalid_argument for a known
/// extension, a row without extension or codec, and a null writer.
PORTRAIT_DEPTH_API void register_film_format(const FilmFormat& format, FilmWriterFactory writer);

/// The file of frame `number`, from 1, of a PNG sequence that create_video_writer(path) writes.
PORTRAIT_DEPTH_API std::filesystem::path png_frame_path(const std::filesystem::path& path, int number);

/// Extensions that can be written, without dots; video_formats() lists those of film_formats().
PORTRAIT_DEPTH_API std::vector<std::string> image_formats();
PORTRAIT_DEPTH_API std::vector<std::string> depth_formats();
PORTRAIT_DEPTH_API std::vector<std::string> video_formats();

}  // namespace portrait_depth
