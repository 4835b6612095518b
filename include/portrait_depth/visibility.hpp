// Marks of the symbols that the shared library exports.
#pragma once

/// Marks the functions and classes of the public API. The library is compiled with hidden visibility, so that
/// it exports only these. tests/install/exported_symbols.py compares the marks with the installed library.
#define PORTRAIT_DEPTH_API __attribute__((visibility("default")))
/// Marks a class inside a marked one that is not part of the API.
#define PORTRAIT_DEPTH_LOCAL __attribute__((visibility("hidden")))
