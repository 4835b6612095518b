// The properties' meaning: Apple, "Image I/O" and "AVDepthData" documentation; their layout in files:
// portraits of an iPhone XS and an iPhone 14.
#include "depth_parts/apple_notes.hpp"

#include <algorithm>
#include <utility>

#include "containers/jpeg_segments.hpp"
#include "containers/xmp.hpp"

namespace portrait_depth::io {
namespace {

// The matrix comes column by column: fx 0 0, 0 fy 0, cx cy 1.
std::optional<Intrinsics> intrinsics_from(std::string_view xmp) {
  const auto matrix = xmp_numbers(xmp, kAppleDepthSpace, "IntrinsicMatrix");
  const auto width = xmp_number(xmp, kAppleDepthSpace, "IntrinsicMatrixReferenceWidth");
  const auto height = xmp_number(xmp, kAppleDepthSpace, "IntrinsicMatrixReferenceHeight");
  if (matrix.size() != 9 || !width || !height) return std::nullopt;
  const auto usable = [](double v) { return v >= 1 && v <= 1e5; };
  if (!usable(matrix[0]) || !usable(matrix[4]) || !usable(*width) || !usable(*height)) return std::nullopt;
  return Intrinsics{static_cast<float>(matrix[0]), static_cast<float>(matrix[4]),
                    static_cast<float>(matrix[6]), static_cast<float>(matrix[7]),
                    static_cast<int>(*width),      static_cast<int>(*height)};
}

}  // namespace

std::optional<std::size_t> matte_kind(std::string_view type) {
  const auto found = std::find_if(kMatteKinds.begin(), kMatteKinds.end(),
                                  [&](const MatteKind& kind) { return type.ends_with(kind.type); });
  if (found == kMatteKinds.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kMatteKinds.begin());
}

AppleDepthNotes apple_depth_notes(std::string_view xmp) {
  AppleDepthNotes notes;
  notes.is_disparity = xmp_text(xmp, kPixelSpace, "AuxiliaryImageType").value_or("disparity") == "disparity";
  notes.least = xmp_number(xmp, kPixelSpace, "FloatMinValue");
  notes.most = xmp_number(xmp, kPixelSpace, "FloatMaxValue");
  notes.is_absolute = xmp_text(xmp, kAppleDepthSpace, "Accuracy").value_or("absolute") != "relative";
  notes.intrinsics = intrinsics_from(xmp);
  return notes;
}

DepthMeaning meaning_of(const AppleDepthNotes& notes, const std::string& name) {
  if (!notes.least || !notes.most || !(*notes.most >= *notes.least))
    throw Error(ErrorCode::unreadable,
                name + ": damaged: its depth lacks the range of distances. Get the file anew.");
  return {.is_disparity = notes.is_disparity,
          .least = *notes.least,
          .most = *notes.most,
          .is_absolute = notes.is_absolute,
          .intrinsics = notes.intrinsics};
}

std::optional<DepthParts> apple_jpeg_parts(ByteSpan file, const std::string& name) {
  DepthParts parts;
  parts.container = DepthContainer::apple_jpeg;
  for (const ByteSpan picture : jpeg_further_pictures(file)) {
    const std::string xmp = jpeg_xmp(picture).main;
    const auto type = xmp_text(xmp, kPixelSpace, "AuxiliaryImageType");
    const auto subtype = xmp_text(xmp, kPixelSpace, "AuxiliaryImageSubType");
    // The first one of each kind: an index may name one picture many times.
    if (const auto kind = subtype ? matte_kind(*subtype) : std::nullopt) {
      ByteSpan& matte = parts.mattes[*kind].in_file;
      if (matte.empty()) matte = picture;
    } else if (parts.depth.in_file.empty() && !subtype && (type == "disparity" || type == "depth")) {
      parts.depth.in_file = picture;
      parts.meaning = meaning_of(apple_depth_notes(xmp), name);
    }
  }
  return parts.depth.in_file.empty() ? std::nullopt : std::optional(std::move(parts));
}

}  // namespace portrait_depth::io
