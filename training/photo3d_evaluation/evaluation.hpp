// Frames of 3D photos against true renderings.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "methods.hpp"
#include "picture_measures.hpp"
#include "portrait_depth/depth.hpp"
#include "test_views.hpp"

namespace portrait_depth {

/// Where depth and mask come from.
enum class DepthSource { estimated, exact };
inline constexpr std::array kDepthSources = {DepthSource::estimated, DepthSource::exact};

/// A depth and a mask for the photo of a person, with the distances that go with it.
struct PersonDepth {
  DepthMap estimate;  ///< Empty for DepthSource::exact.
  MethodInput input;
};

/// The network is told the focal length, as EXIF does; nobody estimates where the background stands, so its
/// true distance, in distances of the head, is given. The result's views lie in `person` and in itself.
PersonDepth person_depth(const TestPerson& person, DepthSource source, DepthEstimator& estimator);

/// Mean over a person's views of every method, in the order of methods().
std::vector<FrameMeasures> evaluate_person(const TestPerson& person, const MethodInput& input,
                                           ThreadPool& threads);

}  // namespace portrait_depth
