#include "io/content_hash.hpp"

#include <glib.h>

#include <fstream>
#include <memory>
#include <vector>

#include "portrait_depth/error.hpp"

namespace portrait_depth::io {
namespace {

class Sha256 {
 public:
  void add(const void* bytes, std::size_t size) {
    g_checksum_update(checksum_.get(), static_cast<const guchar*>(bytes), static_cast<gssize>(size));
  }
  std::string digits() const { return g_checksum_get_string(checksum_.get()); }

 private:
  std::unique_ptr<GChecksum, void (*)(GChecksum*)> checksum_{g_checksum_new(G_CHECKSUM_SHA256),
                                                             g_checksum_free};
};

}  // namespace

std::string sha256_of_file(const std::filesystem::path& path) {
  constexpr std::size_t kBlock = std::size_t{1} << 17;
  std::ifstream file(path, std::ios::binary);
  if (!file && !std::filesystem::exists(path))
    throw Error(ErrorCode::not_found, path.string() + ": not found: no such file. Check the path.");
  std::vector<char> block(kBlock);
  Sha256 hash;
  while (file) {
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    hash.add(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.eof())
    throw Error(ErrorCode::unreadable,
                path.string() + ": damaged: the file cannot be read. Get the file anew.");
  return hash.digits();
}

std::string sha256_of_text(std::string_view text) {
  Sha256 hash;
  hash.add(text.data(), text.size());
  return hash.digits();
}

}  // namespace portrait_depth::io
