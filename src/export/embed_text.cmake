# cmake -D "PAGE=…" -D "SCRIPT=…" -D "RESULT=….cpp" -P embed_text.cmake: text files as C++ strings. SCRIPT may be missing.
file(READ "${PAGE}" page)
set(script "")
if(SCRIPT)
  file(READ "${SCRIPT}" script)
endif()
# Escapes the text that would end the page's script element.
string(REPLACE "</script" "<\\/script" script "${script}")
# The page's policy allows these two elements by the hashes of their text.
string(REGEX MATCH "<style>(.*)</style>" style "${page}")
string(SHA256 style_hash "${CMAKE_MATCH_1}")
string(SHA256 script_hash "${script}")
file(WRITE "${RESULT}" "// Made by src/export/embed_text.cmake.
#include \"export/viewer_assets.hpp\"

// The standard requires 65536 characters of a string literal; GCC and clang accept more.
#pragma GCC diagnostic ignored \"-Woverlength-strings\"

namespace portrait_depth {

const std::string_view kViewerPage = R\"~page~(${page})~page~\";
const std::string_view kViewerStyleHash = \"${style_hash}\";
const std::string_view kViewerScriptHash = \"${script_hash}\";
const std::string_view kViewerScript = R\"~script~(${script})~script~\";

}  // namespace portrait_depth
")
