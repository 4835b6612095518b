// The refusals of a photo: one line with the file's name, the class of the reason and its way out.
#include <algorithm>
#include <initializer_list>
#include <new>
#include <string>

#include "files/input_file.hpp"
#include "io/photo_file.hpp"
#include "text/lower_case.hpp"

namespace portrait_depth::io {
namespace {

bool contains_any(const std::string& text, std::initializer_list<const char*> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const char* part) { return text.find(part) != std::string::npos; });
}

// Messages of decoders without a reason.
bool explains_nothing(const std::string& lower) {
  return lower.empty() || contains_any(lower, {"unspecified", "unknown error", "unknown reason"});
}

}  // namespace

void PhotoFile::fail(ErrorCode code, const std::string& reason, const std::string& action) const {
  throw Error(code, name_ + ": " + reason + ". " + action + ".");
}

void PhotoFile::fail_damaged(const std::string& reason) const {
  fail(ErrorCode::unreadable, "damaged: " + reason, "Get the file anew");
}

void PhotoFile::fail_unsupported(const std::string& reason, const std::string& action) const {
  fail(ErrorCode::unsupported, "unsupported: " + reason, action);
}

void PhotoFile::fail_too_large(const std::string& reason, const std::string& action) const {
  fail(ErrorCode::too_large, "too large: " + reason, action);
}

void PhotoFile::fail_no_photo(const std::string& reason) const {
  fail(ErrorCode::unreadable, "unsupported: " + reason,
       "Give a photo as JPEG, PNG, WebP, TIFF, HEIC, AVIF or GIF");
}

void PhotoFile::fail_opening(int error_number) const {
  fail_reading(name_, "file", error_number);
}

void PhotoFile::fail_no_memory() const {
  fail(ErrorCode::too_large, "no memory: decoding needs more than is free",
       "Scale the photo down, end other programs or raise --max-memory");
}

void PhotoFile::fail_decoding() const {
  std::string reason;
  try {
    reason = take_vips_error();
  } catch (const std::bad_alloc&) {
    fail_no_memory();
  }
  const std::string lower = lower_case(reason);
  if (contains_any(lower, {"unsupported", "not supported", "unimplemented", "not implemented", "no codec",
                           "no decoder", "unable to find", "not known", "class \"vipsforeignload"}))
    fail_unsupported(reason, "Save the photo as JPEG, PNG or TIFF");
  if (contains_any(lower, {"too large", "too big", "too many", "exceeds", "limit", "out of range"}))
    fail_too_large(reason, "Scale the photo down and save it anew");
  fail_damaged(explains_nothing(lower) ? "the pixels cannot be decoded" : reason);
}

}  // namespace portrait_depth::io
