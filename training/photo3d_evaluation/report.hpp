// The page of an evaluation: a table, and pictures of every method.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "evaluation.hpp"

namespace portrait_depth {

/// The measures with one source of depth: measures[person][method].
struct SourceResult {
  EvaluatedDepth source = EvaluatedDepth::estimated;
  std::vector<std::vector<FrameMeasures>> measures;
};

/// The name on the page and in file names: `estimated` or `true`.
const char* name_of(EvaluatedDepth source);

/// Mean over all people of one method.
FrameMeasures mean_of_method(const SourceResult& result, std::size_t method);

/// The person with the median lead of the product over the best other method, in dB along the silhouette.
std::size_t median_person(const SourceResult& result);

/// Side by side: the photo, the true view and each method's frame. Below, enlarged: the part in which the
/// methods differ most from the truth.
Image comparison(const RenderedPerson& person, const MethodInput& input, std::size_t view,
                 ThreadPool& threads);

/// The page as Markdown. `pictures` are names of files beside it.
std::string page(const std::vector<SourceResult>& results, const std::vector<std::string>& pictures,
                 const std::string& model);

}  // namespace portrait_depth
