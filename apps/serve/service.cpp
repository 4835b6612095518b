#include "service.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "openapi.hpp"
#include "pages.hpp"
#include "portrait_depth/depth.hpp"
#include "problem.hpp"
#include "request_log.hpp"

namespace portrait_depth::serve {
namespace {

constexpr std::chrono::milliseconds kInterval(50);
constexpr double kSecondsToStop = 2;
constexpr double kStuckSeconds = 30;  // after its deadline; the worker does not come back
constexpr std::string_view kTaskPath = "/v1/";

constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: "
    "data:; "
    "media-src blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

http::Answer own_page(std::string_view text, const char* type) {
  http::Answer answer = {.content_type = type, .body = std::string(text), .headers = page_headers()};
  answer.headers.emplace_back("Content-Security-Policy", kPagePolicy);
  return answer;
}

http::Answer models_document(const std::string& folder_name) {
  const std::filesystem::path folder =
      folder_name.empty() ? default_model_folder() : std::filesystem::path(folder_name);
  auto list = nlohmann::ordered_json::array();
  std::error_code error;
  for (const DepthModel& model : depth_models())
    list.push_back({{"name", model.name},
                    {"available", std::filesystem::is_regular_file(folder / model.file, error)},
                    {"description", model.description}});
  return {.content_type = "application/json", .body = list.dump(2) + "\n"};
}

// The answers that never change.
std::map<std::string, http::Answer> make_documents(const ServiceOptions& options) {
  const char* html = "text/html; charset=utf-8";
  return {
      {"/openapi.json",
       {.content_type = "application/json", .body = openapi(!options.access.tokens.empty()).dump(2) + "\n"}},
      {"/docs", own_page(reference_page(), html)},
      {"/upload", own_page(kUploadPage, html)},
      {"/upload.js", own_page(kUploadScript, "text/javascript; charset=utf-8")},
      {"/upload.css", own_page(kUploadStyle, "text/css; charset=utf-8")},
      {"/v1/models", models_document(options.queue.networks.model_folder)},
      {"/healthz", {.body = "ok\n"}}};
}

const Task* task_of(const std::string& path) {
  return path.starts_with(kTaskPath) ? find_task(path.substr(kTaskPath.size())) : nullptr;
}

bool is_open_to_all(const std::string& path) {
  return !path.starts_with(kTaskPath) && path != "/metrics";
}

http::Answer method_refusal(const char* allowed) {
  http::Answer answer = problem(405, std::string("the method is not allowed here; use ") + allowed);
  answer.headers.emplace_back("Allow", allowed);
  return answer;
}

}  // namespace

Service::Service(const ServiceOptions& options)
    : options_(options), site_(options.site), documents_(make_documents(options)) {
  const auto load_networks = [](cli::Networks& networks) {
    try {
      networks.estimator(find_depth_model("ar_portrait_depth"), true);
      networks.segmenter();
      networks.face_detector();
    } catch (const std::exception& error) {
      std::cerr << fault_line(error.what()) << std::flush;
    }
  };
  queue_ = std::make_unique<JobQueue>(options.queue, load_networks);
  watcher_ = std::thread([this] { watch(); });
}

Service::~Service() {
  has_ended_ = true;
  watcher_.join();
}

http::Handlers Service::handlers() {
  return {.check = [this](const http::Request& request) { return check(request); },
          .handle = [this](const std::shared_ptr<http::Exchange>& exchange) { handle(exchange); },
          .refuse =
              [this](int status, const std::string& reason) {
                return status == 413
                           ? problem(413, "the body has more than " +
                                              std::to_string(options_.most_body_bytes) +
                                              " bytes; save the photo as a smaller file or raise the "
                                              "limit (--max-body)")
                           : problem(status, reason);
              },
          .finish = [this](const http::Exchange& exchange) { count(exchange); }};
}

std::optional<http::Answer> Service::check(const http::Request& request) const {
  if (auto answer = refusal(request, options_.access, !is_open_to_all(request.path))) return answer;
  const bool is_task = task_of(request.path) != nullptr;
  if (request.method == "OPTIONS")
    return http::Answer{.status = 204, .content_type = "", .headers = cors_headers(request, options_.access)};
  if (is_task) return request.method == "POST" ? std::nullopt : std::optional(method_refusal("POST"));
  return request.method == "GET" || request.method == "HEAD" ? std::nullopt
                                                             : std::optional(method_refusal("GET"));
}

void Service::handle(const std::shared_ptr<http::Exchange>& exchange) {
  if (const Task* task = task_of(exchange->request.path)) return start_job(*task, exchange);
  http::Answer answer = page(exchange->request);
  const auto cors = cors_headers(exchange->request, options_.access);
  answer.headers.insert(answer.headers.end(), cors.begin(), cors.end());
  exchange->answer(std::move(answer));
}

http::Answer Service::page(const http::Request& request) const {
  const std::string& path = request.path;
  if (const auto found = documents_.find(path); found != documents_.end()) return found->second;
  if (path == "/readyz") return readiness();
  if (path == "/metrics")
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
            .body = metrics_.text({.waiting = queue_->waiting(),
                                   .running = queue_->running(),
                                   .workers = static_cast<std::size_t>(options_.queue.workers),
                                   .most_waiting = options_.queue.most_waiting})};
  if (auto file = site_.find(path)) return *file;
  if (path == "/") return documents_.at("/upload");
  return problem(404, "the service has no such page; see /docs");
}

http::Answer Service::readiness() const {
  const std::lock_guard lock(mutex_);
  const bool is_stuck = std::any_of(jobs_.begin(), jobs_.end(),
                                    [](const auto& job) { return job->seconds_over() > kStuckSeconds; });
  if (is_draining_) return problem_for_now("the service is ending; use another one", 1);
  if (!queue_->is_ready()) return problem_for_now("the networks are not loaded yet; try again", 1);
  if (is_stuck) return problem_for_now("a photo does not end; start the service again", 1);
  return {.body = "ready\n"};
}

http::Answer Service::full_queue() const {
  const double seconds =
      metrics_.mean_job_seconds() * static_cast<double>(options_.queue.most_waiting) / options_.queue.workers;
  return problem_for_now("the queue is full; try again later",
                         std::max(1, static_cast<int>(std::ceil(seconds))));
}

void Service::start_job(const Task& task, const std::shared_ptr<http::Exchange>& exchange) {
  const auto headers = cors_headers(exchange->request, options_.access);
  const auto refuse = [&](http::Answer answer) {
    answer.headers.insert(answer.headers.end(), headers.begin(), headers.end());
    exchange->answer(std::move(answer));
  };
  if (is_draining_) return refuse(problem_for_now("the service is ending; use another one", 1));
  if (queue_->is_full()) return refuse(full_queue());  // before the request costs work
  std::shared_ptr<PhotoJob> job;
  try {
    job = std::make_shared<PhotoJob>(task, exchange, options_.limits, headers);
  } catch (...) {
    return refuse(problem_of(std::current_exception()));
  }
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(job);
  }
  if (queue_->push([this, job](cli::Networks& networks) { run_job(*job, networks); })) return job->accept();
  job->fail(full_queue());
  const std::lock_guard lock(mutex_);
  std::erase(jobs_, job);
}

void Service::run_job(PhotoJob& job, cli::Networks& networks) {
  const auto start = PhotoJob::Clock::now();
  job.run(networks);
  metrics_.count_job(job.task().name, std::chrono::duration<double>(PhotoJob::Clock::now() - start).count());
  const std::lock_guard lock(mutex_);
  std::erase_if(jobs_, [&](const auto& known) { return known.get() == &job; });
}

void Service::watch() {
  while (!has_ended_) {
    std::this_thread::sleep_for(kInterval);
    const std::lock_guard lock(mutex_);
    for (const auto& job : jobs_) {
      job->check_deadline();
      // Its turn in the queue passes without work.
      if (job->has_gone()) job->fail(problem(kStatusClientGone, "the client has gone"));
    }
  }
}

bool Service::finish(double seconds) {
  const auto wait_for_jobs = [this](double most_seconds) {
    const auto end = PhotoJob::Clock::now() + std::chrono::duration<double>(most_seconds);
    while (queue_->waiting() + queue_->running() > 0 && PhotoJob::Clock::now() < end)
      std::this_thread::sleep_for(kInterval);
  };
  wait_for_jobs(seconds);
  {
    const std::lock_guard lock(mutex_);
    for (const auto& job : jobs_) {
      job->fail(problem_for_now("the service ends; use another one", 1));
      job->stop();
    }
  }
  wait_for_jobs(kSecondsToStop);
  return queue_->running() == 0;
}

void Service::count(const http::Exchange& exchange) {
  const http::Request& request = exchange.request;
  const double seconds = std::chrono::duration<double>(PhotoJob::Clock::now() - exchange.start).count();
  const bool is_known = task_of(request.path) != nullptr || documents_.contains(request.path) ||
                        request.path == "/readyz" || request.path == "/metrics" || request.path == "/";
  metrics_.count_request(is_known ? request.path : "other", exchange.status, seconds);
  std::cerr << request_line(exchange, seconds) << std::flush;
}

}  // namespace portrait_depth::serve
