// The head and the body of a request from libmicrohttpd's pieces.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "message.hpp"

struct MHD_Connection;     // NOLINT(readability-identifier-naming): libmicrohttpd's own names
struct MHD_PostProcessor;  // NOLINT(readability-identifier-naming)

namespace portrait_depth::http {

/// Reads headers, query and the client's address, and chooses the request's id.
void read_head(MHD_Connection* connection, Request& request);

/// Collects a body in memory, or a multipart body's parts in the request's fields.
class RequestReader {
 public:
  RequestReader(MHD_Connection* connection, Request& request, std::uint64_t most_bytes);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// False if the client sends far more than the limit: the connection ends.
  bool read(std::string_view bytes);
  /// The fault of the body, or "".
  std::string finish();
  bool is_too_large() const { return request_.body_bytes > most_bytes_; }
  /// For the parser of multipart bodies.
  bool add_part(const char* name, const char* file_name, std::string_view bytes, std::uint64_t offset);

 private:
  Request& request_;
  const std::uint64_t most_bytes_;
  MHD_PostProcessor* parts_ = nullptr;
  bool is_broken_ = false;
};

}  // namespace portrait_depth::http
