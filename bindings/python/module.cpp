// The Python package `portrait_depth`: the C++ API with NumPy arrays for pictures and planes.
//
// Arrays that come in are viewed, not copied, while a call runs; planes that go out are views that keep their
// owner alive. Long calls release the interpreter's lock.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <cmath>
#include <cstring>
#include <optional>
#include <string>

#include "portrait_depth/portrait_depth.hpp"

namespace py = pybind11;

namespace portrait_depth {
namespace {

using ByteArray = py::array_t<std::uint8_t, py::array::c_style | py::array::forcecast>;
using FloatArray = py::array_t<float, py::array::c_style | py::array::forcecast>;

ImageView image_from_array(const py::array& any) {
  if (!py::isinstance<py::array_t<std::uint8_t>>(any) || any.ndim() != 3 ||
      (any.shape(2) != 3 && any.shape(2) != 4) || any.strides(2) != 1 || any.strides(1) != any.shape(2))
    throw Error(ErrorCode::invalid_argument,
                "a picture is a uint8 array of height x width x 3 (or 4), sRGB, rows contiguous; "
                "numpy.ascontiguousarray makes one");
  return {static_cast<const std::uint8_t*>(any.data()), static_cast<int>(any.shape(1)),
          static_cast<int>(any.shape(0)), static_cast<int>(any.shape(2)), any.strides(0)};
}

PlaneView<const float> plane_from_array(const FloatArray& array) {
  if (array.ndim() != 2)
    throw Error(ErrorCode::invalid_argument, "a mask is a float array of height x width");
  return {array.data(), static_cast<int>(array.shape(1)), static_cast<int>(array.shape(0))};
}

py::array array_from_plane(PlaneView<const float> plane, const py::object& owner) {
  py::array_t<float> array(
      {plane.height(), plane.width()},
      {plane.stride() * static_cast<py::ssize_t>(sizeof(float)), static_cast<py::ssize_t>(sizeof(float))},
      plane.data(), owner);
  array.attr("flags").attr("writeable") = false;
  return array;
}

py::array array_from_image(const Image& image) {
  py::array_t<std::uint8_t> array({image.height(), image.width(), image.channels()});
  std::memcpy(array.mutable_data(), image.bytes().data(), image.bytes().size());
  return array;
}

EstimationConfig make_config(float min_depth, float max_depth, bool flip_horizontal, bool flip_augmentation,
                             std::optional<float> focal_length_pixels,
                             std::optional<float> head_distance_metres, const ImageView& image) {
  EstimationConfig config;
  config.min_depth = min_depth;
  config.max_depth = max_depth;
  config.flip_horizontal = flip_horizontal;
  config.flip_augmentation = flip_augmentation;
  config.head_distance_metres = head_distance_metres;
  if (focal_length_pixels) {
    config.intrinsics = Intrinsics::assumed(image.width(), image.height());
    config.intrinsics->fx = config.intrinsics->fy = *focal_length_pixels;
  }
  return config;
}

DepthMap estimate(DepthEstimator& estimator, const py::array& array, float min_depth, float max_depth,
                  bool flip_horizontal, bool flip_augmentation, std::optional<float> focal_length_pixels,
                  std::optional<float> head_distance_metres, const std::optional<FloatArray>& mask) {
  const ImageView image = image_from_array(array);
  EstimationConfig config = make_config(min_depth, max_depth, flip_horizontal, flip_augmentation,
                                        focal_length_pixels, head_distance_metres, image);
  if (mask) config.mask = plane_from_array(*mask);
  const py::gil_scoped_release unlocked;
  return estimator.estimate_depth(image, config);
}

void save_photo3d(const Photo3D& photo, const std::filesystem::path& path, const std::string& preset,
                  int height, float duration_seconds, float frames_per_second, float strength) {
  const py::gil_scoped_release unlocked;
  CameraPathOptions path_options;
  path_options.preset = preset;
  path_options.duration_seconds = duration_seconds;
  path_options.frames_per_second = frames_per_second;
  path_options.strength = strength;
  VideoOptions video;
  video.frames_per_second = frames_per_second;
  const Intrinsics& camera = photo.intrinsics();
  const int even_height = height / 2 * 2;
  const int width = 2 * static_cast<int>(std::lround(static_cast<float>(even_height * camera.width) /
                                                     static_cast<float>(camera.height) / 2));
  const auto writer = create_video_writer(path, video);
  ThreadPool threads;
  photo.render(photo.camera_path(path_options), width, even_height, threads,
               [&](const Image& frame) { writer->write(frame); });
  writer->finish();
}

void bind_depth(py::module_& module) {
  py::enum_<SupportedModel>(module, "SupportedModel")
      .value("ARPortraitDepth", SupportedModel::ARPortraitDepth)
      .value("ARPortraitDepthFast", SupportedModel::ARPortraitDepthFast);

  py::class_<Intrinsics>(module, "Intrinsics", "A pinhole camera; focal lengths and centre in pixels.")
      .def_readonly("fx", &Intrinsics::fx)
      .def_readonly("fy", &Intrinsics::fy)
      .def_readonly("cx", &Intrinsics::cx)
      .def_readonly("cy", &Intrinsics::cy)
      .def_readonly("width", &Intrinsics::width)
      .def_readonly("height", &Intrinsics::height)
      .def_static("assumed", &Intrinsics::assumed, py::arg("width"), py::arg("height"),
                  "The view that is taken where nobody says better: 60 degrees along the diagonal.");

  py::class_<DepthMap>(module, "DepthMap", "The depth of one picture, at the picture's size.")
      .def_property_readonly("width", &DepthMap::width)
      .def_property_readonly("height", &DepthMap::height)
      .def_property_readonly("intrinsics", &DepthMap::intrinsics)
      .def_property_readonly("head_distance_metres", &DepthMap::head_distance_metres)
      .def_property_readonly(
          "metres",
          [](const py::object& self) {
            return array_from_plane(self.cast<const DepthMap&>().metres(), self);
          },
          "float32 height x width: distance along the optical axis, NaN where the mask is 0. A read-only "
          "view.")
      .def_property_readonly(
          "mask",
          [](const py::object& self) { return array_from_plane(self.cast<const DepthMap&>().mask(), self); },
          "float32 height x width: 0 is background, 1 is person. A read-only view.")
      .def(
          "to_array",
          [](const DepthMap& depth) {
            py::array_t<float> array({depth.height(), depth.width()});
            depth.to_array({array.mutable_data(), static_cast<std::size_t>(array.size())});
            return array;
          },
          "float32 height x width: the API's values 0..1, smaller is nearer, 0 is background.")
      .def(
          "to_image", [](const DepthMap& depth) { return array_from_image(depth.to_image()); },
          "uint8 height x width x 4: red is the value x 255.");

  py::class_<DepthEstimator>(module, "DepthEstimator", "Not thread-safe: one estimator a thread.")
      .def(
          "estimate_depth", &estimate, py::arg("image"), py::kw_only(), py::arg("min_depth"),
          py::arg("max_depth"), py::arg("flip_horizontal") = false, py::arg("flip_augmentation") = false,
          py::arg("focal_length_pixels") = py::none(), py::arg("head_distance_metres") = py::none(),
          py::arg("mask") = py::none(),
          "image: uint8 height x width x 3, sRGB. flip_augmentation: the mean with what the network says of "
          "the mirror image, for photos rather than frames. Raises portrait_depth.Error, e.g. when nobody is "
          "in the picture.")
      .def("reset", &DepthEstimator::reset);

  module.def(
      "create_estimator",
      [](SupportedModel model, bool segmentation, const std::optional<std::filesystem::path>& model_folder) {
        EstimatorOptions options;
        options.segmentation = segmentation;
        if (model_folder) options.model_folder = options.segmenter.model_folder = *model_folder;
        return create_estimator(model, options);
      },
      py::arg("model") = SupportedModel::ARPortraitDepth, py::kw_only(), py::arg("segmentation") = true,
      py::arg("model_folder") = py::none());
}

void bind_segmentation(py::module_& module) {
  py::class_<Segmentation>(module, "Segmentation", "Who is in a picture.")
      .def_property_readonly(
          "mask",
          [](const py::object& self) {
            return array_from_plane(self.cast<const Segmentation&>().mask.view(), self);
          },
          "float32 height x width: 0 is background, 1 is person. A read-only view.")
      .def_property_readonly(
          "box",
          [](const Segmentation& found) {
            const Box& box = found.person;
            return py::make_tuple(box.x, box.y, box.width, box.height);
          },
          "x, y, width, height of the person in pixels.")
      .def_readonly("coverage", &Segmentation::coverage)
      .def_readonly("found", &Segmentation::found, "True when somebody is in the picture.");
  py::class_<BodySegmenter>(module, "BodySegmenter", "Not thread-safe: one segmenter a thread.")
      .def(
          "segment",
          [](BodySegmenter& segmenter, const py::array& image) {
            const ImageView view = image_from_array(image);
            const py::gil_scoped_release unlocked;
            return segmenter.segment(view);
          },
          py::arg("image"), "image: uint8 height x width x 3, sRGB.");
  module.def(
      "create_segmenter",
      [](const std::optional<std::filesystem::path>& model_folder) {
        SegmenterOptions options;
        if (model_folder) options.model_folder = *model_folder;
        return BodySegmenter(options);
      },
      py::kw_only(), py::arg("model_folder") = py::none());
}

void bind_photo3d(py::module_& module) {
  py::class_<Photo3D>(module, "Photo3D", "A photo with depth that can be looked at from other places.")
      .def_static(
          "build",
          [](const py::array& image, const DepthMap& depth, float strength) {
            const ImageView view = image_from_array(image);
            const py::gil_scoped_release unlocked;
            Photo3DOptions options;
            options.strength = strength;
            return Photo3D::build(view, depth, options);
          },
          py::arg("image"), py::arg("depth"), py::kw_only(), py::arg("strength") = 1.0f)
      .def("save", &save_photo3d, py::arg("path"), py::kw_only(), py::arg("preset") = "orbit",
           py::arg("height") = 720, py::arg("duration") = 2.0f, py::arg("fps") = 30.0f,
           py::arg("strength") = 1.0f,
           "Writes a film; the extension decides on the format (gif, webm, ...).");
  module.def("camera_presets", [] {
    std::vector<std::string> names;
    for (const CameraPreset& preset : camera_presets()) names.push_back(preset.name);
    return names;
  });
}

void bind_embedded_depth(py::module_& module) {
  const auto source_name = [](const EmbeddedDepth& depth) {
    return depth.source == DepthSource::apple_heic   ? "apple_heic"
           : depth.source == DepthSource::apple_jpeg ? "apple_jpeg"
                                                     : "gdepth";
  };
  py::class_<EmbeddedDepth>(module, "EmbeddedDepth", "Depth that a photo file carries, upright.")
      .def_property_readonly(
          "metres",
          [](const py::object& self) {
            return array_from_plane(self.cast<const EmbeddedDepth&>().metres.view(), self);
          },
          "float32 height x width at its own size: Z along the optical axis, NaN where unknown.")
      .def_property_readonly(
          "matte",
          [](const py::object& self) -> py::object {
            const auto& matte = self.cast<const EmbeddedDepth&>().matte;
            if (!matte) return py::none();
            return array_from_plane(matte->view(), self);
          },
          "float32 height x width at its own size: the person, 0..1; None where the file has no matte.")
      .def_readonly("intrinsics", &EmbeddedDepth::intrinsics, "Of a picture of metres' size; or None.")
      .def_readonly("is_absolute", &EmbeddedDepth::is_absolute, "False: right up to scale only.")
      .def_property_readonly("source", source_name, "apple_heic, apple_jpeg or gdepth.");
  module.def(
      "read_embedded_depth",
      [](const std::filesystem::path& path) {
        const py::gil_scoped_release unlocked;
        return read_embedded_depth(path);
      },
      py::arg("path"), "The depth inside a photo file; None where there is none.");
  module.def(
      "save_depth_photo",
      [](const py::array& image, const DepthMap& depth, const std::filesystem::path& path) {
        const ImageView view = image_from_array(image);
        const py::gil_scoped_release unlocked;
        save_depth_photo(view, depth, path);
      },
      py::arg("image"), py::arg("depth"), py::arg("path"), "Writes a JPEG that carries its depth (GDepth).");
}

}  // namespace
}  // namespace portrait_depth

PYBIND11_MODULE(portrait_depth, module) {
  using namespace portrait_depth;
  module.doc() = "One photo of a person becomes a depth map and a 3D photo.";
  module.attr("__version__") = PORTRAIT_DEPTH_VERSION;
  py::register_exception<Error>(module, "Error", PyExc_RuntimeError);
  bind_depth(module);
  bind_segmentation(module);
  bind_photo3d(module);
  bind_embedded_depth(module);
  module.def(
      "load_photo",
      [](const std::filesystem::path& path, int min_short_side) {
        LoadOptions options;
        options.min_short_side = min_short_side;
        return array_from_image(load_photo(path, options).image);
      },
      py::arg("path"), py::kw_only(), py::arg("min_short_side") = 0,
      "An upright sRGB picture as uint8 height x width x 3; min_short_side > 0 shrinks while loading.");
}
