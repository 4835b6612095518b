// No exception crosses the border to JavaScript: functions return 0 on failure and keep the error.
#pragma once

#include <exception>
#include <type_traits>

namespace portrait_depth::wasm {

/// Keeps the error for pd_error_code and pd_error_message.
void remember(const std::exception& error);

/// The result of `work`, or 0 (a null pointer, false) if it throws.
template <class Work>
auto guarded(Work&& work) noexcept -> std::invoke_result_t<Work> {
  try {
    return work();
  } catch (const std::exception& error) {
    remember(error);
    return {};
  }
}

}  // namespace portrait_depth::wasm
