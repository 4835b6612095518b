// protozero with checks in every build: a field of another wire type than the reader expects is an error of
// the file. protozero asserts it in debug builds only. Include this header instead of protozero's.
#pragma once

#include <stdexcept>

namespace portrait_depth::onnx {

/// A field is not of the type that its number has in ONNX.
class WrongField : public std::runtime_error {
 public:
  WrongField() : std::runtime_error("a field of another type") {}
};
[[noreturn]] inline void reject_field() {
  throw WrongField();
}

}  // namespace portrait_depth::onnx

// NOLINTNEXTLINE(readability-identifier-naming): protozero's own name
#define protozero_assert(condition) \
  ((condition) ? static_cast<void>(0) : ::portrait_depth::onnx::reject_field())

#include <protozero/data_view.hpp>
#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>
#include <protozero/varint.hpp>
