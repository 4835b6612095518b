// A plane of values on the person, brought to the photo along the photo's edges.
#pragma once

#include "image/guided_model.hpp"
#include "portrait_depth/image.hpp"

namespace portrait_depth {

/// `values`: of the whole photo, at any size; NaN where unknown. The result has the photo's size: a value
/// wherever `mask` > 0, NaN elsewhere. Known values are kept if both sizes are equal. Of a larger plane, the
/// nearest value is taken, so that values of two surfaces do not mix. A smaller one is enlarged by a guided
/// filter with `fit`. Unknown values on the person are filled smoothly from the known ones on the person.
/// All values are NaN if none is known there. `mask` has the photo's size.
Plane<float> bring_to_photo(PlaneView<const float> values, ImageView image, PlaneView<const float> mask,
                            const GuidedModelOptions& fit);

/// The plane's nearest values at another size.
Plane<float> nearest_values(PlaneView<const float> plane, int width, int height);

}  // namespace portrait_depth
