#include "access.hpp"

#include <algorithm>
#include <sstream>

#include "command.hpp"
#include "files/input_file.hpp"
#include "problem.hpp"
#include "text/lower_case.hpp"

namespace portrait_depth::serve {
namespace {

constexpr std::size_t kShortestToken = 16;
constexpr std::string_view kBearer = "bearer ";
constexpr FileKind kTokenFile = {"file of tokens", std::size_t{1} << 20, "Use fewer tokens"};

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "localhost" of "localhost:8080", "::1" of "[::1]:8080".
std::string name_of_host(const std::string& host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return lower_case(host.substr(0, host.find(':')));
}

// The page and the service have one address; the scheme differs behind a proxy with TLS.
bool is_own_origin(const std::string& origin, const std::string& host) {
  const std::size_t end = origin.find("://");
  return end != std::string::npos && origin.substr(end + 3) == host;
}

bool has_token(const http::Request& request, const std::vector<std::string>& tokens) {
  const std::string& header = request.header("authorization");
  if (!lower_case(header.substr(0, kBearer.size())).starts_with(kBearer)) return false;
  const std::string_view given = std::string_view(header).substr(kBearer.size());
  bool is_known = false;
  for (const std::string& token : tokens) is_known |= is_equal_in_constant_time(given, token);
  return is_known;
}

}  // namespace

std::vector<std::string> loopback_names() {
  return {"localhost", "127.0.0.1", "::1"};
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

std::vector<std::string> read_tokens(const std::filesystem::path& file) {
  const auto bytes = read_file(file, kTokenFile);
  std::istringstream stream(std::string(bytes.begin(), bytes.end()));
  std::vector<std::string> tokens;
  for (std::string line; std::getline(stream, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty() || line.starts_with('#')) continue;
    if (line.size() < kShortestToken)
      throw cli::WrongUse(file.string() + ": a token has less than " + std::to_string(kShortestToken) +
                          " characters; write longer ones");
    tokens.push_back(line);
  }
  if (tokens.empty())
    throw cli::WrongUse(file.string() + ": the file has no token; write one a line, or leave --tokens out");
  return tokens;
}

bool is_equal_in_constant_time(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < b.size(); ++i) {
    const char other = i < a.size() ? a[i] : '\0';
    difference |= static_cast<unsigned>(static_cast<unsigned char>(other) ^ static_cast<unsigned char>(b[i]));
  }
  return difference == 0;
}

std::optional<http::Answer> refusal(const http::Request& request, const AccessOptions& options,
                                    bool needs_token) {
  const std::string& host = request.header("host");
  if (!options.host_names.empty() && !contains(options.host_names, name_of_host(host)))
    return problem(421, "Host: " + name_of_host(host) +
                            " is not a name of this service; use localhost, or start it with --host-name");
  const std::string& origin = request.header("origin");
  if (!origin.empty() && !is_own_origin(origin, host) && !contains(options.origins, origin))
    return problem(403, "Origin: " + origin + " may not call this service; start it with --cors " + origin);
  // The browser's question before a request with a token has none.
  if (needs_token && request.method != "OPTIONS" && !options.tokens.empty() &&
      !has_token(request, options.tokens)) {
    http::Answer answer =
        problem(401, "Authorization: no valid token; send the header Authorization: Bearer TOKEN");
    answer.headers.emplace_back("WWW-Authenticate", "Bearer");
    return answer;
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> cors_headers(const http::Request& request,
                                                              const AccessOptions& options) {
  const std::string& origin = request.header("origin");
  if (options.origins.empty()) return {};
  if (!contains(options.origins, origin)) return {{"Vary", "Origin"}};
  return {{"Vary", "Origin"},
          {"Access-Control-Allow-Origin", origin},
          {"Access-Control-Allow-Methods", "GET, POST"},
          {"Access-Control-Allow-Headers", "Authorization, Content-Type, X-Request-Id"},
          {"Access-Control-Expose-Headers", "X-Request-Id, Retry-After"}};
}

}  // namespace portrait_depth::serve
