#include "errors.hpp"

#include <string>

#include "portrait_depth/error.hpp"
#include "portrait_depth_core.h"

namespace portrait_depth::wasm {
namespace {

// An error outside ErrorCode: the memory ran out, or the core has a defect.
constexpr int kOtherError = -1;

int last_code = kOtherError;
std::string last_message;

}  // namespace

void remember(const std::exception& error) {
  const auto* ours = dynamic_cast<const Error*>(&error);
  last_code = ours != nullptr ? static_cast<int>(ours->code()) : kOtherError;
  last_message = error.what();
}

}  // namespace portrait_depth::wasm

int pd_error_code() {
  return portrait_depth::wasm::last_code;
}
const char* pd_error_message() {
  return portrait_depth::wasm::last_message.c_str();
}
