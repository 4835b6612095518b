// Depth maps that come with a photo, for DepthEstimator.estimate_photo.
#pragma once

#include <pybind11/pybind11.h>

#include <optional>
#include <string>

#include "portrait_depth/given_depth.hpp"

namespace portrait_depth {

void bind_given_depth(pybind11::module_& module);

/// The argument `depth`: None, GivenDepth, EmbeddedDepth, or an array of metres. Throws
/// ErrorCode::invalid_argument for another object.
std::optional<GivenDepth> given_depth_from(const pybind11::object& depth);
/// The argument `source`. Throws ErrorCode::invalid_argument for an unknown name.
DepthSource depth_source_from(const std::string& name);
const char* name_of(DepthSource source);

}  // namespace portrait_depth
