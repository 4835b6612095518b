// portrait-depth serve: the service over HTTP.
#pragma once

#include "command.hpp"

namespace portrait_depth::serve {

cli::Command add_serve_command(CLI::App& app);

}  // namespace portrait_depth::serve
