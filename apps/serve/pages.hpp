// The plain page's files, put into the program by the build (CMakeLists.txt).
#pragma once

#include <string_view>

namespace portrait_depth::serve {

extern const std::string_view kUploadPage, kUploadScript, kUploadStyle;

}  // namespace portrait_depth::serve
