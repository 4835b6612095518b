// The error that an action throws, and a matcher for its class and its sentence.
//
//   EXPECT_THAT(error_of([&] { detector.find(Image()); }), IsError(ErrorCode::invalid_argument, "picture"));
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <type_traits>

#include "portrait_depth/error.hpp"

namespace portrait_depth {

/// Fails the test when the action throws no error.
inline Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "the action threw no error";
  return {ErrorCode::stopped, ""};
}

/// `sentence` is a part of the error's sentence, or a matcher for all of it. A part is the input's name or
/// another word that a better sentence keeps.
MATCHER_P2(IsError, code, sentence, "") {
  const testing::Matcher<std::string> whole = [&]() -> testing::Matcher<std::string> {
    if constexpr (std::is_convertible_v<decltype(sentence), std::string>)
      return testing::HasSubstr(std::string(sentence));
    else
      return sentence;
  }();
  return arg.code() == code && testing::ExplainMatchResult(whole, std::string(arg.what()), result_listener);
}

/// GoogleTest prints an error by its class and its sentence.
inline void PrintTo(const Error& error, std::ostream* out) {  // NOLINT(readability-identifier-naming)
  *out << "class " << static_cast<int>(error.code()) << ": " << error.what();
}

}  // namespace portrait_depth
