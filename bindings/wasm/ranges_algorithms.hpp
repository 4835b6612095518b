// The range algorithms of C++20 that the core uses, for standard libraries without them, as the libc++ of
// Debian 12's Emscripten. Included before every source of this build; empty if the library has its own.
#pragma once

#include <version>

#if !defined(__cpp_lib_ranges)

#include <algorithm>
#include <iterator>

// Names in namespace std are the library's own; these replace missing ones.
namespace std::ranges {  // NOLINT(cert-dcl58-cpp)

template <class Range, class Out>
auto copy(Range&& range, Out out) {
  return std::copy(std::begin(range), std::end(range), out);
}
template <class Range, class Value>
void fill(Range&& range, const Value& value) {
  std::fill(std::begin(range), std::end(range), value);
}
template <class Range, class Test>
auto find_if(Range&& range, Test test) {
  return std::find_if(std::begin(range), std::end(range), test);
}
template <class Range, class Value>
auto find(Range&& range, const Value& value) {
  return std::find(std::begin(range), std::end(range), value);
}
template <class Range, class Test>
bool all_of(Range&& range, Test test) {
  return std::all_of(std::begin(range), std::end(range), test);
}
template <class Range, class Test>
bool any_of(Range&& range, Test test) {
  return std::any_of(std::begin(range), std::end(range), test);
}
template <class Range, class Test>
bool none_of(Range&& range, Test test) {
  return std::none_of(std::begin(range), std::end(range), test);
}
template <class Range, class Test>
auto count_if(Range&& range, Test test) {
  return std::count_if(std::begin(range), std::end(range), test);
}
template <class Range>
auto max_element(Range&& range) {
  return std::max_element(std::begin(range), std::end(range));
}
template <class Range>
auto min_element(Range&& range) {
  return std::min_element(std::begin(range), std::end(range));
}
template <class Range>
void sort(Range&& range) {
  std::sort(std::begin(range), std::end(range));
}
template <class Range, class Less>
void sort(Range&& range, Less less) {
  std::sort(std::begin(range), std::end(range), less);
}
template <class Range, class Out, class Function>
auto transform(Range&& range, Out out, Function function) {
  return std::transform(std::begin(range), std::end(range), out, function);
}

template <class Range, class Iterator>
void nth_element(Range&& range, Iterator nth) {
  std::nth_element(std::begin(range), nth, std::end(range));
}
template <class Range, class Iterator, class Less>
void nth_element(Range&& range, Iterator nth, Less less) {
  std::nth_element(std::begin(range), nth, std::end(range), less);
}

}  // namespace std::ranges

#endif
