// The folder of the network files.
#include <dlfcn.h>

#include <cstdlib>
#include <system_error>

#include "portrait_depth/runtime.hpp"

namespace portrait_depth {
namespace {

/// The folder of the program or shared library that contains this code.
std::filesystem::path own_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&default_model_folder), &info) == 0 || info.dli_fname == nullptr)
    return {};
  std::error_code error;
  // dli_fname has no folder if the program was started by its name; /proc has the whole path.
  std::filesystem::path file = info.dli_fname;
  if (!file.has_parent_path()) file = "/proc/self/exe";
  return std::filesystem::canonical(file, error).parent_path();
}

}  // namespace

std::filesystem::path default_model_folder() {
  if (const char* wanted = std::getenv("PORTRAIT_DEPTH_MODELS"); wanted != nullptr && *wanted != '\0')
    return wanted;
  std::error_code error;
  // The models beside this program's or library's folder come first, so that an installation can be moved.
  for (const std::filesystem::path& folder : {own_folder().parent_path() / "share/portrait_depth/models",
                                              std::filesystem::path(PORTRAIT_DEPTH_INSTALLED_MODELS),
                                              std::filesystem::path(PORTRAIT_DEPTH_BUILD_MODELS)})
    if (std::filesystem::is_directory(folder, error)) return folder;
  return PORTRAIT_DEPTH_BUILD_MODELS;
}

}  // namespace portrait_depth
