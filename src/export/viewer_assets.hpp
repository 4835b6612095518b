// The viewer's files, put into the program by the build (src/export/CMakeLists.txt).
#pragma once

#include <string_view>

namespace portrait_depth {

extern const std::string_view kViewerPage;  ///< viewer/page.html
/// viewer/viewer.js with three.js, minified; empty if three.js was missing.
extern const std::string_view kViewerScript;
/// SHA-256 of kViewerScript and of the page's style sheet, hexadecimal.
extern const std::string_view kViewerScriptHash, kViewerStyleHash;

}  // namespace portrait_depth
