// Errors: a code, and one line that names the input, the reason and the action.
#pragma once

#include <stdexcept>
#include <string>

#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

enum class ErrorCode {
  invalid_argument,  ///< The caller broke a function's contract (sizes, limits, missing configuration).
  not_found,         ///< A file is missing.
  unreadable,        ///< A file exists, but its content is invalid (truncated, not an image, broken model).
  unwritable,        ///< The output could not be written (folder, permissions, full disk).
  unsupported,       ///< This build does not support the format or option.
  too_large,         ///< More pixels than the limit allows.
  no_person,         ///< The picture has no person.
  stopped,           ///< The caller set the stop flag.
};

/// Thrown by the C++ API. No exception crosses the C and WebAssembly borders. `what()` is one line: it names
/// the input, the reason and the action.
class PORTRAIT_DEPTH_API Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace portrait_depth
