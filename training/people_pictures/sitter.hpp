// A person who sits for a published portrait: natural hair, plain clothes, a calm face.
#pragma once

#include "catalog.hpp"
#include "shot.hpp"
#include "traits.hpp"

namespace portrait_depth::people {

/// Draws a person of the split in plain clothes and without headwear, of natural colors.
Traits choose_sitter(const Random& random, const Catalog& catalog, Split split);

/// Head and shoulders from about two metres with a long lens. `aspect` is the photo's width over its height.
Shot sitter_shot(Random random, float aspect);

}  // namespace portrait_depth::people
