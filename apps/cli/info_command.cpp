// portrait-depth info: facts about a photo.
#include <CLI/CLI.hpp>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "batch.hpp"
#include "camera/gravity.hpp"
#include "command.hpp"
#include "input_files.hpp"
#include "job_options.hpp"
#include "person_depth.hpp"
#include "photo_input.hpp"
#include "report.hpp"
#include "worker.hpp"

namespace portrait_depth::cli {
namespace {

constexpr int kShortSide = 512;  // enough for segmentation and face detection

struct Options {
  JobOptions common;
  NetworkOptions networks;
  PersonOptions person;
};

constexpr const char* kFooter = R"(Examples:
  portrait-depth info anna.heic
  portrait-depth info --json photos/ | jq '.results[].person')";

template <class... Arguments>
std::string formatted(const char* format, Arguments... arguments) {
  std::array<char, 200> text = {};
  std::snprintf(text.data(), text.size(), format, arguments...);
  return text.data();
}

void report_file(const PhotoInfo& info, Report& report) {
  report.facts = {{"format", info.format},   {"width", info.width},
                  {"height", info.height},   {"orientation", info.orientation},
                  {"alpha", info.has_alpha}, {"icc_profile", info.has_icc_profile}};
  report.text = info.format + ", " + std::to_string(info.width) + " x " + std::to_string(info.height);
  if (info.orientation != 1)
    report.text += ", turned by its EXIF orientation " + std::to_string(info.orientation);
  if (info.has_alpha) report.text += ", with transparency";
  if (info.has_icc_profile) report.text += ", with a color profile";
}

void report_camera(const Photo& photo, Report& report) {
  const PhotoInfo& info = photo.info;
  std::string camera = info.camera_make;
  // Many makers begin the model's name with their own.
  if (info.camera_model.starts_with(camera)) camera.clear();
  camera += (camera.empty() ? "" : " ") + info.camera_model;
  if (!camera.empty()) {
    report.facts["camera"] = camera;
    report.text += "; " + camera;
  }
  if (info.focal_length_mm) report.facts["focal_length_mm"] = *info.focal_length_mm;
  if (info.focal_length_35mm) {
    report.facts["focal_length_35mm"] = *info.focal_length_35mm;
    report.text += formatted(", %g mm on 35 mm film", static_cast<double>(*info.focal_length_35mm));
  }
  report.facts["camera_pitch_degrees"] = nullptr;
  if (info.camera_pitch) {
    const float pitch = degrees_from_radians(*info.camera_pitch);
    report.facts["camera_pitch_degrees"] = pitch;
    report.text +=
        formatted(", looks %s by %.0f degrees", pitch < 0 ? "down" : "up", std::abs(double{pitch}));
  }
  report.facts["diagonal_view_degrees"] = nullptr;  // without EXIF, the depth estimation chooses the view
  if (!photo.intrinsics) return;
  const Intrinsics& lens = *photo.intrinsics;
  const double half_diagonal = std::hypot(lens.width, lens.height) / 2;
  const double view_degrees = 2 * std::atan(half_diagonal / lens.fx) * 180 / std::numbers::pi;
  report.facts["diagonal_view_degrees"] = view_degrees;
  report.text += formatted(", diagonal view %.0f degrees", view_degrees);
}

std::string described(const EmbeddedPicture& picture) {
  std::string text =
      picture.kind + " " + std::to_string(picture.width) + " x " + std::to_string(picture.height);
  if (picture.least && picture.most)
    text += formatted(" (%.3g to %.3g ", static_cast<double>(*picture.least),
                      static_cast<double>(*picture.most)) +
            picture.unit + ")";
  if (!picture.is_absolute) text += ", up to scale";
  if (picture.has_camera) text += ", with its camera";
  return text;
}

// A fault of the pictures inside does not concern the photo: it is a note.
void report_inside(const PhotoInput& input, Report& report) {
  auto& list = report.facts["inside"] = nlohmann::ordered_json::array();
  try {
    for (const EmbeddedPicture& picture : input.embedded_pictures()) {
      nlohmann::ordered_json row = {
          {"kind", picture.kind}, {"width", picture.width}, {"height", picture.height}};
      if (!picture.unit.empty()) row["unit"] = picture.unit;
      if (picture.least) row["least"] = *picture.least;
      if (picture.most) row["most"] = *picture.most;
      if (!picture.unit.empty()) row["absolute"] = picture.is_absolute;
      if (!picture.unit.empty()) row["camera"] = picture.has_camera;
      list.push_back(row);
      report.text += "; inside: " + described(picture);
    }
  } catch (const Error& error) {
    report.note(error.what());
  }
}

void report_face(const Face& face, Report& report) {
  report.facts["person"]["face_score"] = face.score;
  if (!face.found) report.text += ", no face found";
}

void report_no_person(Report& report) {
  report.facts["person"] = nullptr;
  report.text += "; no person found";
}

void report_person(const Photo& photo, const Segmentation& segmentation, Report& report) {
  report.tell_person(segmentation.person, own_pixels(photo));
  auto& person = report.facts["person"];
  person["coverage"] = segmentation.coverage;
  const auto pixels = [&](const char* name) { return person[name].get<double>(); };
  report.text += formatted("; person %.0f x %.0f at %.0f, %.0f (%.0f %% of the picture)", pixels("width"),
                           pixels("height"), pixels("x"), pixels("y"), 100.0 * segmentation.coverage);
}

// Makes no file.
struct InfoMaker {
  InfoMaker(const Options& options, Networks& networks) : finder(options.person, networks) {}
  PersonFinder finder;
};

int run(const Options& options) {
  const auto plan = [&](const Worker<InfoMaker>&) {
    std::vector<Job> jobs;
    for (Input& input : expand_inputs(options.common)) jobs.push_back({.input = std::move(input.path)});
    return jobs;
  };
  const auto work = [&](Worker<InfoMaker>& worker, const Job& job, Report& report) {
    PersonFinder& finder = worker.maker.finder;
    report.stage("load", 0.5);
    const PhotoInput input(job.input);
    const Photo photo = input.load(options.common, report, kShortSide);
    report_file(photo.info, report);
    report_camera(photo, report);
    report_inside(input, report);
    if (options.person.no_segmentation) return;
    report.stage("segment", 1.0);
    const Segmentation segmentation = finder.segment(photo.image);
    if (!segmentation.found) return report_no_person(report);
    report_person(photo, segmentation, report);
    report_face(finder.find_face(photo.image, segmentation.person), report);
  };
  return run_jobs(
      "info", options.common, [&] { return std::make_unique<Worker<InfoMaker>>(options); }, plan, work);
}

void add_options(CLI::App& command, Options& options) {
  add_input_options(command, options.common);
  command.add_flag("--no-segmentation", options.person.no_segmentation, "Skip the segmentation");
  add_model_folder_option(command, options.networks.model_folder);
  add_report_options(command, options.common);
}

}  // namespace

Command add_info_command(CLI::App& app) {
  return make_command(app, "info", "Print facts about a photo: format, size, camera, depth inside, person",
                      kFooter, add_options, run);
}

}  // namespace portrait_depth::cli
