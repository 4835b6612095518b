// The viewer's files, put into the program by the build (src/export/CMakeLists.txt).
#pragma once

#include <string_view>

namespace portrait_depth {

extern const std::string_view kViewerPage;  ///< viewer/page.html
extern const std::string_view
    kViewerScript;  ///< viewer/viewer.js with three.js, minified; empty if three.js was missing.

}  // namespace portrait_depth
