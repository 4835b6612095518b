#include "io/content_hash.hpp"

#include <glib.h>

#include <memory>
#include <vector>

#include "files/input_file.hpp"

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
  InputFile file(path, "file");
  std::vector<std::uint8_t> block(kBlock);
  Sha256 hash;
  for (std::size_t count = kBlock; count == kBlock;) {
    count = file.read(block);
    hash.add(block.data(), count);
  }
  return hash.digits();
}

std::string sha256_of_text(std::string_view text) {
  Sha256 hash;
  hash.add(text.data(), text.size());
  return hash.digits();
}

}  // namespace portrait_depth::io
