// The steps of choose_traits. Each fills a part of the traits; later ones read earlier ones.
#pragma once

#include "traits.hpp"

namespace portrait_depth::people {

// face_choices.cpp
// `scanned` is the share of a scanned face, which the sliders of the face would change.
std::vector<MorphWeight> choose_shape(Random random, const MorphLibrary& morphs, float scanned);
void choose_expression(Random random, const MorphLibrary& morphs, Traits& traits);
void choose_skin(Random random, const Catalog& catalog, Split split, Traits& traits);

// hair_choices.cpp
void choose_hair(Random random, const Catalog& catalog, Split split, Traits& traits);
void choose_beard(Random random, Traits& traits);

// clothes_choices.cpp
Yarn choose_yarn(Random random);
void choose_pattern(Random& random, ClothPaint& paint);
void choose_suit(Random random, const Catalog& catalog, Split split, Traits& traits);
void choose_outer(Random random, const SuitTraits& suit, Traits& traits);

}  // namespace portrait_depth::people
