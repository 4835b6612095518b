// One request's photo on its way through the queue, and its answer as a file, as JSON or as events.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "http/exchange.hpp"
#include "request_options.hpp"
#include "task.hpp"

namespace portrait_depth::serve {

enum class AnswerForm { file, json, events };
/// The first form that the Accept header names; `file` without one.
AnswerForm answer_form(const http::Request& request);

class PhotoJob {
 public:
  using Clock = http::Exchange::Clock;

  /// Throws as prepare_work() does. `headers` go with each answer.
  PhotoJob(const Task& task, std::shared_ptr<http::Exchange> exchange, const cli::JobOptions& limits,
           std::vector<std::pair<std::string, std::string>> headers);

  const Task& task() const { return task_; }
  /// The queue has taken the job: begins the stream of events, if that is the form. Once; from any thread.
  void accept();
  /// Makes the result and answers with it, or with the problem. Does nothing if the client has gone.
  void run(cli::Networks& networks);
  /// Answers with a problem, once.
  void fail(http::Answer problem);
  /// Stops the work at its deadline.
  void check_deadline();
  /// The time since the deadline; negative before it.
  double seconds_over() const;
  bool is_done() const { return is_done_.load(); }
  bool has_gone() const { return exchange_->gone(); }
  void stop() { exchange_->give_up(); }
  double seconds() const;

 private:
  http::Answer make(cli::Networks& networks);
  http::Answer json_answer(const std::string& format, const std::vector<std::uint8_t>& bytes,
                           const cli::Report& report) const;
  /// Names of files in memory become the names of their parts.
  void name_parts(http::Answer& answer) const;
  void finish(http::Answer answer);

  const Task& task_;
  const std::shared_ptr<http::Exchange> exchange_;
  const AnswerForm form_;
  const std::vector<std::pair<std::string, std::string>> headers_;
  const double most_seconds_;
  PreparedWork work_;
  std::once_flag accepted_;
  std::atomic<bool> is_done_ = false;
};

}  // namespace portrait_depth::serve
