#include "report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <new>
#include <system_error>

#include "command.hpp"
#include "interrupt.hpp"
#include "io/output_file.hpp"
#include "missing_memory.hpp"
#include "portrait_depth/io.hpp"
#include "portrait_depth/version.hpp"
#include "printable.hpp"
#include "progress_bar.hpp"

namespace portrait_depth::cli {
namespace {

std::string seconds_text(double seconds) {
  std::array<char, 32> text = {};
  std::snprintf(text.data(), text.size(), "%.2f s", seconds);
  return text.data();
}

std::string input_name(const Job& job) {
  return job.input == "-" ? "standard input" : job.input;
}

// Errors of files begin with the file's name; those of the picture inside do not.
std::string error_line(const Job& job, const std::string& message) {
  const bool names_file = message.starts_with(input_name(job)) ||
                          (!job.output.empty() && message.starts_with(job.output.string())) ||
                          message.starts_with("standard output");
  return names_file ? message : input_name(job) + ": " + message;
}

struct Outcome {
  bool ok = false, stopped = false, overdue = false;
  std::string error = {};
};

// An error of a job that has been asked to stop is a result of that.
Outcome failed(const JobRun& run, const WatchedJob& watched, const std::string& line) {
  if (watched.is_overdue()) return {.overdue = true, .error = watched.timeout_line()};
  return {.error = error_line(*run.job, line)};
}

Outcome run_job(const JobRun& run, Report& report, const JobOptions& options) {
  const std::string name = input_name(*run.job);
  const WatchedJob watched(name, options.timeout_seconds);
  try {
    run.work(report);
    report.finish();
    return {.ok = true};
  } catch (const Error& error) {
    if (error.code() == ErrorCode::stopped && !watched.is_overdue())
      return {.stopped = true, .error = "stopped"};
    return failed(run, watched, error.what());
  } catch (const std::bad_alloc&) {
    return failed(run, watched, missing_memory_line(name));
  } catch (const std::system_error& error) {  // a thread without memory
    const bool is_memory = error.code() == std::errc::resource_unavailable_try_again ||
                           error.code() == std::errc::not_enough_memory;
    return failed(run, watched, is_memory ? missing_memory_line(name) : error.what());
  } catch (const std::exception& error) {
    return failed(run, watched, error.what());
  }
}

std::string output_name(const Job& job, const Report& report) {
  return (report.output.empty() ? job.output : report.output).string();
}

nlohmann::ordered_json summary_of(const Job& job, const Report& report, const Outcome& outcome) {
  nlohmann::ordered_json summary = {{"input", job.input}};
  if (!outcome.ok) {
    summary.update({{"ok", false}, {"error", outcome.error}});
    return summary;
  }
  if (!job.output.empty()) summary["output"] = output_name(job, report);
  summary["ok"] = true;
  summary.update(report.facts);
  if (!report.notes().empty()) summary["notes"] = report.notes();
  summary["seconds"] = report.times_json();
  return summary;
}

void print_line(const Job& job, const Report& report) {
  // Standard output may receive the result itself.
  std::ostream& stream = job.output == "-" ? std::cerr : std::cout;
  const std::string prefix =
      (job.output.empty() ? input_name(job) : io::output_name(output_name(job, report))) + ": ";
  stream << printable(prefix + report.text);
  if (!job.output.empty()) stream << " (" << report.times() << ")";
  stream << std::endl;
  for (const std::string& sentence : report.notes()) std::cerr << printable(prefix + sentence) << std::endl;
}

}  // namespace

void Report::stage(const std::string& name, double until) {
  finish();
  Progress{.report = {}, .stop = &stop_}.at(0);
  stage_ = name;
  from_ = until_;
  until_ = until;
  start_ = Clock::now();
  show_(from_, stage_);
}

Progress Report::progress() {
  return {.report = [this](double fraction) { show_(from_ + (until_ - from_) * fraction, stage_); },
          .stop = &stop_};
}

void Report::move_seconds(const std::string& name, double seconds) {
  moved_.emplace_back(name, seconds);
}

void Report::tell_size(int width, int height) {
  facts["width"] = width;
  facts["height"] = height;
  text = std::to_string(width) + " x " + std::to_string(height);
}

void Report::tell_person(const Box& person, float scale) {
  const auto pixels = [scale](float value) { return std::round(value * scale); };
  facts["person"] = {{"x", pixels(person.x)},
                     {"y", pixels(person.y)},
                     {"width", pixels(person.width)},
                     {"height", pixels(person.height)}};
}

void Report::finish() {
  if (stage_.empty()) return;
  double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  for (const auto& moved : moved_) seconds -= moved.second;
  seconds_.emplace_back(stage_, std::max(0.0, seconds));
  seconds_.insert(seconds_.end(), moved_.begin(), moved_.end());
  moved_.clear();
  stage_.clear();
}

std::string Report::times() const {
  std::string line;
  for (const auto& [name, seconds] : seconds_)
    line.append(line.empty() ? "" : ", ").append(name).append(" ").append(seconds_text(seconds));
  return line;
}

nlohmann::ordered_json Report::times_json() const {
  nlohmann::ordered_json times = nlohmann::ordered_json::object();
  for (const auto& [name, seconds] : seconds_) times[name] = seconds;
  return times;
}

int run_all(const std::string& command, const JobOptions& options, const std::vector<JobRun>& runs) {
  if (const auto bytes = options.max_memory_bytes()) limit_memory(*bytes);
  set_io_threads(options.threads);
  ProgressBar bar(!options.quiet && !options.json);
  auto results = nlohmann::ordered_json::array();
  bool stopped = false;
  std::size_t failures = 0, overdue = 0;
  for (std::size_t i = 0; i < runs.size() && !stopped; ++i) {
    const Job& job = *runs[i].job;
    Report report([&](double fraction, const std::string& stage) {
      bar.show((static_cast<double>(i) + fraction) / static_cast<double>(runs.size()),
               printable(std::filesystem::path(input_name(job)).filename().string()) + ": " + stage);
    });
    name_input_of_missing_memory(printable(input_name(job)));
    const Outcome outcome = run_job(runs[i], report, options);
    failures += outcome.ok ? 0 : 1;
    overdue += outcome.overdue ? 1 : 0;
    stopped = outcome.stopped;
    results.push_back(summary_of(job, report, outcome));
    bar.clear();
    if (!outcome.ok)
      std::cerr << printable(outcome.error) << std::endl;
    else if (!options.quiet && !options.json)
      print_line(job, report);
  }
  if (options.json)
    std::cout << nlohmann::ordered_json{{"command", command},
                                        {"version", PORTRAIT_DEPTH_VERSION},
                                        {"ok", failures == 0},
                                        {"results", results}}
                     .dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
              << std::endl;
  if (stopped) return exit_code_of_interrupt();
  if (failures > 0 && runs.size() > 1)
    std::cerr << failures << " of " << runs.size() << " photos failed" << std::endl;
  if (overdue > 0) return kExitTimeout;
  return failures == 0 ? kExitSuccess : kExitFailure;
}

}  // namespace portrait_depth::cli
