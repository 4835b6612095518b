#include "inference/network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <limits>
#include <thread>
#include <vector>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"

namespace portrait_depth {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::filesystem::path kNetworks = TEST_NETWORKS;

TEST(Network, DescribesItsTensors) {
  const Network network(kNetworks / "add.onnx");
  ASSERT_EQ(network.inputs().size(), 2u);
  EXPECT_EQ(network.inputs()[0].name, "a");
  EXPECT_THAT(network.inputs()[0].shape, ElementsAre(-1, 2));
  ASSERT_EQ(network.outputs().size(), 1u);
  EXPECT_EQ(network.output("sum").name, "sum");
}

TEST(Network, ReadsAndWritesTheCallersMemoryAtEveryRun) {
  Network network(kNetworks / "add.onnx");
  std::array<float, 4> a{1, 2, 3, 4}, b{10, 20, 30, 40}, sum{};
  const std::array<std::int64_t, 2> shape{2, 2};
  network.bind_input("a", a, shape);
  network.bind_input("b", b, shape);
  network.bind_output("sum", sum, shape);
  network.run();
  EXPECT_THAT(sum, ElementsAre(11, 22, 33, 44));
  a[0] = 100;
  network.run();
  EXPECT_THAT(sum, ElementsAre(110, 22, 33, 44));
}

// The sum of {first, first} and {1, 1}, many times.
void run_sums(float first) {
  Network network(kNetworks / "add.onnx");
  std::array<float, 2> a{first, first}, b{1, 1}, sum{};
  const std::array<std::int64_t, 2> shape{1, 2};
  network.bind_input("a", a, shape);
  network.bind_input("b", b, shape);
  network.bind_output("sum", sum, shape);
  for (int i = 0; i < 200; ++i) {
    sum = {};
    network.run();
    ASSERT_THAT(sum, ElementsAre(first + 1, first + 1));
  }
}

TEST(Network, ThreadsShareTheWeightsOfAFileAndHaveTheirOwnTensors) {
  const Network first(kNetworks / "add.onnx"), second(kNetworks / "add.onnx");
  EXPECT_EQ(&first.name(), &second.name()) << "the file was loaded twice";
  const Network other(kNetworks / "add.onnx", {.threads = 2});
  EXPECT_NE(&first.name(), &other.name()) << "another number of threads needs another session";
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(run_sums, static_cast<float>(i));
}

TEST(Network, AReplacedFileIsAnotherNetwork) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "network.onnx";
  std::filesystem::copy_file(kNetworks / "add.onnx", file);
  const Network before(file);
  std::ofstream(file, std::ios::trunc) << "no network";
  EXPECT_THAT(error_of([&] { const Network after(file); }), IsError(ErrorCode::unreadable, "network.onnx"));
}

TEST(Network, LeavesTheCallersArithmeticAsItWas) {
  Network network(kNetworks / "add.onnx");
  const volatile float smallest = std::numeric_limits<float>::denorm_min();
  const volatile float kept = smallest * 1.0f;
  EXPECT_GT(kept, 0.0f) << "denormal numbers have become zero for the whole thread";
}

TEST(Network, TakesAnotherBatchAfterRebinding) {
  Network network(kNetworks / "add.onnx",
                  {.execution_provider = "CPU", .threads = 2, .optimize_graph = false});
  std::array<float, 2> a{1, 2}, b{1, 1}, sum{};
  std::array<float, 6> long_a{1, 2, 3, 4, 5, 6}, long_sum{};
  network.bind_input("a", a, std::array<std::int64_t, 2>{1, 2});
  network.bind_input("b", b, std::array<std::int64_t, 2>{1, 2});
  network.bind_output("sum", sum, std::array<std::int64_t, 2>{1, 2});
  network.run();
  network.bind_input("a", long_a, std::array<std::int64_t, 2>{3, 2});
  network.bind_output("sum", long_sum, std::array<std::int64_t, 2>{3, 2});
  network.run();  // b, still of one row, is broadcast
  EXPECT_THAT(long_sum, ElementsAre(2, 3, 4, 5, 6, 7));
}

TEST(Network, LoadsFromMemory) {
  std::ifstream stream(kNetworks / "add.onnx", std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const Network network(std::as_bytes(std::span(bytes)), "add");
  EXPECT_EQ(network.inputs().size(), 2u);
}

TEST(Network, NamesAMissingFile) {
  const Error error = error_of([] { Network network(kNetworks / "nowhere.onnx"); });
  EXPECT_EQ(error.code(), ErrorCode::not_found);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("nowhere.onnx"), HasSubstr("no such network file"), Not(HasSubstr("\n"))));
}

TEST(Network, NamesABrokenFileAndTheReason) {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder / "broken.onnx";
  std::ofstream(file) << "this is no network";
  const Error error = error_of([&] { Network network(file); });
  EXPECT_EQ(error.code(), ErrorCode::unreadable);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("broken.onnx: damaged: not an ONNX network"), Not(HasSubstr("\n"))));
  EXPECT_THAT(error_of([&] { const Network network(folder.path()); }),
              IsError(ErrorCode::unreadable, folder.path().string()));
}

TEST(Network, RejectsUnknownTensorsAndWrongSizes) {
  Network network(kNetworks / "add.onnx");
  std::array<float, 4> values{};
  const std::array<std::int64_t, 2> shape{2, 2}, wrong{1, 4}, larger{3, 2};
  EXPECT_THAT(error_of([&] { network.bind_input("c", values, shape); }),
              IsError(ErrorCode::unreadable, "no input named c"));
  EXPECT_THAT(error_of([&] { network.bind_input("a", values, wrong); }),
              IsError(ErrorCode::invalid_argument, "?x2, and cannot take 1x4"));
  EXPECT_THAT(error_of([&] { network.bind_input("a", values, larger); }),
              IsError(ErrorCode::invalid_argument, "takes 6 values, not 4"));
}

TEST(Network, RejectsAMissingProvider) {
  const Error error =
      error_of([] { Network network(kNetworks / "add.onnx", {.execution_provider = "abacus"}); });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("abacus"), HasSubstr("cpu")));
  EXPECT_THAT(execution_providers(), Contains("cpu"));
}

}  // namespace
}  // namespace portrait_depth
