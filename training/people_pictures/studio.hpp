// Pictures of people for viewers: one person under simple studio light, over a soft background.
#pragma once

#include "studio_portrait.hpp"

namespace portrait_depth::people {

/// Writes one lit portrait over a soft background. The name's extension decides the format. Throws Error.
void write_sample(const StudioOptions& options);

}  // namespace portrait_depth::people
