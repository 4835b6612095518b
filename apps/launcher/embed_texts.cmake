# cmake -D "COMMAND=…" -D "RESULT=….cpp" -P embed_texts.cmake: the texts of the built command as C++ strings: its help, the
# help of each subcommand, its version, the completions, and its answer without arguments.
set(rows "")

# Calls the command and adds its answer to `rows`. Puts its standard output into `output`.
function(add_text exit_code)
  execute_process(COMMAND "${COMMAND}" ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  list(JOIN ARGN " " arguments)
  if(NOT result EQUAL exit_code)
    message(FATAL_ERROR "${COMMAND} ${arguments}: exit code ${result} instead of ${exit_code}: ${errors}")
  endif()
  list(TRANSFORM ARGN REPLACE "(.+)" "\"\\1\"")
  list(JOIN ARGN ", " arguments)
  set(rows "${rows}    {{${arguments}}, ${exit_code}, R\"~text~(${output})~text~\", R\"~text~(${errors})~text~\"},\n" PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

# The words of `output` that the pattern captures.
function(find_words name pattern text)
  string(REGEX MATCHALL "${pattern}" lines "${text}")
  list(TRANSFORM lines REPLACE "${pattern}" "\\1")
  if(NOT lines)
    message(FATAL_ERROR "${COMMAND}: its help lists no ${name}")
  endif()
  set(${name} "${lines}" PARENT_SCOPE)
endfunction()

add_text(2)
add_text(0 --version)
add_text(0 -h)
add_text(0 --help)
string(REGEX REPLACE ".*\nSubcommands:\n" "" listed "${output}")
string(REGEX REPLACE "\n\n.*" "\n" listed "${listed}")
find_words(subcommands "  ([a-z0-9]+) [^\n]*\n" "${listed}")
foreach(subcommand IN LISTS subcommands)
  add_text(0 ${subcommand} -h)
  add_text(0 ${subcommand} --help)
endforeach()
execute_process(COMMAND "${COMMAND}" completion --help OUTPUT_VARIABLE output)
string(REGEX REPLACE ".*shell TEXT:{([a-z,]+)}.*" "\\1" listed "${output}")
string(REPLACE "," "\n" listed "${listed}\n")
find_words(shells "([a-z]+)\n" "${listed}")
foreach(shell IN LISTS shells)
  add_text(0 completion ${shell})
endforeach()

file(WRITE "${RESULT}" "// Made by apps/launcher/embed_texts.cmake.
#include \"texts.hpp\"

namespace portrait_depth::launcher {
namespace {

constexpr Text kTable[] = {
${rows}};

}  // namespace

const std::span<const Text> kTexts = kTable;

}  // namespace portrait_depth::launcher
")
