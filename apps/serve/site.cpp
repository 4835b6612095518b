#include "site.hpp"

#include <system_error>

#include "command.hpp"
#include "text/lower_case.hpp"

namespace portrait_depth::serve {
namespace {

namespace fs = std::filesystem;

std::string content_type(const fs::path& file) {
  static const std::map<std::string, std::string> types = {{".html", "text/html; charset=utf-8"},
                                                           {".js", "text/javascript; charset=utf-8"},
                                                           {".mjs", "text/javascript; charset=utf-8"},
                                                           {".css", "text/css; charset=utf-8"},
                                                           {".json", "application/json"},
                                                           {".webmanifest", "application/manifest+json"},
                                                           {".wasm", "application/wasm"},
                                                           {".svg", "image/svg+xml"},
                                                           {".png", "image/png"},
                                                           {".jpg", "image/jpeg"},
                                                           {".webp", "image/webp"},
                                                           {".gif", "image/gif"},
                                                           {".webm", "video/webm"},
                                                           {".mp4", "video/mp4"},
                                                           {".txt", "text/plain; charset=utf-8"}};
  const auto found = types.find(lower_case(file.extension().string()));
  return found == types.end() ? "application/octet-stream" : found->second;
}

}  // namespace

fs::path default_site_folder() {
  std::error_code error;
  const fs::path own = fs::canonical("/proc/self/exe", error).parent_path();
  for (const fs::path& folder :
       {own.parent_path() / "share/portrait_depth/site", fs::path(PORTRAIT_DEPTH_INSTALLED_SITE),
        fs::path(PORTRAIT_DEPTH_BUILD_SITE)})
    if (fs::is_regular_file(folder / "index.html", error)) return folder;
  return {};
}

Site::Site(const fs::path& folder) {
  if (folder.empty()) return;
  std::error_code error;
  if (!fs::is_regular_file(folder / "index.html", error))
    throw cli::WrongUse(folder.string() +
                        ": the folder has no index.html; name the folder of the built demo");
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      files_[std::string(1, '/').append(entry.path().lexically_relative(folder).generic_string())] =
          entry.path();
}

std::optional<http::Answer> Site::find(const std::string& path) const {
  const auto found = files_.find(path.ends_with('/') ? path + "index.html" : path);
  if (found == files_.end()) {
    if (!files_.contains(path + "/index.html")) return std::nullopt;
    return http::Answer{.status = 308, .content_type = "", .headers = {{"Location", path + "/"}}};
  }
  http::Answer answer = {
      .content_type = content_type(found->second), .headers = page_headers(), .file = found->second};
  answer.headers.emplace_back("Cache-Control", "no-cache");
  return answer;
}

std::vector<std::pair<std::string, std::string>> page_headers() {
  return {{"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Embedder-Policy", "require-corp"},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "no-referrer"}};
}

}  // namespace portrait_depth::serve
