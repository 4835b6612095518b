// The results of a batch's jobs, printed in the jobs' order, also where several run at once.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "job_outcome.hpp"
#include "progress_bar.hpp"

namespace portrait_depth::cli {

/// For several threads.
class BatchResults {
 public:
  BatchResults(std::string command, const JobOptions& options);

  /// Expects the results of `count` further jobs.
  void expect(std::size_t count) { expected_ += count; }
  /// fraction: 0..1 of the job.
  void show_progress(std::size_t number, double fraction, const std::string& label);
  /// The jobs' numbers begin at 0 and go on over all rounds. Prints each result once those before it are
  /// printed.
  void add(std::size_t number, std::shared_ptr<const Job> job, std::unique_ptr<Report> report,
           const Outcome& outcome);

  /// True after a signal, and after a failed photo with --fail-fast: the batch ends.
  bool has_ended();
  /// Prints the numbers or the JSON summary; returns the exit code.
  int finish();

 private:
  struct Result {
    std::shared_ptr<const Job> job;
    std::unique_ptr<Report> report;
    Outcome outcome;
  };

  void take(const Result& result);
  void print(const Result& result);
  void print_numbers() const;

  const std::string command_;
  const JobOptions& options_;
  std::mutex mutex_;
  ProgressBar bar_;
  std::map<std::size_t, Result> waiting_;    // for a result before them
  std::map<std::size_t, double> fractions_;  // of the running jobs
  std::size_t expected_ = 0, next_ = 0, ended_ = 0;
  std::size_t failures_ = 0, overdue_ = 0, done_before_ = 0;
  bool is_stopped_ = false, failed_fast_ = false;
  nlohmann::ordered_json json_ = nlohmann::ordered_json::array();
};

}  // namespace portrait_depth::cli
