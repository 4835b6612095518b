#include "missing_memory.hpp"

#include <dlfcn.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "command.hpp"
#include "io/missing_memory.hpp"
#include "io/temporary_file.hpp"
#include "library_messages.hpp"

namespace portrait_depth::cli {
namespace {

constexpr std::string_view kReason =
    ": no memory: the work needs more than is free. End other programs, use a smaller photo or size, or "
    "raise --max-memory.";

// One line, filled beforehand: the end of the command requests no memory.
class Line {
 public:
  constexpr explicit Line(std::string_view input) { set(input); }
  constexpr void set(std::string_view input) {
    const std::string_view name = input.substr(0, bytes_.size() - kReason.size() - 1);
    char* end = std::copy(name.begin(), name.end(), bytes_.begin());
    end = std::copy(kReason.begin(), kReason.end(), end);
    *end++ = '\n';
    size_ = static_cast<std::size_t>(end - bytes_.data());
  }
  void print() const { static_cast<void>(!::write(message_descriptor(), bytes_.data(), size_)); }

 private:
  std::array<char, 1024> bytes_ = {};
  std::size_t size_ = 0;
};

// Constructors of libraries request memory before main().
constinit std::array<Line, 2> lines = {Line("portrait-depth"), Line("portrait-depth")};
// The other line can be filled while a thread prints this one.
constinit std::atomic<const Line*> line = lines.data();

[[noreturn]] void end_for_missing_memory() {
  static std::atomic_flag is_ending = ATOMIC_FLAG_INIT;
  while (is_ending.test_and_set()) ::pause();  // another thread ends the process
  line.load()->print();
  io::exit_without_unfinished_files(kExitFailure);
}

}  // namespace

void watch_for_missing_memory() {
  io::set_missing_memory_handler(end_for_missing_memory);
}

void name_input_of_missing_memory(const std::string& input) {
  Line& other = line.load() == lines.data() ? lines[1] : lines[0];
  other.set(input);
  line.store(&other);
}

void limit_memory(std::int64_t bytes) {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_DATA, &limit) != 0) return;
  limit.rlim_cur = std::min(static_cast<rlim_t>(bytes), limit.rlim_max);
  ::setrlimit(RLIMIT_DATA, &limit);
}

bool is_missing_memory(const std::system_error& error) {
  return error.code() == std::errc::resource_unavailable_try_again ||
         error.code() == std::errc::not_enough_memory;
}

std::string missing_memory_line(const std::string& input) {
  return input + std::string(kReason);
}

}  // namespace portrait_depth::cli

// Sanitizers have allocators of their own.
#if defined(__GLIBC__) && !defined(PORTRAIT_DEPTH_SANITIZED)

namespace {

// The next definition of a function in the process: the C library's, or that of a preloaded allocator.
template <class Function>
class Next {
 public:
  explicit constexpr Next(const char* name) : name_(name) {}
  Function* get() {
    Function* function = function_.load(std::memory_order_acquire);
    if (function == nullptr) {
      function = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name_));
      if (function == nullptr) std::abort();
      function_.store(function, std::memory_order_release);
    }
    return function;
  }

 private:
  const char* name_;
  std::atomic<Function*> function_ = nullptr;
};

constinit Next<void*(std::size_t)> next_malloc("malloc");
constinit Next<void*(std::size_t, std::size_t)> next_calloc("calloc");
constinit Next<void*(void*, std::size_t)> next_realloc("realloc");
constinit Next<void*(std::size_t, std::size_t)> next_aligned_alloc("aligned_alloc");
constinit Next<void*(std::size_t, std::size_t)> next_memalign("memalign");
constinit Next<int(void**, std::size_t, std::size_t)> next_posix_memalign("posix_memalign");

bool must_end(std::size_t size) {
  return size < portrait_depth::cli::kLargeRequest;
}

void* checked(void* block, std::size_t size) {
  if (block == nullptr && must_end(size)) portrait_depth::cli::end_for_missing_memory();
  return block;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) noexcept {
  return checked(next_malloc.get()(size), size);
}

void* calloc(std::size_t count, std::size_t size) noexcept {
  std::size_t bytes = 0;
  const bool overflows = __builtin_mul_overflow(count, size, &bytes);
  return checked(next_calloc.get()(count, size), overflows ? portrait_depth::cli::kLargeRequest : bytes);
}

void* realloc(void* block, std::size_t size) noexcept {
  void* moved = next_realloc.get()(block, size);
  return size == 0 ? moved : checked(moved, size);  // size 0 may free the block
}

void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return checked(next_memalign.get()(alignment, size), size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  void* block = next_aligned_alloc.get()(alignment, size);
  return block != nullptr || errno == EINVAL ? block : checked(block, size);  // EINVAL: no alignment
}

int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
  const int result = next_posix_memalign.get()(block, alignment, size);
  if (result == ENOMEM && must_end(size)) portrait_depth::cli::end_for_missing_memory();
  return result;
}
}

#endif
