// A person's mask made fit to cut them out of their photo.
#pragma once

#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// Cuts the haze that a network's mask leaves around the person, and closes pale spots inside: only what the
/// bare background reaches through paling pixels stays soft. Values that are not finite become 0.
void clean_matte(Plane<float>& alpha);

}  // namespace portrait_depth
