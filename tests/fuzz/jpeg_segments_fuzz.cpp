// The segments of a JPEG: scans, EXIF's orientation, XMP, the Multi-Picture index.
#include "containers/jpeg_segments.hpp"
#include "fuzz_target.hpp"
#include "io/color_signal.hpp"
#include "io/jpeg_scans.hpp"

namespace {

bool lies_within(portrait_depth::io::ByteSpan part, portrait_depth::io::ByteSpan whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  const io::ByteSpan bytes(data, size);
  fuzz::require(io::jpeg_scans(bytes).count >= 0, "scans are counted");
  io::png_color_signal(bytes);
  for (const io::JpegSegment& segment : io::jpeg_segments(bytes))
    fuzz::require(lies_within(segment.payload, bytes), "a segment lies in the file");
  for (const io::ByteSpan picture : io::jpeg_further_pictures(bytes))
    fuzz::require(lies_within(picture, bytes), "a further picture lies in the file");
  const int orientation = io::jpeg_orientation(bytes);
  fuzz::require(orientation >= 1 && orientation <= 8, "an orientation is one of EXIF's");
  const io::JpegXmp xmp = io::jpeg_xmp(bytes);
  fuzz::require(xmp.main.size() + xmp.extended.size() <= size, "XMP is no longer than the file");
  return 0;
}
