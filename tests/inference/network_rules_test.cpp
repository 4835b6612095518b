#include "inference/network_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <new>
#include <random>

#include "../error_of.hpp"
#include "inference/network.hpp"

namespace portrait_depth {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::filesystem::path kRefused = std::filesystem::path(TEST_NETWORKS) / "refused";

std::filesystem::path refused(const std::string& name) {
  return kRefused / (name + ".onnx");
}

std::vector<char> bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// Runs a network from 1 x 4 values to as many.
std::array<float, 4> run(const std::filesystem::path& file,
                         const std::array<float, 4>& input = {1, 2, 3, 4}) {
  Network network(file);
  std::array<float, 4> output = {};
  const std::array<std::int64_t, 2> shape = {1, 4};
  network.bind_input("input", input, shape);
  network.bind_output("output", output, shape);
  network.run();
  return output;
}

TEST(NetworkRules, RejectsNetworksThatAreNotFeedForward) {
  struct Case {
    const char *name, *reason;
    ErrorCode code = ErrorCode::unsupported;
  };
  for (const Case& c :
       {Case{"loop", "the operator Loop"}, Case{"branch", "the operator If"},
        Case{"random", "the operator RandomNormalLike"},
        Case{"other_domain", "operators of the domain com.microsoft"},
        Case{"function", "functions of its own"}, Case{"external_weights", "weights outside of the file"},
        Case{"missing_weights", "the tensor weight lacks values", ErrorCode::unreadable},
        Case{"control_characters", "the tensor wei?ght?[31m lacks values", ErrorCode::unreadable},
        Case{"unknown_control_characters", "mis sing [31m", ErrorCode::unreadable},
        Case{"huge_shape", "a tensor of more than 2^28 values", ErrorCode::too_large},
        Case{"huge_constant", "a tensor of more than 2^28 values", ErrorCode::too_large}}) {
    SCOPED_TRACE(c.name);
    const Error error = error_of([&] { const Network network(refused(c.name)); });
    EXPECT_EQ(error.code(), c.code);
    EXPECT_THAT(error.what(), AllOf(HasSubstr(c.name), HasSubstr(c.reason), HasSubstr("another"),
                                    Not(testing::ContainsRegex("[[:cntrl:]]"))));
  }
}

TEST(NetworkRules, BoundsTheTensorsOfARun) {
  for (const char* name : {"huge_in_a_run", "huge_computed_constant"}) {
    SCOPED_TRACE(name);
    const Error error = error_of([&] { run(refused(name)); });
    EXPECT_EQ(error.code(), ErrorCode::too_large);
    EXPECT_THAT(error.what(), AllOf(HasSubstr(name), HasSubstr("more than 1 GiB"), Not(HasSubstr("\n"))));
  }
}

#ifdef PORTRAIT_DEPTH_SANITIZED
constexpr bool kMemoryCanBeLimited = false;  // sanitizers map terabytes
#else
constexpr bool kMemoryCanBeLimited = true;
#endif

TEST(NetworkRules, MissingMemoryIsNotASizeOverTheBound) {
  if (!kMemoryCanBeLimited) GTEST_SKIP() << "a sanitizer needs more address space than any limit leaves";
  const auto run_with_little_memory = [] {
    const rlimit limit = {std::size_t{400} << 20, std::size_t{400} << 20};
    setrlimit(RLIMIT_AS, &limit);
    try {
      run(refused("large_in_a_run"));
    } catch (const std::bad_alloc&) {
      std::_Exit(0);
    } catch (const std::exception& error) {
      std::cerr << error.what() << std::endl;
    }
    std::_Exit(1);
  };
  EXPECT_EXIT(run_with_little_memory(), testing::ExitedWithCode(0), "");
}

TEST(NetworkRules, AcceptsSizesThatFollowFromTheInput) {
  EXPECT_THAT(run(refused("computed_sizes")), testing::ElementsAre(2, 3, 4, 5));
}

TEST(NetworkRules, AKernelThatIsNotFoldedDoesNotEndTheProcess) {
  const std::vector<char> bytes = bytes_of(refused("unfolded_kernel"));
  EXPECT_FALSE(check_network(std::as_bytes(std::span(bytes)), "network").are_constants_bounded);
  EXPECT_THAT(run(refused("unfolded_kernel")), testing::ElementsAre(3, 5, 7, 9));
}

TEST(NetworkRules, AcceptsTheOperatorsOfTransformersAndOfAssignments) {
  EXPECT_THAT(run(refused("written_in_place")), testing::ElementsAre(1, 9, 8, 4));
  const float swish_of_one = 1 / (1 + std::exp(-1.0f));
  EXPECT_THAT(run(refused("transformer"), {3, 3, 3, 3}),
              testing::Each(testing::FloatNear(swish_of_one, 1e-5f)));
  const float logs =
      std::log(10.0f) + std::log(std::exp(1.0f) + std::exp(2.0f) + std::exp(3.0f) + std::exp(4.0f));
  EXPECT_THAT(run(refused("sums_of_logarithms")),
              testing::ElementsAre(testing::FloatNear(logs, 1e-4f), 0, 0, 0));
}

TEST(NetworkRules, LetsOnnxRuntimeFoldBoundedConstantsOnly) {
  const auto facts = [](const std::filesystem::path& file) {
    const std::vector<char> bytes = bytes_of(file);
    return check_network(std::as_bytes(std::span(bytes)), "network");
  };
  for (const char* name : {"ar_portrait_depth", "ar_portrait_depth_fast", "selfie_segmentation",
                           "selfie_segmentation_landscape", "face_detection_full_range"})
    EXPECT_TRUE(facts(default_model_folder() / (std::string(name) + ".onnx")).are_constants_bounded) << name;
  for (const char* name : {"huge_computed_constant", "computed_sizes"})
    EXPECT_FALSE(facts(refused(name)).are_constants_bounded) << name;
}

// A damaged file is an error, or a network that ONNX Runtime may load.
TEST(NetworkRules, SurvivesDamage) {
  std::mt19937 random(1);
  for (const auto& file : {refused("loop"), refused("function"), refused("external_weights"),
                           default_model_folder() / "ar_portrait_depth_fast.onnx"}) {
    const std::vector<char> whole = bytes_of(file);
    int rejected = 0;
    for (int i = 0; i < 300; ++i) {
      std::vector<char> damaged = whole;
      const std::size_t near_start = std::min<std::size_t>(damaged.size(), 4096);
      for (int change = 0; change < 4; ++change) damaged[random() % near_start] = static_cast<char>(random());
      if (i % 5 == 0) damaged.resize(random() % damaged.size());
      try {
        check_network(std::as_bytes(std::span(damaged)), "network");
      } catch (const Error& error) {
        EXPECT_THAT(error.what(), AllOf(testing::StartsWith("network: "), Not(HasSubstr("\n"))));
        ++rejected;
      }
    }
    EXPECT_GT(rejected, 50) << file;
  }
}

}  // namespace
}  // namespace portrait_depth
