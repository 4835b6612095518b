// libheif's objects, which free themselves.
#pragma once

#include <libheif/heif.h>

#include <memory>

namespace portrait_depth::io {

struct HeifFree {
  void operator()(heif_context* p) const { heif_context_free(p); }
  void operator()(heif_image_handle* p) const { heif_image_handle_release(p); }
  void operator()(heif_image* p) const { heif_image_release(p); }
  void operator()(heif_encoder* p) const { heif_encoder_release(p); }
  void operator()(heif_color_profile_nclx* p) const { heif_nclx_color_profile_free(p); }
};
template <class T>
using HeifOwned = std::unique_ptr<T, HeifFree>;

}  // namespace portrait_depth::io
