// Cameras, and the choice of a depth network.
#pragma once

#include <pybind11/pybind11.h>

#include <filesystem>
#include <memory>
#include <variant>

#include "portrait_depth/depth.hpp"

namespace portrait_depth {

/// Intrinsics and SupportedModel.
void bind_cameras_and_models(pybind11::module_& module);

/// A network of the package, or its name, or the path of a description (.toml) or of an ONNX file.
using ModelChoice = std::variant<SupportedModel, std::filesystem::path>;

/// Throws as create_estimator(), find_depth_model() and read_depth_model().
std::unique_ptr<DepthEstimator> estimator_of(const ModelChoice& model, const EstimatorOptions& options);

}  // namespace portrait_depth
