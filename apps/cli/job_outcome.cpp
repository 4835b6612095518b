#include "job_outcome.hpp"

#include <iostream>
#include <new>
#include <system_error>

#include "io/output_file.hpp"
#include "missing_memory.hpp"
#include "portrait_depth/error.hpp"
#include "printable.hpp"

namespace portrait_depth::cli {
namespace {

// Errors of files begin with the file's name; those of the picture inside do not.
std::string error_line(const Job& job, const std::string& message) {
  const bool names_file = message.starts_with(input_name(job)) ||
                          (!job.output.empty() && message.starts_with(job.output.string())) ||
                          message.starts_with("standard output");
  return names_file ? message : input_name(job) + ": " + message;
}

Outcome failed(const Job& job, const WatchedJob& watched, const std::string& line) {
  if (watched.is_overdue()) return {.overdue = true, .error = watched.timeout_line()};
  return {.error = error_line(job, line)};
}

}  // namespace

std::string input_name(const Job& job) {
  return job.input == "-" ? "standard input" : job.input;
}

std::filesystem::path output_path(const Job& job, const Report& report) {
  return report.output.empty() ? job.output : report.output;
}

Outcome run_job(const Job& job, const WatchedJob& watched, const std::function<void()>& work) {
  try {
    work();
    return {.ok = true};
  } catch (const Error& error) {
    if (error.code() == ErrorCode::stopped && !watched.is_overdue())
      return {.stopped = true, .error = "stopped"};
    return failed(job, watched, error.what());
  } catch (const std::bad_alloc&) {
    return failed(job, watched, missing_memory_line(input_name(job)));
  } catch (const std::system_error& error) {
    const bool is_memory = is_missing_memory(error);
    return failed(job, watched, is_memory ? missing_memory_line(input_name(job)) : error.what());
  } catch (const std::exception& error) {
    return failed(job, watched, error.what());
  }
}

nlohmann::ordered_json summary_of(const Job& job, const Report& report, const Outcome& outcome) {
  nlohmann::ordered_json summary = {{"input", job.input}};
  if (!outcome.ok) {
    summary.update({{"ok", false}, {"error", outcome.error}});
    return summary;
  }
  if (!job.output.empty()) summary["output"] = output_path(job, report).string();
  summary["ok"] = true;
  if (outcome.was_done) summary["was_done"] = true;
  if (report.facts.is_object()) summary.update(report.facts);  // a photo that was done has none
  if (!report.notes().empty()) summary["notes"] = report.notes();
  summary["seconds"] = report.times_json();
  return summary;
}

void print_result(const Job& job, const Report& report) {
  // Standard output may receive the result itself.
  std::ostream& stream = job.output == "-" ? std::cerr : std::cout;
  const std::string prefix =
      (job.output.empty() ? input_name(job) : io::output_name(output_path(job, report).string())) + ": ";
  stream << printable(prefix + report.text);
  if (!job.output.empty()) stream << " (" << report.times() << ")";
  stream << std::endl;
  for (const std::string& sentence : report.notes()) std::cerr << printable(prefix + sentence) << std::endl;
}

}  // namespace portrait_depth::cli
