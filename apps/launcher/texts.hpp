// The texts that the command prints without any work.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace portrait_depth::launcher {

/// The command's answer to arguments.
struct Text {
  std::array<std::string_view, 2> arguments;  // empty: no argument
  int exit_code;
  std::string_view output, errors;  // of standard output and standard error
};

/// Made by embed_texts.cmake from the answers of the built command.
extern const std::span<const Text> kTexts;

}  // namespace portrait_depth::launcher
