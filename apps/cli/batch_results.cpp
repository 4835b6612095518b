#include "batch_results.hpp"

#include <iostream>
#include <utility>

#include "command.hpp"
#include "portrait_depth/version.hpp"
#include "printable.hpp"

namespace portrait_depth::cli {

BatchResults::BatchResults(std::string command, const JobOptions& options)
    : command_(std::move(command)), options_(options), bar_(!options.quiet && !options.json) {}

void BatchResults::show_progress(std::size_t number, double fraction, const std::string& label) {
  const std::lock_guard lock(mutex_);
  fractions_[number] = fraction;
  double done = static_cast<double>(ended_);
  for (const auto& running : fractions_) done += running.second;
  bar_.show(done / static_cast<double>(expected_), label);
}

void BatchResults::add(std::size_t number, std::shared_ptr<const Job> job, std::unique_ptr<Report> report,
                       const Outcome& outcome) {
  const std::lock_guard lock(mutex_);
  fractions_.erase(number);
  ++ended_;
  waiting_.emplace(number, Result{std::move(job), std::move(report), outcome});
  for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_;
       first = waiting_.begin()) {
    take(first->second);
    waiting_.erase(first);
    ++next_;
  }
}

// After a failed photo with --fail-fast, the results of later photos are as if they had not begun.
void BatchResults::take(const Result& result) {
  if (failed_fast_) return;
  const Outcome& outcome = result.outcome;
  const bool is_first_stop = outcome.stopped && !is_stopped_;
  failures_ += outcome.ok ? 0 : 1;
  overdue_ += outcome.overdue ? 1 : 0;
  done_before_ += outcome.was_done ? 1 : 0;
  is_stopped_ |= outcome.stopped;
  if (options_.json) json_.push_back(summary_of(*result.job, *result.report, outcome));
  bar_.clear();
  if (!outcome.stopped || is_first_stop) print(result);
  failed_fast_ = options_.fail_fast && !outcome.ok;
}

void BatchResults::print(const Result& result) {
  const Outcome& outcome = result.outcome;
  if (!outcome.ok)
    std::cerr << printable(outcome.error) << std::endl;
  else if (!outcome.was_done && !options_.quiet && !options_.json)
    print_result(*result.job, *result.report);
}

bool BatchResults::has_ended() {
  const std::lock_guard lock(mutex_);
  return is_stopped_ || failed_fast_;
}

void BatchResults::print_numbers() const {
  const std::string of_all = " of " + std::to_string(expected_) + " photos ";
  if (done_before_ > 0 && !options_.quiet && !options_.json)
    std::cout << done_before_ << of_all << "were done before" << std::endl;
  if (failures_ == 0 || expected_ < 2) return;
  std::cerr << failures_ << of_all << "failed";
  if (failed_fast_) std::cerr << "; the batch ended there (--fail-fast)";
  std::cerr << std::endl;
}

int BatchResults::finish() {
  const std::lock_guard lock(mutex_);
  bar_.clear();
  if (options_.json)
    std::cout << nlohmann::ordered_json{{"command", command_},
                                        {"version", PORTRAIT_DEPTH_VERSION},
                                        {"ok", failures_ == 0 && ended_ == expected_},
                                        {"results", json_}}
                     .dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
              << std::endl;
  // A signal between two photos.
  const bool ended_between = is_signaled() && (options_.watch || ended_ < expected_);
  if (ended_between && !is_stopped_) std::cerr << "stopped" << std::endl;
  if (ended_between || is_stopped_) return exit_code_of_interrupt();
  print_numbers();
  if (overdue_ > 0) return kExitTimeout;
  return failures_ == 0 ? kExitSuccess : kExitFailure;
}

}  // namespace portrait_depth::cli
