// The error that an action throws, for tests of what it says.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "portrait_depth/error.hpp"

namespace portrait_depth {

/// Fails the test when nothing is thrown.
inline Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {ErrorCode::stopped, ""};
}

}  // namespace portrait_depth
