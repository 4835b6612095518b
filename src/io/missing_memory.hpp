// Missing memory inside GLib, on which libvips stands.
#pragma once

namespace portrait_depth::io {

/// For a program that must not abort: GLib calls `handler`, which does not return, instead of aborting when a
/// request for memory fails. Other fatal errors of GLib still abort.
void set_missing_memory_handler(void (*handler)());

}  // namespace portrait_depth::io
