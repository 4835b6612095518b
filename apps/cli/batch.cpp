#include "batch.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "batch_results.hpp"
#include "command.hpp"
#include "input_files.hpp"
#include "interrupt.hpp"
#include "io/content_hash.hpp"
#include "job_outcome.hpp"
#include "manifest.hpp"
#include "missing_memory.hpp"
#include "photo_input.hpp"
#include "portrait_depth/error.hpp"
#include "portrait_depth/io.hpp"
#include "printable.hpp"
#include "result_options.hpp"
#include "settled_files.hpp"

namespace portrait_depth::cli {
namespace {

namespace fs = std::filesystem;

// Runs rounds of jobs on the batch's workers.
class BatchRun {
 public:
  explicit BatchRun(const Batch& batch)
      : batch_(batch), options_(batch.options), results_(batch.command, batch.options) {
    if (options_.keeps_manifest()) manifest_.emplace(options_.output, result_options(options_));
  }

  /// Returns after the last job.
  void run(std::vector<BatchJob> jobs);
  bool has_ended() { return is_signaled() || results_.has_ended(); }
  int finish() { return results_.finish(); }

 private:
  void start_workers();
  void work(std::size_t worker);
  std::optional<std::size_t> next_job();
  void run_one(std::size_t worker, std::size_t index);
  void begin(std::size_t index, WatchedJob& watched);
  void end(std::size_t index, const Outcome& outcome);
  void name_running();
  Outcome make_result(std::size_t worker, const BatchJob& run, const WatchedJob& watched, Report& report);
  Outcome record(const BatchJob& run, const std::string& sha256, const Report& report, Outcome outcome);

  const Batch& batch_;
  const JobOptions& options_;
  BatchResults results_;
  std::optional<Manifest> manifest_;
  std::size_t worker_count_ = 1;
  std::size_t round_ = 0;  // the number of the round's first job

  std::mutex mutex_;  // for the following
  std::vector<BatchJob> jobs_;
  std::size_t next_ = 0;
  std::map<std::size_t, WatchedJob*> running_;
  std::optional<std::size_t> first_failure_;  // with --fail-fast: no later job begins
};

void BatchRun::run(std::vector<BatchJob> jobs) {
  round_ += jobs_.size();
  jobs_ = std::move(jobs);
  next_ = 0;
  results_.expect(jobs_.size());
  start_workers();
}

// This thread is the first worker.
void BatchRun::start_workers() {
  const std::size_t wanted =
      std::min<std::size_t>(static_cast<std::size_t>(options_.photos_at_once()), jobs_.size());
  for (; worker_count_ < wanted; ++worker_count_) batch_.add_worker();
  std::vector<std::jthread> threads;
  try {
    for (std::size_t worker = 1; worker < wanted; ++worker)
      threads.emplace_back([this, worker] { work(worker); });
  } catch (const std::system_error&) {  // the system refuses a thread
    const std::lock_guard lock(mutex_);
    next_ = jobs_.size();
    throw;
  }
  work(0);
}

void BatchRun::work(std::size_t worker) {
  while (const auto index = next_job()) run_one(worker, *index);
}

std::optional<std::size_t> BatchRun::next_job() {
  if (has_ended()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (first_failure_ || next_ >= jobs_.size()) return std::nullopt;
  return next_++;
}

void BatchRun::run_one(std::size_t worker, std::size_t index) {
  const BatchJob& run = jobs_[index];
  const std::string name = input_name(*run.job);
  WatchedJob watched(name, options_.timeout_seconds);
  const std::string label = printable(fs::path(name).filename().string()) + ": ";
  auto report =
      std::make_unique<Report>([this, number = round_ + index, label](double fraction, const auto& stage) {
        results_.show_progress(number, fraction, label + stage);
      });
  begin(index, watched);
  const Outcome outcome = make_result(worker, run, watched, *report);
  end(index, outcome);
  results_.add(round_ + index, run.job, std::move(report), outcome);
}

void BatchRun::begin(std::size_t index, WatchedJob& watched) {
  const std::lock_guard lock(mutex_);
  running_[index] = &watched;
  if (first_failure_ && *first_failure_ < index) watched.request_stop();
  name_running();
}

void BatchRun::end(std::size_t index, const Outcome& outcome) {
  const std::lock_guard lock(mutex_);
  running_.erase(index);
  name_running();
  const bool ends_batch = options_.fail_fast && !outcome.ok && (!first_failure_ || index < *first_failure_);
  if (!ends_batch) return;
  first_failure_ = index;
  for (auto later = running_.upper_bound(index); later != running_.end(); ++later)
    later->second->request_stop();
}

// In the line for missing memory, which ends the process.
void BatchRun::name_running() {
  std::string names;
  for (const auto& [index, watched] : running_)
    names += (names.empty() ? "" : ", ") + printable(input_name(*jobs_[index].job));
  if (!names.empty()) name_input_of_missing_memory(names);
}

// A file that cannot be read has no hash; its job fails with the reason.
std::string hash_of(const std::string& input) {
  try {
    return io::sha256_of_file(input);
  } catch (const Error&) {
    return "";
  }
}

Outcome BatchRun::make_result(std::size_t worker, const BatchJob& run, const WatchedJob& watched,
                              Report& report) {
  const Job& job = *run.job;
  const auto make = [&] {
    run.work(worker, report);
    report.finish();
  };
  if (!manifest_) return run_job(job, watched, make);
  const auto state = FileState::of(job.input);
  const std::string sha256 = hash_of(job.input);
  if (!sha256.empty() && manifest_->is_done(sha256, job.output)) return {.ok = true, .was_done = true};
  Outcome outcome = run_job(job, watched, make);
  if (outcome.stopped) return outcome;
  if (outcome.ok && FileState::of(job.input) != state)
    outcome = {.error = job.input + ": the file changed while it was processed. Run the command again."};
  return record(run, sha256, report, std::move(outcome));
}

Outcome BatchRun::record(const BatchJob& run, const std::string& sha256, const Report& report,
                         Outcome outcome) {
  const Job& job = *run.job;
  ManifestEntry entry = {.input = job.input,
                         .sha256 = sha256,
                         .result = manifest_->name_of(job.output),
                         .error = outcome.error,
                         .seconds = report.seconds()};
  if (outcome.ok) {
    entry.files = {output_path(job, report)};
    entry.files.insert(entry.files.end(), report.more_files.begin(), report.more_files.end());
  }
  try {
    manifest_->add(entry);
  } catch (const Error& error) {
    if (outcome.ok) outcome = {.error = error.what()};
  }
  return outcome;
}

void check_options(const JobOptions& options) {
  if (!options.keeps_manifest()) return;
  const std::string name = options.watch ? "--watch" : "--resume";
  if (options.output.empty() || options.output == "-")
    throw WrongUse(name + " keeps its record in the folder of the results; name one with -o");
  for (const std::string& input : options.inputs) {
    if (options.watch && !is_folder(input)) throw WrongUse(input + ": --watch takes folders; name one");
    if (is_read_once(input)) throw WrongUse(input + ": " + name + " takes files and folders, no pipes");
  }
  if (options.watch && options.json)
    throw WrongUse("--json prints its summary at the end, and --watch has no end; read " +
                   (fs::path(options.output) / kManifestName).string());
}

// Until a signal ends it, or a failed photo with --fail-fast.
int watch(const Batch& batch, BatchRun& run) {
  constexpr std::chrono::milliseconds kShortestPause(500), kStep(20);
  constexpr int kPausesPerListing = 10;  // listing a large folder takes a tenth of the time at most
  SettledFiles settled;
  if (!batch.options.quiet)
    std::cerr << printable("watching " + batch.options.inputs[0] +
                           (batch.options.inputs.size() > 1 ? " and others" : "") + "; Ctrl-C ends it")
              << std::endl;
  while (!run.has_ended()) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<BatchJob> jobs = batch.plan();
    std::erase_if(jobs, [&](const BatchJob& planned) { return !settled.take(planned.job->input); });
    settled.end_listing();
    const auto pause = std::max<std::chrono::steady_clock::duration>(
        kShortestPause, kPausesPerListing * (std::chrono::steady_clock::now() - start));
    if (!jobs.empty()) run.run(std::move(jobs));
    const auto end = std::chrono::steady_clock::now() + pause;
    while (!run.has_ended() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(kStep);
  }
  return run.finish();
}

}  // namespace

int run_batch(const Batch& batch) {
  const JobOptions& options = batch.options;
  check_options(options);
  std::vector<BatchJob> jobs = batch.plan();
  if (options.keeps_manifest() && !is_folder(options.output))
    throw WrongUse(options.output + ": the record of the results needs a folder; end the name with /");
  if (const auto bytes = options.max_memory_bytes()) limit_memory(*bytes);
  set_io_threads(options.threads_of_a_photo());
  BatchRun run(batch);
  if (options.watch) return watch(batch, run);
  run.run(std::move(jobs));
  return run.finish();
}

}  // namespace portrait_depth::cli
