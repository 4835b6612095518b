// The folder of the network files.
#include <dlfcn.h>
#include <link.h>

#include <cstdlib>
#include <system_error>

#include "portrait_depth/runtime.hpp"

namespace portrait_depth {
namespace {

/// The folder of the program or shared library that contains this code.
std::filesystem::path own_folder() {
  Dl_info info{};
  link_map* object = nullptr;
  if (dladdr1(reinterpret_cast<const void*>(&default_model_folder), &info, reinterpret_cast<void**>(&object),
              RTLD_DL_LINKMAP) == 0 ||
      object == nullptr)
    return {};
  // The program itself has no name there. dli_fname would be argv[0], which its caller chooses.
  const bool is_program = *object->l_name == '\0';
  std::error_code error;
  return std::filesystem::canonical(is_program ? "/proc/self/exe" : object->l_name, error).parent_path();
}

}  // namespace

std::filesystem::path default_model_folder() {
  if (const char* wanted = std::getenv("PORTRAIT_DEPTH_MODELS"); wanted != nullptr && *wanted != '\0')
    return wanted;
  std::error_code error;
  // The models beside this program's or library's folder come first, so that an installation can be moved.
  // In packages, one or both of the other paths are empty.
  const std::filesystem::path beside = own_folder().parent_path() / "share/portrait_depth/models";
  const std::filesystem::path installed = PORTRAIT_DEPTH_INSTALLED_MODELS,
                              built = PORTRAIT_DEPTH_BUILD_MODELS;
  for (const std::filesystem::path& folder : {beside, installed, built})
    if (std::filesystem::is_directory(folder, error)) return folder;
  return built.empty() ? beside : built;
}

}  // namespace portrait_depth
