# cmake -D "FOLDER=…" -D "RESULT=….cpp" -P embed_pages.cmake: the files of pages/ as C++ strings.
foreach(type html js css)
  file(READ "${FOLDER}/upload.${type}" ${type})
endforeach()
file(WRITE "${RESULT}" "// Made by apps/serve/embed_pages.cmake.
#include \"pages.hpp\"

namespace portrait_depth::serve {

const std::string_view kUploadPage = R\"~page~(${html})~page~\";
const std::string_view kUploadScript = R\"~page~(${js})~page~\";
const std::string_view kUploadStyle = R\"~page~(${css})~page~\";

}  // namespace portrait_depth::serve
")
