// The options of a run that decide about its results, as they stand in the manifest.
#pragma once

#include <nlohmann/json.hpp>

#include "job_options.hpp"

namespace portrait_depth::cli {

/// The subcommand, the version, each option that differs from its default and changes results, and the
/// SHA-256 of the files that options name and of the networks.
nlohmann::ordered_json result_options(const JobOptions& options);

}  // namespace portrait_depth::cli
