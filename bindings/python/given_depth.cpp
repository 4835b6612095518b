#include "given_depth.hpp"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <array>
#include <utility>

#include "portrait_depth/depth_file.hpp"
#include "portrait_depth/embedded_depth.hpp"

namespace py = pybind11;

namespace portrait_depth {
namespace {

using FloatArray = py::array_t<float, py::array::c_style | py::array::forcecast>;

template <class Value>
using Names = std::array<std::pair<const char*, Value>, 3>;
constexpr Names<GivenDepthUnit> kUnits = {{{"metres", GivenDepthUnit::metres},
                                           {"relative", GivenDepthUnit::relative},
                                           {"disparity", GivenDepthUnit::disparity}}};

GivenDepthUnit unit_from(const std::string& name) {
  for (const auto& [known, unit] : kUnits)
    if (name == known) return unit;
  throw Error(ErrorCode::invalid_argument, "the unit of depth is metres, relative or disparity");
}

std::optional<NearGray> near_from(const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  if (*name == "black") return NearGray::black;
  if (*name == "white") return NearGray::white;
  throw Error(ErrorCode::invalid_argument, "near is black, white or None");
}

Plane<float> plane_from_array(const py::array& any) {
  const FloatArray array = FloatArray::ensure(any);
  if (!array || array.ndim() != 2 || array.size() == 0 || array.size() > kMostPhotoPixels)
    throw Error(ErrorCode::invalid_argument,
                "depth is an array of height x width numbers, at most 100 million");
  Plane<float> plane(static_cast<int>(array.shape(1)), static_cast<int>(array.shape(0)));
  std::copy_n(array.data(), array.size(), plane.values().begin());
  return plane;
}

GivenDepth make_given_depth(const py::array& values, const std::string& unit,
                            const std::optional<std::string>& near, bool is_measured,
                            const std::optional<py::array>& matte,
                            const std::optional<Intrinsics>& intrinsics) {
  GivenDepth depth;
  depth.values = plane_from_array(values);
  depth.unit = unit_from(unit);
  depth.near = near_from(near);
  depth.is_measured = is_measured;
  if (matte) depth.matte = plane_from_array(*matte);
  depth.intrinsics = intrinsics;
  return depth;
}

GivenDepth load(const std::filesystem::path& path, const std::optional<std::string>& unit,
                const std::optional<std::string>& near) {
  DepthFileOptions options;
  if (unit) options.unit = unit_from(*unit);
  options.near = near_from(near);
  const py::gil_scoped_release unlocked;
  return load_depth_file(path, options);
}

py::array values_of(const py::object& self) {
  const PlaneView<const float> values = self.cast<const GivenDepth&>().values;
  py::array_t<float> array({values.height(), values.width()}, values.data(), self);
  array.attr("flags").attr("writeable") = false;
  return array;
}

}  // namespace

const char* name_of(DepthSource source) {
  if (source == DepthSource::automatic) return "auto";
  if (source == DepthSource::sensor) return "sensor";
  return source == DepthSource::fused ? "fused" : "network";
}

DepthSource depth_source_from(const std::string& name) {
  for (const DepthSource source :
       {DepthSource::automatic, DepthSource::sensor, DepthSource::network, DepthSource::fused})
    if (name == name_of(source)) return source;
  throw Error(ErrorCode::invalid_argument, "the source of depth is auto, sensor, network or fused");
}

std::optional<GivenDepth> given_depth_from(const py::object& depth) {
  if (depth.is_none()) return std::nullopt;
  if (py::isinstance<GivenDepth>(depth)) return depth.cast<GivenDepth>();
  if (py::isinstance<EmbeddedDepth>(depth)) return given_depth(depth.cast<EmbeddedDepth>());
  if (!py::isinstance<py::array>(depth))
    throw Error(ErrorCode::invalid_argument,
                "depth is a GivenDepth, an EmbeddedDepth, or an array of metres, height x width");
  GivenDepth given;
  given.values = plane_from_array(depth.cast<py::array>());
  return given;
}

void bind_given_depth(py::module_& module) {
  py::class_<GivenDepth>(module, "GivenDepth", "A depth map of a whole photo, upright, at a size of its own.")
      .def(
          py::init(&make_given_depth), py::arg("values"), py::kw_only(), py::arg("unit") = "metres",
          py::arg("near") = py::none(), py::arg("is_measured") = false, py::arg("matte") = py::none(),
          py::arg("intrinsics") = py::none(),
          "values: height x width; NaN and infinity are holes. unit: metres, relative (even steps in "
          "distance) or disparity (even steps in its inverse); the depth network determines scale and offset "
          "of the latter two. near: black or white, the gray of their nearest values; None: found. "
          "is_measured: a sensor's map, with noise and holes. matte: the person, 0..1, of any size. "
          "intrinsics: the camera, for a picture of values' size.")
      .def_property_readonly("values", &values_of, "float32 height x width. A read-only view.")
      .def_property_readonly(
          "unit",
          [](const GivenDepth& depth) {
            return std::find_if(kUnits.begin(), kUnits.end(),
                                [&](const auto& row) { return row.second == depth.unit; })
                ->first;
          },
          "metres, relative or disparity.")
      .def_readonly("is_measured", &GivenDepth::is_measured, "True for a sensor's map.");
  module.def(
      "load_depth_file", &load, py::arg("path"), py::kw_only(), py::arg("unit") = py::none(),
      py::arg("near") = py::none(),
      "Reads a depth map as GivenDepth: NPY, PFM, OpenEXR, 16-bit PNG and TIFF, gray pictures, or a photo "
      "with "
      "depth inside. 0, NaN and infinity are holes. unit: metres, relative or disparity; None: as the file's "
      "metadata say, else metres for floats and relative for integers. near: black, white, or None (found). "
      "Raises portrait_depth.Error.");
}

}  // namespace portrait_depth
