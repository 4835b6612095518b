// Depth inside photo files: the pictures that hold it, still coded, and the meaning of their values. The
// native library and the browser decode the pictures in their own ways; all else is here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "containers/byte_reader.hpp"
#include "portrait_depth/embedded_depth.hpp"

namespace portrait_depth::io {

/// A picture inside a file: a part of the file, or bytes that are stored in another form there.
struct CodedPicture {
  ByteSpan in_file = {};
  std::vector<std::uint8_t> own = {};
  /// A JPEG, PNG, … of its own; empty: there is no such picture.
  ByteSpan bytes() const { return own.empty() ? in_file : ByteSpan(own); }
};

/// The meaning of a depth picture's values 0..1.
struct DepthMeaning {
  bool is_disparity = true;                   ///< Even steps in 1/Z; else in Z.
  double least = 0, most = 0;                 ///< The values 0 and 1: 1/metres, or metres.
  bool is_absolute = true;                    ///< As EmbeddedDepth::is_absolute.
  std::optional<Intrinsics> intrinsics = {};  ///< Of a reference size, as stored.
};

/// The last part of a matte's type, and its name in EmbeddedPicture. The portrait's is the first.
struct MatteKind {
  std::string_view type, name;
};
inline constexpr std::array kMatteKinds = {
    MatteKind{"portraiteffectsmatte", "portrait matte"}, MatteKind{"semantichairmatte", "hair matte"},
    MatteKind{"semanticskinmatte", "skin matte"}, MatteKind{"semanticteethmatte", "teeth matte"},
    MatteKind{"semanticglassesmatte", "glasses matte"}};
/// The place in kMatteKinds of a type such as urn:com:apple:photo:2019:aux:semantichairmatte.
std::optional<std::size_t> matte_kind(std::string_view type);

/// Everything that a photo file says about its depth.
struct DepthParts {
  DepthContainer container = DepthContainer::gdepth;
  DepthMeaning meaning;
  CodedPicture depth;
  std::array<CodedPicture, kMatteKinds.size()> mattes = {};  ///< In the order of kMatteKinds.
  int orientation = 1;  ///< EXIF's, by which the pictures become upright.
};

/// The depth in a JPEG, HEIC or AVIF; std::nullopt without one, and for files of other formats. Decodes
/// nothing. The file's bytes must outlive the result. Throws ErrorCode::unreadable; errors begin with `name`.
/// Suitable for untrusted files.
std::optional<DepthParts> depth_parts(ByteSpan file, const std::string& name);

// The formats, one reader each.
std::optional<DepthParts> apple_jpeg_parts(ByteSpan file, const std::string& name);
std::optional<DepthParts> dynamic_depth_parts(ByteSpan file, const std::string& name);
std::optional<DepthParts> gdepth_parts(ByteSpan file, const std::string& name);
/// Each picture is a copy of the file with that picture as the main one, which photo decoders open.
std::optional<DepthParts> apple_heic_parts(ByteSpan file, const std::string& name);
/// The first of them that finds depth in a JPEG.
std::optional<DepthParts> jpeg_depth_parts(ByteSpan file, const std::string& name);

/// Values of mattes, in the order of kMatteKinds; empty planes are missing.
using Mattes = std::array<Plane<float>, kMatteKinds.size()>;

/// Depth in metres, upright, with its matte and camera. `values` and `mattes`: 0..1, as stored. The pictures
/// in `parts` are not used. `exif`: the photo's camera by its EXIF.
EmbeddedDepth assembled_depth(const DepthParts& parts, Plane<float> values, Mattes mattes,
                              const std::optional<Intrinsics>& exif);

/// 0..1 becomes metres; NaN unless the distance is positive.
void to_metres(Plane<float>& values, const DepthMeaning& meaning);

}  // namespace portrait_depth::io
