#include "limit_options.hpp"

#include <CLI/CLI.hpp>
#include <string>

namespace portrait_depth::cli {
namespace {

constexpr double kLeastMemoryMegabytes = 200;  // the libraries' own

}  // namespace

void add_limit_options(CLI::App& app, JobOptions& options) {
  app.add_option("--max-megapixels", options.max_megapixels, "Reject larger photos before decoding them")
      ->check(number_between(1e-6, 1e6))
      ->capture_default_str();
  app.add_option("--max-memory", options.max_memory_megabytes,
                 "Limit of the command's memory in MB (10^6 bytes). Default: " +
                     std::to_string(kMostPhotoMemoryBytes / kMegabyte) +
                     " for reading a photo, none for the rest")
      ->check(number_between(kLeastMemoryMegabytes, 1e7))
      ->type_name("MB");
  app.add_option("--timeout", options.timeout_seconds,
                 "Longest time for a photo in seconds; a photo that takes longer fails (exit code 124)")
      ->check(number_between(0.1, 1e6))
      ->type_name("S");
}

}  // namespace portrait_depth::cli
