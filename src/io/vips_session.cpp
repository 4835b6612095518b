#include "io/vips_session.hpp"

#include <dlfcn.h>
#include <unistd.h>
#include <vips/vector.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <new>
#include <optional>

#include "portrait_depth/error.hpp"
#include "portrait_depth/io.hpp"
#include "text/lower_case.hpp"

namespace portrait_depth {
namespace io {
namespace {

// The loaders that photo_format.cpp chooses from, by their class in libvips.
constexpr std::array<const char*, 6> kLoaders = {"VipsForeignLoadJpeg", "VipsForeignLoadPng",
                                                 "VipsForeignLoadWebp", "VipsForeignLoadTiff",
                                                 "VipsForeignLoadHeif", "VipsForeignLoadNsgif"};

std::atomic<pid_t> starter = 0;  // the process that started libvips; 0: not started

bool means_missing_memory(const std::string& lower) {
  constexpr std::array<const char*, 6> kParts = {"out of memory",     "alloc",
                                                 "not enough memory", "insufficient memory",
                                                 "creating thread",   "create thread"};
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](const char* part) { return lower.find(part) != std::string::npos; });
}

void ignore_message(const char*, GLogLevelFlags, const char*, void*) {}

// libvips loads every module below its own folder when it starts: also Magick's, OpenSlide's and Poppler's.
// It finds the folder by VIPSHOME, or searches the current folder and PATH. A place without modules ends the
// search.
class WithoutModules {
 public:
  WithoutModules() {
    if (const char* value = std::getenv(kVariable)) before_ = value;
    ::setenv(kVariable, "/dev/null", 1);
  }
  ~WithoutModules() {
    if (before_)
      ::setenv(kVariable, before_->c_str(), 1);
    else
      ::unsetenv(kVariable);
  }
  WithoutModules(const WithoutModules&) = delete;
  WithoutModules& operator=(const WithoutModules&) = delete;

 private:
  static constexpr const char* kVariable = "VIPSHOME";
  std::optional<std::string> before_;
};

// The module lies beside the library. Builds of libvips that contain libheif's loader have no such file.
void load_heif_module() {
  Dl_info library = {};
  if (dladdr(reinterpret_cast<const void*>(&vips_init), &library) == 0 || library.dli_fname == nullptr)
    return;
  std::error_code error;
  const auto path =
      std::filesystem::canonical(library.dli_fname, error).parent_path() /
      ("vips-modules-" + std::to_string(vips_version(0)) + "." + std::to_string(vips_version(1))) /
      "vips-heif.so";
  if (error || !std::filesystem::exists(path, error)) return;
  if (GModule* module = g_module_open(path.c_str(), G_MODULE_BIND_LAZY)) g_module_make_resident(module);
}

void allow_listed_loaders_only() {
  vips_block_untrusted_set(TRUE);
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* loader : kLoaders) vips_operation_block_set(loader, FALSE);
}

// A host program that started libvips before keeps its loaders.
bool is_started_by_host() {
  return g_type_from_name("VipsImage") != 0;
}

void start() {
  const bool is_ours = !is_started_by_host();
  {
    std::optional<WithoutModules> without_modules;
    if (is_ours) without_modules.emplace();
    if (VIPS_INIT("portrait-depth") != 0)
      throw Error(ErrorCode::unsupported, "libvips does not start: " + take_vips_error());
  }
  if (is_ours) {
    load_heif_module();
    allow_listed_loaders_only();
    // The vector code (orc) aborts the process if the system refuses memory for it, rounds in another way
    // than the plain code, and saves no measurable time here.
    vips_vector_set_enabled(FALSE);
  }
  // Pictures are read once, so a cache of operations would only retain their memory.
  vips_cache_set_max(0);
  // Decoders' warnings are not printed; a fault comes back as an error.
  g_log_set_handler("VIPS", static_cast<GLogLevelFlags>(G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO),
                    ignore_message, nullptr);
  starter = getpid();
}

}  // namespace

void start_vips() {
  static std::once_flag once;
  std::call_once(once, start);
  // A forked child has no copy of libvips' threads and would wait for them forever.
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
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  // libvips' buffer has the causes first and the failed operation last; a reader's position is not a cause.
  std::string reason;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.find("bad seek") == std::string::npos || reason.empty()) reason = std::move(line);
  }
  // "VipsJpeg: premature end": a user does not need the name of the class.
  if (const auto colon = reason.find(": "); colon != std::string::npos && reason.find(' ') > colon)
    reason = reason.substr(colon + 2);
  if (means_missing_memory(lower_case(reason))) throw std::bad_alloc();
  return reason;
}

}  // namespace io

void set_io_threads(int threads) {
  if (threads < 0) throw Error(ErrorCode::invalid_argument, "the number of threads must not be negative");
  io::start_vips();
  vips_concurrency_set(threads);
}

}  // namespace portrait_depth
