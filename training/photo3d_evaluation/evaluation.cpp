#include "evaluation.hpp"

#include <utility>

#include "tear_score.hpp"

namespace portrait_depth {
namespace {

constexpr float kExactEdgeSlope = 12;  // depth edges of a rendering are where they should be

}  // namespace

PersonDepth person_depth(const RenderedPerson& person, EvaluatedDepth source, DepthEstimator& estimator) {
  PersonDepth depth;
  depth.input.photo = person.photo.picture;
  depth.input.intrinsics = person.intrinsics;
  depth.input.head_metres = person.head_metres;
  depth.input.metres = person.photo.metres;
  depth.input.mask = person.photo.mask;
  if (source == EvaluatedDepth::exact) depth.input.edge_slope = kExactEdgeSlope;
  if (source == EvaluatedDepth::estimated) {
    EstimationConfig config;
    config.min_depth = 0;
    config.max_depth = 1;
    config.intrinsics = person.intrinsics;
    config.flip_augmentation = true;  // as the command does
    depth.estimate = estimator.estimate_depth(person.photo.picture, config);
    depth.input.metres = depth.estimate.metres();
    depth.input.mask = depth.estimate.mask();
    depth.input.head_metres = depth.estimate.head_distance_metres();
  }
  depth.input.background_metres = person.background_metres / person.head_metres * depth.input.head_metres;
  return depth;
}

std::vector<FrameMeasures> evaluate_person(const RenderedPerson& person, const MethodInput& input,
                                           ThreadPool& threads) {
  std::vector<Plane<std::uint8_t>> bands, inner_bands;
  for (const TrueView& view : person.views) {
    bands.push_back(silhouette_band(view.mask));
    inner_bands.push_back(inner_band(view.metres, view.mask));
  }
  std::vector<FrameMeasures> measures;
  Image frame;
  for (const Method& method : methods()) {
    const DrawFrame draw = method.prepare(input, threads);
    MeanMeasures mean;
    for (std::size_t k = 0; k < person.views.size(); ++k) {
      draw(person.views[k].pose, frame);
      FrameMeasures frame_measures = measure(frame, person.views[k].picture, bands[k], inner_bands[k]);
      const TearOptions tears{.zoom = person.views[k].pose.zoom};
      frame_measures.torn = tear_score(find_torn_pixels(person.photo.picture, frame, tears, threads));
      mean.add(frame_measures);
    }
    measures.push_back(mean.mean());
  }
  return measures;
}

}  // namespace portrait_depth
