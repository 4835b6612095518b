// A job's work up to its result or error, and both in words and as JSON.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "interrupt.hpp"
#include "output_naming.hpp"
#include "report.hpp"

namespace portrait_depth::cli {

struct Outcome {
  bool ok = false, stopped = false, overdue = false;
  bool was_done = false;  ///< By an earlier run (--resume).
  std::string error = {};
};

/// "standard input" for -.
std::string input_name(const Job& job);
/// The first file of the result.
std::filesystem::path output_path(const Job& job, const Report& report);

/// Runs the work. An error of a job that has been requested to stop is a result of that.
Outcome run_job(const Job& job, const WatchedJob& watched, const std::function<void()>& work);

nlohmann::ordered_json summary_of(const Job& job, const Report& report, const Outcome& outcome);
/// The result on standard output, or on standard error if the result itself goes there; its notes on standard
/// error.
void print_result(const Job& job, const Report& report);

}  // namespace portrait_depth::cli
