#include "portrait_depth/thread_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace portrait_depth {
namespace {

TEST(ThreadPool, RunsEveryIterationOnceOnEveryNumberOfThreads) {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (const int count : {0, 1, 2, 1000}) {
      std::vector<std::atomic<int>> runs(static_cast<std::size_t>(count));
      pool.parallel_for(count, [&](int index, int thread) {
        EXPECT_GE(thread, 0);
        EXPECT_LT(thread, threads);
        ++runs[static_cast<std::size_t>(index)];
      });
      for (const auto& n : runs) EXPECT_EQ(n, 1);
    }
  }
}

#if defined(PORTRAIT_DEPTH_SANITIZED) || defined(PORTRAIT_DEPTH_EMULATED)
constexpr bool kMemoryCanBeLimited = false;  // sanitizers map terabytes, an emulator maps beside the limit
#else
constexpr bool kMemoryCanBeLimited = true;
#endif

TEST(ThreadPool, UsesTheThreadsThatStart) {
  if (!kMemoryCanBeLimited)
    GTEST_SKIP() << "a sanitizer or an emulator does not work within a limit of the address space";
  // Each thread's stack needs about 8 MB of address space.
  const auto run_with_little_memory = [] {
    alarm(20);
    constexpr int kMostThreads = 2000;
    const rlimit limit = {std::size_t{400} << 20, std::size_t{400} << 20};
    setrlimit(RLIMIT_AS, &limit);
    ThreadPool pool(kMostThreads);
    std::atomic<int> sum{0};
    pool.parallel_for(10, [&](int index, int) { sum += index; });
    std::_Exit(pool.threads() < kMostThreads && sum == 45 ? 0 : 1);
  };
  EXPECT_EXIT(run_with_little_memory(), testing::ExitedWithCode(0), "");
}

TEST(ThreadPool, RethrowsAnExceptionAndWorksAfterwards) {
  ThreadPool pool(3);
  const auto fail_at_seven = [](int index, int) {
    if (index == 7) throw std::runtime_error("seven");
  };
  EXPECT_THAT([&] { pool.parallel_for(100, fail_at_seven); },
              testing::ThrowsMessage<std::runtime_error>("seven"));
  std::atomic<int> sum{0};
  pool.parallel_for(10, [&](int index, int) { sum += index; });
  EXPECT_EQ(sum, 45);
}

}  // namespace
}  // namespace portrait_depth
