// Frames of 3D photos against true renderings.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "evaluation_views.hpp"
#include "methods.hpp"
#include "picture_measures.hpp"
#include "portrait_depth/depth.hpp"

namespace portrait_depth {

/// The source of depth and mask.
enum class EvaluatedDepth { estimated, exact };
inline constexpr std::array kDepthSources = {EvaluatedDepth::estimated, EvaluatedDepth::exact};

/// Depth and mask for the photo of a person, with their distances.
struct PersonDepth {
  DepthMap estimate;  ///< Empty for EvaluatedDepth::exact.
  MethodInput input;
};

/// The network gets the focal length, as from EXIF. The background's distance is not estimated; the method
/// gets its true ratio to the head's. The result refers to planes of `person` and of itself.
PersonDepth person_depth(const RenderedPerson& person, EvaluatedDepth source, DepthEstimator& estimator);

/// Means over a person's views, for each of methods().
std::vector<FrameMeasures> evaluate_person(const RenderedPerson& person, const MethodInput& input,
                                           ThreadPool& threads);

}  // namespace portrait_depth
