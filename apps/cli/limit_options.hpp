// The limits of a photo: pixels, memory, seconds.
#pragma once

#include <cstdint>

#include "job_options.hpp"

namespace portrait_depth::cli {

inline constexpr std::int64_t kMegabyte = 1'000'000;

void add_limit_options(CLI::App& app, JobOptions& options);

}  // namespace portrait_depth::cli
