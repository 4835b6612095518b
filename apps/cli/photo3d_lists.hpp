// The lists that photo3d prints instead of a result.
#pragma once

#include <string>

namespace portrait_depth::cli {

/// One line a format, of all tables: films, stills, scenes.
std::string format_list();

/// Prints format_list(). Throws CLI::Success, as --help does; print_presets() too.
void print_formats();
void print_presets();

}  // namespace portrait_depth::cli
