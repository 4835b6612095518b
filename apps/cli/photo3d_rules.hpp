// The options of each kind of 3D photo. The command rejects a given option without use.
#pragma once

#include <string>

#include "photo3d_plan.hpp"

namespace portrait_depth::cli {

/// The given options that the job's result does not use, with commas; empty if it uses all.
std::string useless_options(const Photo3DJob& job, const CLI::App& command);

/// "a .glb", "a photo with its depth".
std::string name_of(const Photo3DJob& job);

/// Throws WrongUse for a given option without use, and for transparency that the result cannot hold.
void check_photo3d(const Photo3DJob& job, const Photo3DCommandOptions& options);

/// Throws WrongUse for options that contradict each other for every result.
void check_combinations(const Photo3DCommandOptions& options);

}  // namespace portrait_depth::cli
