// The boxes and sequence headers of a HEIC or AVIF, read before libheif opens it.
#include "fuzz_target.hpp"
#include "io/heif_boxes.hpp"
#include "io/heif_pictures.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  const io::ByteSpan bytes(data, size);
  io::heif_color_signal(bytes);
  const auto pictures = io::heif_pictures(bytes);
  if (pictures) {
    for (const io::HeifPicture& picture : *pictures) {
      fuzz::require(picture.declared.pixels() >= 0 && picture.coded.pixels() >= 0, "sizes are not negative");
      io::exceeds_declared_size(picture);
    }
  }
  if (const auto copy = io::with_single_auxiliary_targets(bytes)) {
    fuzz::require(copy->size() > size, "the copy keeps all offsets and adds a box behind them");
    fuzz::require(!io::with_single_auxiliary_targets(*copy), "the copy needs no other copy");
  }
  return 0;
}
