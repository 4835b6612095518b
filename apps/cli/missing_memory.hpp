// The end of the command when memory is missing.
//
// GLib, on which libvips stands, ends the process without a result of its own if a request fails: it prints
// its own lines and aborts, or overflows the stack while it formats them. Other libraries end similarly. The
// command therefore has its own malloc() and its relatives, which pass requests to the next allocator in the
// process. If a request below kLargeRequest fails, the command prints one line, removes its unfinished files
// and exits with kExitFailure. A larger request fails as usual, because memory for an error message remains:
// the photo fails, and the next one is tried.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>

namespace portrait_depth::cli {

constexpr std::size_t kLargeRequest = std::size_t{1} << 20;  // bytes

/// Covers GLib's large requests, which abort as well.
void watch_for_missing_memory();
/// The input, or inputs, that the line names from now on. Calls from several threads must not overlap.
void name_input_of_missing_memory(const std::string& input);
/// Limits the memory of the process (RLIMIT_DATA), from --max-memory.
void limit_memory(std::int64_t bytes);
/// True if the system refuses a thread for want of memory.
bool is_missing_memory(const std::system_error& error);
/// The line for an input, without its end.
std::string missing_memory_line(const std::string& input);

}  // namespace portrait_depth::cli
