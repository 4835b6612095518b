// A second look at the head: a run of the depth network on a crop of the head alone, which shows it larger,
// blended into the run on the whole person.
#pragma once

#include <optional>
#include <span>

#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// The crop of a head with its hair, of the shape of `person_crop`. `face`: from the brows to the chin. Empty
/// if the head already fills much of the person's crop, where a second look brings nothing.
std::optional<Box> crop_around_head(const Box& face, const Box& person_crop);

/// A relief of width x height pixels over a crop, in widths of that crop, and the mask there. Values without
/// a number, and values off the person, do not count.
struct CroppedRelief {
  std::span<const float> relief, mask;
  Box crop;
};

/// Blends the head's relief into the person's, both of width x height pixels. The head's relief gets the tilt
/// and the distance of the person's there, because a crop of a head shows less of them. Its share is the same
/// over the face and falls to 0 toward the border of its crop. Leaves a person's relief as it is where too
/// little of the head is seen.
void blend_head(std::span<float> relief, std::span<const float> mask, const Box& crop,
                const CroppedRelief& head, int width, int height);

}  // namespace portrait_depth
