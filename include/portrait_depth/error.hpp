// What went wrong, in one line a user can act on.
#pragma once

#include <stdexcept>
#include <string>

#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

enum class ErrorCode {
  invalid_argument,  ///< The caller broke a function's contract (sizes, limits, missing configuration).
  not_found,         ///< A file is missing.
  unreadable,        ///< A file is there, but is not what it should be (truncated, no image, broken model).
  unwritable,        ///< The output could not be written (folder, permissions, full disk).
  unsupported,       ///< A format or option that this build does not know.
  too_large,         ///< More pixels than the limit allows.
  no_person,         ///< The picture has no person.
  stopped,           ///< The caller's stop flag was raised.
};

/// Thrown by the C++ API only; nothing escapes through the C and WebAssembly borders. `what()` is one line
/// that says what was wrong with which input, and what to do about it.
class PORTRAIT_DEPTH_API Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace portrait_depth
