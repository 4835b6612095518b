// Who may call the service: host names, origins and bearer tokens.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace portrait_depth::serve {

struct AccessOptions {
  std::vector<std::string> host_names;  ///< That the Host header may have; empty: any.
  std::vector<std::string> origins;     ///< Other origins whose pages may call the service.
  std::vector<std::string> tokens;      ///< Empty: no token is needed.
};

/// The names of this machine itself, for a service on a loopback address: a page whose domain points to
/// 127.0.0.1 (DNS rebinding) has another name.
std::vector<std::string> loopback_names();
bool is_loopback(const std::string& address);

/// One token a line; empty lines and lines that begin with # do not count. Throws Error for a file that
/// cannot be read, WrongUse for a file without tokens and for tokens of less than 16 characters.
std::vector<std::string> read_tokens(const std::filesystem::path& file);

/// The time depends on the lengths only.
bool is_equal_in_constant_time(std::string_view a, std::string_view b);

/// The refusal of a request, or std::nullopt. `needs_token`: the request's path is not open to all.
std::optional<http::Answer> refusal(const http::Request& request, const AccessOptions& options,
                                    bool needs_token);

/// The headers of CORS for an answer to an accepted origin.
std::vector<std::pair<std::string, std::string>> cors_headers(const http::Request& request,
                                                              const AccessOptions& options);

}  // namespace portrait_depth::serve
