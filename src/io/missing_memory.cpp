#include "io/missing_memory.hpp"

#include <glib.h>

#include <cstring>

namespace portrait_depth::io {

void set_missing_memory_handler(void (*handler)()) {
  static void (*end)() = nullptr;
  end = handler;
  // The level of missing memory and of GLib's own faults.
  g_log_set_handler(
      "GLib", static_cast<GLogLevelFlags>(G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION),
      [](const char* domain, GLogLevelFlags level, const char* message, void*) {
        if (message == nullptr || std::strstr(message, "failed to allocate") != nullptr) end();
        g_log_default_handler(domain, level, message, nullptr);
      },
      nullptr);
}

}  // namespace portrait_depth::io
