#include "photo_job.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "problem.hpp"
#include "text/base64.hpp"
#include "text/number_text.hpp"

namespace portrait_depth::serve {
namespace {

constexpr double kUsualSeconds = 60;
constexpr double kLeastStep = 0.01;  // of progress, from one event to the next
constexpr int kRetryAfterTimeout = 30;

std::string events_data(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

AnswerForm answer_form(const http::Request& request) {
  const std::string& accept = request.header("accept");
  const std::string first = accept.substr(0, accept.find_first_of(",;"));
  if (first == "text/event-stream") return AnswerForm::events;
  return first == "application/json" ? AnswerForm::json : AnswerForm::file;
}

PhotoJob::PhotoJob(const Task& task, std::shared_ptr<http::Exchange> exchange, const cli::JobOptions& limits,
                   std::vector<std::pair<std::string, std::string>> headers)
    : task_(task),
      exchange_(std::move(exchange)),
      form_(answer_form(exchange_->request)),
      headers_(std::move(headers)),
      most_seconds_(limits.timeout_seconds.value_or(kUsualSeconds)),
      work_(prepare_work(task, exchange_->request)) {
  cli::JobOptions& common = work_.work->common();
  common.max_megapixels = limits.max_megapixels;
  common.max_memory_megabytes = limits.max_memory_megabytes;
  common.threads = limits.threads;
}

double PhotoJob::seconds() const {
  return std::chrono::duration<double>(Clock::now() - exchange_->start).count();
}

double PhotoJob::seconds_over() const {
  return seconds() - most_seconds_;
}

void PhotoJob::accept() {
  if (form_ != AnswerForm::events) return;
  std::call_once(accepted_, [this] {
    http::Answer head = {.content_type = "text/event-stream", .headers = headers_};
    head.headers.emplace_back("Cache-Control", "no-store");
    exchange_->begin_events(std::move(head));
    exchange_->send_event("progress", events_data({{"fraction", 0}, {"stage", "wait"}}));
  });
}

void PhotoJob::check_deadline() {
  if (is_done_ || seconds_over() < 0) return;
  fail(problem_for_now("photo: timeout: not done after " + number_text(most_seconds_) +
                           " s. Scale the photo down or raise the limit (--timeout).",
                       kRetryAfterTimeout));
  stop();
}

void PhotoJob::name_parts(http::Answer& answer) const {
  for (const auto& [path, name] : work_.names) {
    replace_all(answer.body, path, name);
    replace_all(answer.fault, path, name);
  }
}

void PhotoJob::fail(http::Answer problem) {
  name_parts(problem);
  finish(std::move(problem));
}

void PhotoJob::finish(http::Answer answer) {
  if (is_done_.exchange(true)) return;
  if (form_ != AnswerForm::events || !exchange_->is_stream()) {
    answer.headers.insert(answer.headers.end(), headers_.begin(), headers_.end());
    exchange_->answer(std::move(answer));
    return;
  }
  while (answer.body.ends_with('\n')) answer.body.pop_back();
  exchange_->send_event(answer.status == 200 ? "result" : "error", answer.body);
  exchange_->end_events();
}

void PhotoJob::run(cli::Networks& networks) {
  if (is_done_) return;
  accept();
  try {
    finish(make(networks));
  } catch (...) {
    fail(problem_of(std::current_exception()));
  }
}

http::Answer PhotoJob::make(cli::Networks& networks) {
  const io::MemoryFile result;
  cli::Job job = {.input = "photo", .output = result.path(), .format = work_.work->common().format};
  if (job.format.empty()) job.format = task_.rule.extension;
  double shown = -1;
  std::string shown_stage;
  const auto show = [&](double fraction, const std::string& stage) {
    if (form_ != AnswerForm::events || (stage == shown_stage && fraction < shown + kLeastStep)) return;
    shown = fraction;
    shown_stage = stage;
    exchange_->send_event("progress", events_data({{"fraction", fraction}, {"stage", stage}}));
  };
  cli::Report report(show, exchange_->gone());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(work_.photo.data());
  const cli::PhotoInput photo("photo", std::vector<std::uint8_t>(bytes, bytes + work_.photo.size()));
  work_.photo = {};
  work_.work->run(job, photo, networks, report);
  report.finish();
  const std::vector<std::uint8_t> file = result.bytes();
  if (form_ != AnswerForm::file) return json_answer(job.format, file, report);
  return {.content_type = media_type(job.format),
          .body = std::string(file.begin(), file.end()),
          .headers = {{"Content-Disposition",
                       "inline; filename=\"photo" + task_.rule.suffix + "." + job.format + "\""},
                      {"Cache-Control", "no-store"}}};
}

http::Answer PhotoJob::json_answer(const std::string& format, const std::vector<std::uint8_t>& bytes,
                                   const cli::Report& report) const {
  nlohmann::ordered_json summary = {{"media_type", media_type(format)},
                                    {"file_name", "photo" + task_.rule.suffix + "." + format},
                                    {"facts", report.facts},
                                    {"notes", report.notes()},
                                    {"seconds", report.times_json()},
                                    {"data", base64(bytes)}};
  return {.content_type = "application/json",
          .body = events_data(summary) + "\n",
          .headers = {{"Cache-Control", "no-store"}}};
}

}  // namespace portrait_depth::serve
