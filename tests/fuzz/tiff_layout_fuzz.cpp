// The directories of a TIFF, read before libvips opens it.
#include <algorithm>

#include "fuzz_target.hpp"
#include "io/photo_format.hpp"
#include "io/tiff_layout.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  const io::ByteSpan bytes(data, size);
  const io::ByteSpan start = bytes.first(std::min(size, io::kFormatBytes));
  io::photo_format(start);
  io::raw_format(start);
  const io::TiffLayout layout = io::tiff_layout([&](std::uint64_t offset, std::size_t count) {
    const std::size_t from = std::min<std::uint64_t>(offset, size), taken = std::min(count, size - from);
    return std::vector<std::uint8_t>(data + from, data + from + taken);
  });
  fuzz::require(layout.page >= 0 && layout.sub_page.value_or(0) >= 0, "pages are counted from 0");
  return 0;
}
