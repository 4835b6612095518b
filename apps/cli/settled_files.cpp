#include "settled_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace portrait_depth::cli {
namespace {

constexpr std::chrono::seconds kSettledAfter(2);

// A lease for reading is granted only if no process writes.
bool has_writer(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return false;
  const bool is_refused =
      ::fcntl(file, F_SETLEASE, F_RDLCK) != 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  ::close(file);  // ends the lease
  return is_refused;
}

}  // namespace

std::optional<FileState> FileState::of(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return FileState{status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

SettledFiles::SettledFiles() {
  std::signal(SIGIO, SIG_IGN);
}

bool SettledFiles::take(const std::string& path) {
  const std::optional<FileState> state = FileState::of(path);
  if (!state) return false;
  const Clock::time_point now = Clock::now();
  Seen& seen = files_.try_emplace(path, Seen{*state, now}).first->second;
  if (seen.state != *state) seen = {*state, now};
  seen.listing = listing_;
  if (seen.is_taken || now - seen.since < kSettledAfter || has_writer(path)) return false;
  seen.is_taken = true;
  return true;
}

void SettledFiles::end_listing() {
  std::erase_if(files_, [this](const auto& file) { return file.second.listing != listing_; });
  ++listing_;
}

}  // namespace portrait_depth::cli
