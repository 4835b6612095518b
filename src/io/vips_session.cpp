#include "io/vips_session.hpp"

#include <unistd.h>

#include <atomic>
#include <mutex>

#include "portrait_depth/error.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace io {
namespace {

std::atomic<pid_t> starter = 0;  // the process that started libvips; 0: none has

void ignore_message(const char*, GLogLevelFlags, const char*, void*) {}

void start() {
  if (VIPS_INIT("portrait-depth") != 0)
    throw Error(ErrorCode::unsupported, "libvips does not start: " + take_vips_error());
  // Pictures are read once: a cache of operations would only hold on to their memory.
  vips_cache_set_max(0);
  // Warnings of decoders; what matters of them comes back as an error.
  g_log_set_handler("VIPS", static_cast<GLogLevelFlags>(G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO),
                    ignore_message, nullptr);
  starter = getpid();
}

}  // namespace

void start_vips() {
  static std::once_flag once;
  std::call_once(once, start);
  // libvips' threads are not in a forked child, which would wait for them for ever.
  if (starter != getpid())
    throw Error(ErrorCode::unsupported,
                "photos cannot be read or written in a process forked after its parent did so; start it anew "
                "(in Python, multiprocessing's start method spawn)");
}

void end_vips_thread() {
  if (starter == getpid()) vips_thread_shutdown();
}

std::string take_vips_error() {
  std::string text = vips_error_buffer();
  vips_error_clear();
  text = text.substr(0, text.find('\n'));
  // "VipsJpeg: premature end": the name of the class says nothing to a user.
  if (const auto colon = text.find(": "); colon != std::string::npos && text.find(' ') > colon)
    text = text.substr(colon + 2);
  return text.empty() ? "unknown reason" : text;
}

}  // namespace io

void set_io_threads(int threads) {
  if (threads < 0) throw Error(ErrorCode::invalid_argument, "the number of threads must not be negative");
  io::start_vips();
  vips_concurrency_set(threads);
}

}  // namespace portrait_depth
