// A mask of any format, for a photo of its own shape.
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz_target.hpp"
#include "portrait_depth/io.hpp"
#include "single_threaded_io.hpp"

namespace portrait_depth {
namespace {

constexpr std::int64_t kMostPixels = 250'000;

// load_mask() takes a path: a file in memory has one.
class MemoryFile {
 public:
  MemoryFile(const std::uint8_t* data, std::size_t size) : descriptor_(::memfd_create("mask", MFD_CLOEXEC)) {
    fuzz::require(descriptor_ >= 0 && ::write(descriptor_, data, size) == static_cast<ssize_t>(size),
                  "memory holds the mask");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace
}  // namespace portrait_depth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  fuzz::use_one_io_thread();
  const MemoryFile file(data, size);
  fuzz::expect_no_error_but_ours([&] {
    const PhotoInfo info = read_photo_info(file.path());
    if (std::int64_t{info.width} * info.height > kMostPixels) return;
    const Plane<float> mask = load_mask(file.path(), info.width, info.height);
    for (const float share : mask.values()) fuzz::require(share >= 0 && share <= 1, "a mask is 0..1");
  });
  return 0;
}
