#include "problem.hpp"

#include <CLI/CLI.hpp>
#include <new>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "portrait_depth/error.hpp"
#include "printable.hpp"

namespace portrait_depth::serve {
namespace {

constexpr int kRetryAfterMissingMemory = 5;  // seconds

std::string title_of(int status) {
  switch (status) {
    case 400:
      return "Bad request";
    case 401:
      return "No valid token";
    case 403:
      return "Foreign origin";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 413:
      return "Too large";
    case 415:
      return "Unsupported";
    case 421:
      return "Unknown host name";
    case 422:
      return "The photo cannot be processed";
    case 503:
      return "Not available now";
    default:
      return "Internal error";
  }
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::not_found:
      return 400;
    case ErrorCode::too_large:
      return 413;
    case ErrorCode::unsupported:
      return 415;
    case ErrorCode::unreadable:
    case ErrorCode::no_person:
      return 422;
    case ErrorCode::stopped:
    case ErrorCode::unwritable:
      break;
  }
  return 503;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

http::Answer problem(int status, const std::string& detail) {
  const std::string line = cli::printable(first_line(detail));
  const nlohmann::ordered_json body = {
      {"type", "about:blank"}, {"title", title_of(status)}, {"status", status}, {"detail", line}};
  return {.status = status,
          .content_type = "application/problem+json",
          .body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n",
          .fault = line};
}

http::Answer problem_for_now(const std::string& detail, int retry_seconds) {
  http::Answer answer = problem(503, detail);
  answer.headers.emplace_back("Retry-After", std::to_string(retry_seconds));
  return answer;
}

http::Answer problem_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const cli::WrongUse& wrong) {
    return problem(400, wrong.what());
  } catch (const CLI::ParseError& wrong) {
    return problem(400, wrong.what());
  } catch (const Error& fault) {
    const int status = status_of(fault.code());
    return status == 503 ? problem_for_now(fault.what(), kRetryAfterMissingMemory)
                         : problem(status, fault.what());
  } catch (const std::bad_alloc&) {
    return problem_for_now("photo: no memory: scale the photo down or choose a smaller size",
                           kRetryAfterMissingMemory);
  } catch (const std::exception& fault) {
    http::Answer answer = problem(500, "the service could not process the request; its log has the reason");
    answer.fault = cli::printable(first_line(fault.what()));
    return answer;
  }
}

}  // namespace portrait_depth::serve
