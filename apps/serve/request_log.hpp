// The log: one line of JSON for each request and fault, without contents of pictures.
#pragma once

#include <string>

#include "http/exchange.hpp"

namespace portrait_depth::serve {

/// The status in the log and the metrics of a request whose client closed the connection before its answer.
inline constexpr int kStatusClientGone = 499;

/// With the line's end. The query is left out.
std::string request_line(const http::Exchange& exchange, double seconds);
std::string fault_line(const std::string& fault);

}  // namespace portrait_depth::serve
