// The compiled module of the Python package `portrait_depth`, which re-exports all of it: the C++ API with
// NumPy arrays for pictures and planes.
//
// Arrays that come in are viewed, not copied, while a call runs; planes that go out are views that keep their
// owner alive. Long calls release the interpreter's lock. Estimators, segmenters and 3D photos run one call
// at a time (guarded.hpp).
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <memory>
#include <optional>
#include <string>

#include "arrays.hpp"
#include "cameras_and_models.hpp"
#include "given_depth.hpp"
#include "guarded.hpp"
#include "interruptible.hpp"
#include "portrait_depth/portrait_depth.hpp"

namespace py = pybind11;

namespace portrait_depth {
namespace {

using GuardedEstimator = Guarded<DepthEstimator>;
using GuardedSegmenter = Guarded<BodySegmenter>;
using GuardedPhoto3D = Guarded<Photo3D>;

DepthMap estimate(GuardedEstimator& guarded, const py::array& array, float min_depth, float max_depth,
                  bool flip_horizontal, bool flip_augmentation, const std::optional<Intrinsics>& intrinsics,
                  std::optional<float> head_distance_metres, const std::optional<py::array>& mask_array,
                  std::optional<float> camera_pitch, float camera_roll) {
  const ImageView image = image_from_array(array);
  EstimationConfig config;
  config.min_depth = min_depth;
  config.max_depth = max_depth;
  config.flip_horizontal = flip_horizontal;
  config.flip_augmentation = flip_augmentation;
  config.intrinsics = intrinsics;
  config.head_distance_metres = head_distance_metres;
  config.camera_pitch = camera_pitch;
  config.camera_roll = camera_roll;
  FloatArray mask;
  if (mask_array) config.mask = mask_from_array(*mask_array, mask);
  return guarded.use([&](DepthEstimator& estimator) { return estimator.estimate_depth(image, config); });
}

PhotoDepth estimate_photo(GuardedEstimator& guarded, const py::array& array,
                          std::optional<std::pair<float, float>> limits, bool flip_horizontal,
                          bool flip_augmentation, const std::optional<Intrinsics>& intrinsics,
                          std::optional<float> head_distance_metres,
                          const std::optional<py::array>& mask_array, bool any_subject,
                          const py::object& depth, const std::string& source,
                          std::optional<float> camera_pitch, float camera_roll, bool head_pass) {
  const ImageView image = image_from_array(array);
  PhotoConfig config;
  config.depth = given_depth_from(depth);
  config.source = depth_source_from(source);
  if (limits) config.limits = DepthLimits{limits->first, limits->second};
  config.flip_horizontal = flip_horizontal;
  config.flip_augmentation = flip_augmentation;
  config.intrinsics = intrinsics;
  config.head_distance_metres = head_distance_metres;
  config.camera_pitch = camera_pitch;
  config.camera_roll = camera_roll;
  config.any_subject = any_subject;
  config.head_pass = head_pass;
  FloatArray mask;
  if (mask_array) config.mask = mask_from_array(*mask_array, mask);
  return guarded.use([&](DepthEstimator& estimator) { return estimator.estimate_photo(image, config); });
}

py::tuple tuple_from_box(const Box& box) {
  return py::make_tuple(box.x, box.y, box.width, box.height);
}

struct FilmRequest {
  std::filesystem::path path;
  std::string preset;
  std::optional<int> height;
  float duration_seconds = 0;
  std::optional<float> frames_per_second;
  float strength = 1;
};

void write_film(const Photo3D& photo, const FilmRequest& request, const Progress& progress) {
  const std::string format = video_format(request.path);
  const Intrinsics& camera = photo.intrinsics();
  const PixelSize size = film_frame_size({camera.width, camera.height}, format, {}, request.height);
  CameraPathOptions path_options;
  path_options.preset = request.preset;
  path_options.duration_seconds = request.duration_seconds;
  path_options.frames_per_second = request.frames_per_second.value_or(usual_frames_per_second(format));
  path_options.strength = request.strength;
  VideoOptions video;
  video.frames_per_second = path_options.frames_per_second;
  const auto writer = create_video_writer(request.path, video);
  ThreadPool threads;
  photo.render(
      photo.camera_path(path_options), size.width, size.height, threads,
      [&](const Image& frame) { writer->write(frame); }, progress);
  writer->finish();
}

void save_photo3d(GuardedPhoto3D& guarded, const std::filesystem::path& path, const std::string& preset,
                  std::optional<int> height, float duration_seconds, std::optional<float> frames_per_second,
                  float strength) {
  const FilmRequest request{path, preset, height, duration_seconds, frames_per_second, strength};
  run_interruptibly([&](const Progress& progress) {
    guarded.use_unlocked([&](const Photo3D& photo) { write_film(photo, request, progress); }, progress);
  });
}

void bind_depth_map(py::module_& module) {
  py::class_<DepthMap>(module, "DepthMap", "The depth of one picture, at the picture's size.")
      .def_property_readonly("width", &DepthMap::width, "Pixels.")
      .def_property_readonly("height", &DepthMap::height, "Pixels.")
      .def_property_readonly("intrinsics", &DepthMap::intrinsics, "The camera: given, from EXIF or assumed.")
      .def_property(
          "limits",
          [](const DepthMap& depth) {
            return py::make_tuple(depth.limits().min_depth, depth.limits().max_depth);
          },
          [](DepthMap& depth, std::pair<float, float> limits) {
            depth.set_limits({limits.first, limits.second});
          },
          "(min_depth, max_depth): the raw values (half of the distance in metres) that become 0 and 1. The "
          "planes stay as they are when the limits change.")
      .def(
          "limits_of_person",
          [](const DepthMap& depth) {
            const DepthLimits limits = depth.limits_of_person();
            return py::make_tuple(limits.min_depth, limits.max_depth);
          },
          "The limits with which the person spans 0.1 to 1.")
      .def_property_readonly("head_distance_metres", &DepthMap::head_distance_metres,
                             "The median distance of the visible head along the optical axis.")
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

  py::class_<PhotoDepth>(module, "PhotoDepth", "The result of DepthEstimator.estimate_photo.")
      .def_property_readonly(
          "depth", [](const PhotoDepth& photo) -> const DepthMap& { return photo.depth; },
          py::return_value_policy::reference_internal, "The depth of the photo, as DepthMap.")
      .def_property_readonly(
          "box", [](const PhotoDepth& photo) { return tuple_from_box(photo.person); },
          "x, y, width, height of the person in pixels of the photo.")
      .def_readonly("coverage", &PhotoDepth::coverage, "The person's share of the photo's area, 0..1.")
      .def_property_readonly(
          "source", [](const PhotoDepth& photo) { return name_of(photo.source); },
          "The origin of the depth: sensor, network or fused.")
      .def_readonly("warning", &PhotoDepth::warning, "A doubt about the given depth map; empty: none.")
      .def_property_readonly(
          "scene_metres",
          [](const py::object& self) -> py::object {
            const auto& photo = self.cast<const PhotoDepth&>();
            if (photo.scene_metres.empty()) return py::none();
            return array_from_plane(photo.scene_metres.view(), self);
          },
          "float32 height x width: metres of the whole photo with the background, from a network that gets "
          "the whole photo and keeps the background; else None. A read-only view.")
      .def_readonly("background_metres", &PhotoDepth::background_metres,
                    "The background's median distance if it is behind the person and has a scale, else None.")
      .def_property_readonly(
          "face",
          [](const PhotoDepth& photo) -> py::object {
            if (!photo.face) return py::none();
            return tuple_from_box(photo.face->box);
          },
          "x, y, width, height of the face in pixels of the photo; None if no face was required.");
}

void bind_estimator(py::module_& module) {
  py::class_<GuardedEstimator>(module, "DepthEstimator",
                               "Threads may share it; its calls run one after the other.")
      .def("estimate_depth", &estimate, py::arg("image"), py::kw_only(), py::arg("min_depth"),
           py::arg("max_depth"), py::arg("flip_horizontal") = false, py::arg("flip_augmentation") = false,
           py::arg("intrinsics") = py::none(), py::arg("head_distance_metres") = py::none(),
           py::arg("mask") = py::none(), py::arg("camera_pitch") = py::none(), py::arg("camera_roll") = 0.0f,
           "image: uint8 height x width x 3 (or 4), sRGB, upright. min_depth, max_depth: the distances, in "
           "units of 2 metres, that become 0 and 1. flip_horizontal: mirrors the result. flip_augmentation: "
           "the mean with the network's output for the mirror image, for photos rather than frames. "
           "intrinsics: the camera, of the image's size (load_photo_with_intrinsics has the photo's own); "
           "None: chosen together with the distance by a prior over portraits. head_distance_metres: None: "
           "estimated. mask: height x width as the image, bool, float 0..1 or uint8 0..255, instead of the "
           "segmenter's. camera_pitch: of the camera's axis above the horizon, None: unknown; camera_roll: "
           "its "
           "turn clockwise about that axis; radians, as read_camera_tilt returns them. Raises "
           "portrait_depth.Error, e.g. for a picture without a person.")
      .def("estimate_photo", &estimate_photo, py::arg("image"), py::kw_only(), py::arg("limits") = py::none(),
           py::arg("flip_horizontal") = false, py::arg("flip_augmentation") = true,
           py::arg("intrinsics") = py::none(), py::arg("head_distance_metres") = py::none(),
           py::arg("mask") = py::none(), py::arg("any_subject") = false, py::arg("depth") = py::none(),
           py::arg("source") = "auto", py::arg("camera_pitch") = py::none(), py::arg("camera_roll") = 0.0f,
           py::arg("head_pass") = true,
           "The depth of one photo as the command computes it: segmentation, face check, flip augmentation, "
           "head pass. "
           "limits: (min_depth, max_depth) as for estimate_depth; None: the person spans 0.1 to 1. mask: the "
           "person, as for estimate_depth; no face is then required. any_subject: accepts a subject without "
           "a visible face. depth: a depth map that comes with the photo: GivenDepth (load_depth_file), "
           "EmbeddedDepth (read_embedded_depth) or an array of metres. source: auto (fused for a measured "
           "map, the map itself for another one, else network), sensor (the map, its holes filled), network, "
           "or fused (the map's metres with the network's edges). head_pass: a second run of the network "
           "on the head alone, blended in where a face was found. The other arguments are those of "
           "estimate_depth. Returns PhotoDepth. Raises portrait_depth.Error, e.g. for a photo without a "
           "person or a visible face.")
      .def(
          "reset",
          [](GuardedEstimator& guarded) {
            guarded.use([](DepthEstimator& estimator) { estimator.reset(); });
          },
          "Part of TensorFlow.js' API. Changes no result: each picture is estimated independently.");

  module.def(
      "create_estimator",
      [](const ModelChoice& model, bool segmentation,
         const std::optional<std::filesystem::path>& model_folder) {
        EstimatorOptions options;
        options.segmentation = segmentation;
        if (model_folder) options.model_folder = options.segmenter.model_folder = *model_folder;
        const py::gil_scoped_release unlocked;
        return std::make_unique<GuardedEstimator>(estimator_of(model, options));
      },
      py::arg("model") = SupportedModel::ARPortraitDepth, py::kw_only(), py::arg("segmentation") = true,
      py::arg("model_folder") = py::none(),
      "model: a network of the package, the name of one, or the path of a description (.toml) or of an ONNX "
      "file of kind relief. segmentation False: without a mask, the whole picture is the person. "
      "model_folder: "
      "folder of the networks; None: $PORTRAIT_DEPTH_MODELS, else the installed networks. Raises "
      "portrait_depth.Error if they are missing, damaged or not as they are described.");
}

void bind_segmentation(py::module_& module) {
  py::class_<Segmentation>(module, "Segmentation", "The person or people in a picture.")
      .def_property_readonly(
          "mask",
          [](const py::object& self) {
            return array_from_plane(self.cast<const Segmentation&>().mask.view(), self);
          },
          "float32 height x width: 0 is background, 1 is person. A read-only view.")
      .def_property_readonly(
          "box", [](const Segmentation& found) { return tuple_from_box(found.person); },
          "x, y, width, height of the person in pixels.")
      .def_readonly("coverage", &Segmentation::coverage, "The person's share of the picture's area, 0..1.")
      .def_readonly("found", &Segmentation::found, "True if the picture contains a person.");
  py::class_<GuardedSegmenter>(module, "BodySegmenter",
                               "Threads may share it; its calls run one after the other.")
      .def(
          "segment",
          [](GuardedSegmenter& guarded, const py::array& image) {
            const ImageView view = image_from_array(image);
            return guarded.use([&](BodySegmenter& segmenter) { return segmenter.segment(view); });
          },
          py::arg("image"),
          "image: uint8 height x width x 3 (or 4), sRGB. A picture without a person is not an error.");
  module.def(
      "create_segmenter",
      [](const std::optional<std::filesystem::path>& model_folder) {
        SegmenterOptions options;
        if (model_folder) options.model_folder = *model_folder;
        const py::gil_scoped_release unlocked;
        return std::make_unique<GuardedSegmenter>(std::make_unique<BodySegmenter>(options));
      },
      py::kw_only(), py::arg("model_folder") = py::none(),
      "model_folder as for create_estimator. Raises portrait_depth.Error if the networks are missing or "
      "damaged.");
}

void bind_photo3d(py::module_& module) {
  py::class_<GuardedPhoto3D>(
      module, "Photo3D",
      "A photo with depth, drawn from other camera positions. Threads may share it; its calls "
      "run one after the other.")
      .def_static(
          "build",
          [](const py::array& image, const DepthMap& depth, float relief) {
            const ImageView view = image_from_array(image);
            const py::gil_scoped_release unlocked;
            Photo3DOptions options;
            options.relief = relief;
            return std::make_unique<GuardedPhoto3D>(
                std::make_unique<Photo3D>(Photo3D::build(view, depth, options)));
          },
          py::arg("image"), py::arg("depth"), py::kw_only(), py::arg("relief") = 1.0f,
          "image: the picture of the depth map, uint8 height x width x 3 (or 4), sRGB. relief multiplies "
          "the depth around the head: 0 is flat, 1 as estimated. Raises portrait_depth.Error if the sizes "
          "differ.")
      .def("save", &save_photo3d, py::arg("path"), py::kw_only(), py::arg("preset") = "orbit",
           py::arg("height") = py::none(), py::arg("duration") = 2.0f, py::arg("fps") = py::none(),
           py::arg("strength") = 1.0f,
           "Writes a film; the extension selects the format (gif, webm, ...). preset: one of "
           "camera_presets(). height: pixels, rounded down to even. duration: seconds. fps: frames a second. "
           "None: the command's default for the format. strength multiplies the camera's "
           "movement.");
  module.def(
      "camera_presets",
      [] {
        std::vector<std::string> names;
        for (const CameraPreset& preset : camera_presets()) names.push_back(preset.name);
        return names;
      },
      "The names of the camera movements of Photo3D.save.");
}

void bind_photos(py::module_& module) {
  const auto load = [](const std::filesystem::path& path, int min_short_side, std::int64_t max_pixels,
                       std::int64_t max_memory_bytes) {
    const py::gil_scoped_release unlocked;
    return load_photo(
        path,
        {.min_short_side = min_short_side, .max_pixels = max_pixels, .max_memory_bytes = max_memory_bytes});
  };
  module.def(
      "load_photo",
      [load](const std::filesystem::path& path, int min_short_side, std::int64_t max_pixels,
             std::int64_t max_memory_bytes) {
        return array_from_image(load(path, min_short_side, max_pixels, max_memory_bytes).image);
      },
      py::arg("path"), py::kw_only(), py::arg("min_short_side") = 0, py::arg("max_pixels") = kMostPhotoPixels,
      py::arg("max_memory_bytes") = kMostPhotoMemoryBytes,
      "An upright sRGB picture as uint8 height x width x 3; min_short_side > 0 shrinks while loading. "
      "max_pixels and max_memory_bytes (an estimate of the memory that decoding needs) are checked before "
      "decoding. Raises portrait_depth.Error for a file that is not a photo or is over a limit, and in a "
      "process forked after photos or depth were read or written: multiprocessing needs the start method "
      "spawn or forkserver.");
  module.def(
      "load_photo_with_intrinsics",
      [load](const std::filesystem::path& path, int min_short_side, std::int64_t max_pixels,
             std::int64_t max_memory_bytes) {
        const Photo photo = load(path, min_short_side, max_pixels, max_memory_bytes);
        return py::make_tuple(array_from_image(photo.image), photo.intrinsics);
      },
      py::arg("path"), py::kw_only(), py::arg("min_short_side") = 0, py::arg("max_pixels") = kMostPhotoPixels,
      py::arg("max_memory_bytes") = kMostPhotoMemoryBytes,
      "The picture as load_photo gives it, and its camera by EXIF's focal length as Intrinsics of the "
      "picture's size; None if the file does not contain it.");
  module.def(
      "read_camera_tilt",
      [](const std::filesystem::path& path) {
        const py::gil_scoped_release unlocked;
        const PhotoInfo info = read_photo_info(path);
        const auto tilt = std::pair(info.camera_pitch.value_or(0), info.camera_roll.value_or(0));
        return info.camera_pitch ? std::optional(tilt) : std::nullopt;
      },
      py::arg("path"),
      "(camera_pitch, camera_roll) in radians by an iPhone's EXIF, or None. Raises as load_photo does.");
}

DepthPhotoForm depth_photo_form(const std::string& name) {
  if (name == "gdepth") return DepthPhotoForm::gdepth;
  if (name == "dynamic_depth") return DepthPhotoForm::dynamic_depth;
  if (name == "apple") return DepthPhotoForm::apple;
  throw Error(ErrorCode::invalid_argument, "the form of depth in a photo is gdepth, dynamic_depth or apple");
}

void bind_embedded_depth(py::module_& module) {
  const auto container_name = [](const EmbeddedDepth& depth) {
    return depth.container == DepthContainer::apple_heic      ? "apple_heic"
           : depth.container == DepthContainer::apple_jpeg    ? "apple_jpeg"
           : depth.container == DepthContainer::dynamic_depth ? "dynamic_depth"
                                                              : "gdepth";
  };
  py::class_<EmbeddedDepth>(module, "EmbeddedDepth", "The depth inside a photo file, upright.")
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
          "float32 height x width at its own size: the person, 0..1; None without a matte.")
      .def_readonly("intrinsics", &EmbeddedDepth::intrinsics, "Of a picture of metres' size; or None.")
      .def_readonly("is_absolute", &EmbeddedDepth::is_absolute, "False: right up to scale only.")
      .def_property_readonly("container", container_name, "apple_heic, apple_jpeg, gdepth or dynamic_depth.");
  module.def(
      "read_embedded_depth",
      [](const std::filesystem::path& path) {
        const py::gil_scoped_release unlocked;
        return read_embedded_depth(path);
      },
      py::arg("path"), "The depth map inside a photo file; None for a file without depth.");
  module.def(
      "save_depth_photo",
      [](const py::array& image, const DepthMap& depth, const std::filesystem::path& path,
         const std::optional<std::string>& form) {
        DepthPhotoOptions options;
        if (form) options.form = depth_photo_form(*form);
        const ImageView view = image_from_array(image);
        const py::gil_scoped_release unlocked;
        save_depth_photo(view, depth, path, options);
      },
      py::arg("image"), py::arg("depth"), py::arg("path"), py::kw_only(), py::arg("form") = py::none(),
      "Writes a JPEG or HEIC with its depth inside. form: gdepth (default of a JPEG), dynamic_depth, or "
      "apple "
      "(the form of a HEIC).");
}

}  // namespace
}  // namespace portrait_depth

PYBIND11_MODULE(_core, module) {
  using namespace portrait_depth;
  // Classes, signatures and errors carry the package's name, which users import.
  const py::object own_name = module.attr("__name__");
  module.attr("__name__") = "portrait_depth";
  module.doc() = "One photo of a person becomes a depth map and a 3D photo.";
  module.attr("__version__") = PORTRAIT_DEPTH_VERSION;
  py::register_exception<Error>(module, "Error", PyExc_RuntimeError).attr("__doc__") =
      "An input that the library rejects: the message names the input, the reason and the action.";
  bind_cameras_and_models(module);
  bind_depth_map(module);
  bind_given_depth(module);
  bind_estimator(module);
  bind_segmentation(module);
  bind_photo3d(module);
  bind_embedded_depth(module);
  bind_photos(module);
  module.attr("__name__") = own_name;
}
