// The way from a subcommand's inputs to its results: one photo after the other or several at once, once or
// for a watched folder, with or without a manifest. The same for all subcommands.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "job_options.hpp"
#include "output_naming.hpp"
#include "report.hpp"

namespace portrait_depth::cli {

/// One photo's job and its work by a worker of that number.
struct BatchJob {
  std::shared_ptr<const Job> job;
  std::function<void(std::size_t worker, Report& report)> work;
};

struct Batch {
  std::string command;
  const JobOptions& options;
  std::function<void()> add_worker;             ///< There is one already.
  std::function<std::vector<BatchJob>()> plan;  ///< All jobs; called anew while a folder is watched.
};

/// Runs the jobs. A failed one does not stop the others, unless --fail-fast is set. Results, lines and exit
/// code do not depend on --jobs. Returns the exit code. Throws WrongUse.
int run_batch(const Batch& batch);

/// The same for a subcommand: `make_worker()` returns a pointer to what one thread needs, `plan(worker)` a
/// vector of jobs of a type that derives from Job, and work(worker, job, report) makes a job's result.
template <class MakeWorker, class Plan, class Work>
int run_jobs(const std::string& command, const JobOptions& options, const MakeWorker& make_worker,
             const Plan& plan, const Work& work) {
  std::vector<decltype(make_worker())> workers;
  workers.push_back(make_worker());
  const auto plan_batch = [&] {
    std::vector<BatchJob> jobs;
    for (auto& planned : plan(*workers.front())) {
      using SomeJob = std::decay_t<decltype(planned)>;
      const auto job = std::make_shared<const SomeJob>(std::move(planned));
      jobs.push_back({job, [&workers, &work, job](std::size_t worker, Report& report) {
                        work(*workers[worker], *job, report);
                      }});
    }
    return jobs;
  };
  return run_batch({command, options, [&] { workers.push_back(make_worker()); }, plan_batch});
}

}  // namespace portrait_depth::cli
