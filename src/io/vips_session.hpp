// libvips: started once, quiet and small; its objects owned; its errors as one line.
#pragma once

#include <vips/vips.h>

#include <memory>
#include <string>

namespace portrait_depth::io {

struct GObjectUnref {
  void operator()(void* object) const { g_object_unref(object); }
};
using VipsImagePtr = std::unique_ptr<VipsImage, GObjectUnref>;
using VipsSourcePtr = std::unique_ptr<VipsSource, GObjectUnref>;

/// Starts libvips at the first call. Every function that uses it calls this first. Throws
/// ErrorCode::unsupported, also in a process that was forked after libvips started in its parent.
void start_vips();

/// Call it at the end of each own thread that may have used libvips; frees libvips' memory of the thread.
void end_vips_thread();

/// libvips' last error as one line without internal names; clears its error buffer. Throws std::bad_alloc if
/// the reason is missing memory or a thread that the system refuses.
std::string take_vips_error();

}  // namespace portrait_depth::io
