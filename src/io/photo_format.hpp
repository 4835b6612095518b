// The format of a photo file, by its first bytes.
#pragma once

#include <optional>
#include <string>

#include "containers/byte_reader.hpp"
#include "files/input_file.hpp"

namespace portrait_depth::io {

/// A photo that is held in memory: standard input, a pipe, a JPEG, HEIC or AVIF.
inline constexpr FileKind kPhotoInMemory = {"file", std::size_t{256} << 20,
                                            "Save the photo as a smaller file"};

enum class PhotoFormat { jpeg, png, webp, tiff, heif, gif };

/// The number of bytes that photo_format() and raw_format() examine.
inline constexpr std::size_t kFormatBytes = 64;

/// std::nullopt for other files. `start`: the file's first bytes.
std::optional<PhotoFormat> photo_format(ByteSpan start);

/// The format's name in PhotoInfo; a HEIF file of AV1 pictures is called avif instead.
const char* photo_format_name(PhotoFormat format);

/// The name of a camera maker's RAW format, by the first bytes; std::nullopt for other files. RAW files that
/// begin as a TIFF does (DNG, NEF, ARW) are found by tiff_layout().
std::optional<std::string> raw_format(ByteSpan start);

}  // namespace portrait_depth::io
