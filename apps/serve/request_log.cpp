#include "request_log.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>

#include "printable.hpp"

namespace portrait_depth::serve {
namespace {

// RFC 3339 in UTC.
std::string time_text() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm parts = {};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 64> text = {};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data() + size, text.size() - size, ".%03dZ", static_cast<int>(milliseconds));
  return text.data();
}

std::string line_of(const nlohmann::ordered_json& entry) {
  return entry.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string request_line(const http::Exchange& exchange, double seconds) {
  const http::Request& request = exchange.request;
  nlohmann::ordered_json entry = {{"time", time_text()},
                                  {"id", request.id},
                                  {"client", request.client},
                                  {"method", cli::printable(request.method)},
                                  {"path", cli::printable(request.path)},
                                  {"status", exchange.status == 0 ? kStatusClientGone : exchange.status},
                                  {"seconds", std::round(seconds * 1e4) / 1e4},
                                  {"received", request.body_bytes},
                                  {"sent", exchange.sent_bytes}};
  if (!exchange.fault.empty()) entry["fault"] = exchange.fault;
  return line_of(entry);
}

std::string fault_line(const std::string& fault) {
  return line_of({{"time", time_text()}, {"fault", cli::printable(fault)}});
}

}  // namespace portrait_depth::serve
