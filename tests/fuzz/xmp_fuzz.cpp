// An XMP packet, as phones put it beside depth.
#include <cmath>

#include "containers/depth_names.hpp"
#include "containers/xmp.hpp"
#include "depth_parts/apple_notes.hpp"
#include "fuzz_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  const std::string_view packet(reinterpret_cast<const char*>(data), size);
  const io::AppleDepthNotes notes = io::apple_depth_notes(packet);
  if (notes.intrinsics)
    fuzz::require(std::isfinite(notes.intrinsics->fx) && notes.intrinsics->fx > 0,
                  "a focal length is above 0");
  for (const char* name : {"Near", "Far", "Format"}) {
    if (const auto text = io::xmp_text(packet, io::kGdepthSpace, name))
      fuzz::require(text->empty() || (text->data() >= packet.data() &&
                                      text->data() + text->size() <= packet.data() + packet.size()),
                    "a property lies in the packet");
    io::xmp_numbers(packet, io::kGdepthSpace, name);
  }
  return 0;
}
