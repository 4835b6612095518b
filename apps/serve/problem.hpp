// Errors as answers: RFC 9457, "Problem Details for HTTP APIs", with the command's sentence.
#pragma once

#include <exception>
#include <string>

#include "http/message.hpp"

namespace portrait_depth::serve {

/// `detail` is one sentence for the client.
http::Answer problem(int status, const std::string& detail);
/// The same with Retry-After.
http::Answer problem_for_now(const std::string& detail, int retry_seconds);

/// The problem of an exception of the work. A fault that is not the request's has status 500 and no details;
/// its text goes to the log (Answer::fault).
http::Answer problem_of(const std::exception_ptr& error);

}  // namespace portrait_depth::serve
