#include "cameras_and_models.hpp"

#include <pybind11/stl.h>

#include "portrait_depth/camera.hpp"

namespace py = pybind11;

namespace portrait_depth {
namespace {

DepthModel model_of(const std::filesystem::path& name_or_file) {
  const std::string extension = name_or_file.extension().string();
  if (extension == ".toml") return read_depth_model(name_or_file);
  if (extension != ".onnx") return find_depth_model(name_or_file.string());
  DepthModel model;
  model.name = name_or_file.stem().string();
  model.file = std::filesystem::absolute(name_or_file);
  return model;
}

}  // namespace

std::unique_ptr<DepthEstimator> estimator_of(const ModelChoice& model, const EstimatorOptions& options) {
  if (const auto* supported = std::get_if<SupportedModel>(&model))
    return create_estimator(*supported, options);
  return create_estimator(model_of(std::get<std::filesystem::path>(model)), options);
}

void bind_cameras_and_models(py::module_& module) {
  py::enum_<SupportedModel>(module, "SupportedModel",
                            "The depth networks of the package, for create_estimator.")
      .value("ARPortraitDepth", SupportedModel::ARPortraitDepth)
      .value("ARPortraitDepthFast", SupportedModel::ARPortraitDepthFast);

  py::class_<Intrinsics>(
      module, "Intrinsics",
      "A pinhole camera; focal lengths and center in pixels of a picture of width x height, a pixel's center "
      "at +0.5.")
      .def(py::init([](float fx, float fy, float cx, float cy, int width, int height) {
             return Intrinsics{fx, fy, cx, cy, width, height};
           }),
           py::arg("fx"), py::arg("fy"), py::arg("cx"), py::arg("cy"), py::arg("width"), py::arg("height"))
      .def_readonly("fx", &Intrinsics::fx, "The focal length along x in pixels.")
      .def_readonly("fy", &Intrinsics::fy, "The focal length along y in pixels.")
      .def_readonly("cx", &Intrinsics::cx, "The optical axis' x in pixels.")
      .def_readonly("cy", &Intrinsics::cy, "The optical axis' y in pixels.")
      .def_readonly("width", &Intrinsics::width, "The picture's width in pixels.")
      .def_readonly("height", &Intrinsics::height, "The picture's height in pixels.")
      .def_static("assumed", &Intrinsics::assumed, py::arg("width"), py::arg("height"),
                  "A usual view for a picture without a person: 60 degrees along the diagonal.");
}

}  // namespace portrait_depth
