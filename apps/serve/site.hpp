// The files of the demo, by their paths on the service.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "http/message.hpp"

namespace portrait_depth::serve {

/// The folder of an installation beside this program, or the one that the web part was built into; empty if
/// neither exists.
std::filesystem::path default_site_folder();

/// Lists the folder once: a request can only name a listed file.
class Site {
 public:
  /// Throws WrongUse for a folder without an index.html. An empty path is an empty site.
  explicit Site(const std::filesystem::path& folder);
  bool empty() const { return files_.empty(); }
  /// `path` begins with /; a folder's path ends with / and means its index.html.
  std::optional<http::Answer> find(const std::string& path) const;

 private:
  std::map<std::string, std::filesystem::path> files_;
};

/// The headers that pages and their files need: no foreign content, and isolation for threads.
std::vector<std::pair<std::string, std::string>> page_headers();

}  // namespace portrait_depth::serve
