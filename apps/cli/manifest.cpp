#include "manifest.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "command.hpp"
#include "portrait_depth/error.hpp"

namespace portrait_depth::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

std::string line_of(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

Manifest::Manifest(const fs::path& folder, ordered_json options)
    : folder_(folder), path_(folder / kManifestName), options_json_(std::move(options)) {
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0)
    throw WrongUse(path_.string() + ": the record of the results cannot be written: " + std::strerror(errno));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    ::close(descriptor_);
    throw WrongUse(folder.string() +
                   ": another process works on this folder; wait for its end or name another");
  }
  own_options_ = number_of(line_of(options_json_));
  read();
}

Manifest::~Manifest() {
  ::close(descriptor_);
}

std::size_t Manifest::number_of(const std::string& options) {
  return options_.try_emplace(options, options_.size()).first->second;
}

void Manifest::read() {
  std::ifstream file(path_, std::ios::binary);
  std::string line;
  while (std::getline(file, line)) {
    ends_in_a_line_ = !file.eof();
    read_line(line);
  }
  if (file.bad()) throw WrongUse(path_.string() + ": the record of the results cannot be read; remove it");
}

void Manifest::read_line(const std::string& line) {
  const ordered_json json = ordered_json::parse(line, nullptr, false);
  if (!json.is_object()) return;
  try {
    if (!json.at("error").is_null()) return;
    Done done{.sha256 = json.at("sha256"), .options = number_of(line_of(json.at("options")))};
    for (const auto& file : json.at("files")) done.files.emplace_back(file.at("name"), file.at("bytes"));
    done_[json.at("result")] = std::move(done);
  } catch (const ordered_json::exception&) {  // another program's line
  }
}

std::string Manifest::name_of(const fs::path& file) const {
  // As the line holds it: bytes that are not UTF-8 are replaced.
  return ordered_json::parse(line_of(file.lexically_proximate(folder_).string()));
}

bool Manifest::is_done(const std::string& sha256, const fs::path& result) const {
  const auto found = done_.find(name_of(result));
  if (found == done_.end()) return false;
  const Done& done = found->second;
  return done.sha256 == sha256 && done.options == own_options_ && !done.files.empty() &&
         std::all_of(done.files.begin(), done.files.end(), [&](const auto& file) {
           std::error_code no_file;
           return fs::file_size(folder_ / file.first, no_file) == file.second && !no_file;
         });
}

void Manifest::add(const ManifestEntry& entry) {
  auto files = ordered_json::array();
  for (const fs::path& file : entry.files) {
    std::error_code no_file;
    files.push_back({{"name", name_of(file)}, {"bytes", fs::file_size(file, no_file)}});
  }
  ordered_json json = {{"input", entry.input},    {"sha256", entry.sha256}, {"options", options_json_},
                       {"result", entry.result},  {"files", files},         {"error", nullptr},
                       {"seconds", entry.seconds}};
  if (!entry.error.empty()) json["error"] = entry.error;
  const std::lock_guard lock(mutex_);
  std::string text = line_of(json) + "\n";
  if (!ends_in_a_line_) text.insert(text.begin(), '\n');
  // One call, so that the line is whole or the last one.
  const ssize_t count = ::write(descriptor_, text.data(), text.size());
  ends_in_a_line_ = count == static_cast<ssize_t>(text.size()) || (count <= 0 && ends_in_a_line_);
  if (count != static_cast<ssize_t>(text.size()))
    throw Error(ErrorCode::unwritable, path_.string() + ": the record of the results cannot be written (" +
                                           (count < 0 ? std::strerror(errno) : "the disk is full") +
                                           "); free some space and run the command again");
}

}  // namespace portrait_depth::cli
