// Requests and answers of the server as values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace portrait_depth::http {

/// A value of the request: from the query, or a part of a multipart body.
struct Field {
  std::string name;
  std::string value;
  bool is_file = false;  ///< The part has a file name.
};

struct Request {
  std::string id;                    ///< The client's X-Request-Id, or a random one.
  std::string method, path, client;  ///< `client` is the numeric address.
  std::vector<Field> fields;         ///< In the request's order, the query first.
  std::string body;                  ///< The raw body; empty for a multipart one.
  bool is_multipart = false;
  std::uint64_t body_bytes = 0;                              ///< Received bytes of the body.
  std::vector<std::pair<std::string, std::string>> headers;  ///< Names in lower case.

  /// The first header of this name (lower case), or "".
  const std::string& header(const std::string& name) const;
};

struct Answer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  /// If not empty, the body is this file's content.
  std::filesystem::path file = {};
  std::string fault = {};  ///< The reason of an error, for the log.
};

}  // namespace portrait_depth::http
