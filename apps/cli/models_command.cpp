// portrait-depth models: lists the known networks and the state of their files.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "command.hpp"
#include "job_options.hpp"
#include "portrait_depth/depth.hpp"

namespace portrait_depth::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  JobOptions common;
  std::string model_folder;
};

constexpr const char* kFooter = R"(Examples:
  portrait-depth models
  portrait-depth depth anna.jpg --model ar_portrait_depth_fast
  portrait-depth depth anna.jpg --model other.onnx --model-output disparity --model-size 384x384)";

const char* name_of(DepthOutput output) {
  switch (output) {
    case DepthOutput::depth:
      return "depth";
    case DepthOutput::disparity:
      return "disparity";
    case DepthOutput::relief:
      break;
  }
  return "relief";
}

int run(const Options& options) {
  const fs::path folder =
      options.model_folder.empty() ? default_model_folder() : fs::path(options.model_folder);
  std::error_code error;
  auto list = nlohmann::ordered_json::array();
  for (const DepthModel& model : depth_models()) {
    const fs::path file = folder / model.file;
    const bool is_here = fs::is_regular_file(file, error);
    list.push_back({{"name", model.name},
                    {"file", file.string()},
                    {"available", is_here},
                    {"input", {{"width", model.input_width}, {"height", model.input_height}}},
                    {"output", name_of(model.output)},
                    {"description", model.description}});
    if (!options.common.json)
      std::cout << model.name << "  " << model.input_width << " x " << model.input_height << ", "
                << name_of(model.output) << "; " << model.description << "\n    " << file.string()
                << (is_here ? "" : "  (missing)") << "\n";
  }
  if (options.common.json)
    std::cout << nlohmann::ordered_json{{"command", "models"}, {"ok", true}, {"models", list}}.dump(2)
              << "\n";
  std::cout.flush();
  return kExitSuccess;
}

void add_options(CLI::App& command, Options& options) {
  add_model_folder_option(command, options.model_folder);
  command.add_flag("--json", options.common.json, "A machine-readable list");
}

}  // namespace

Command add_models_command(CLI::App& app) {
  return make_command(app, "models", "List the known depth networks", kFooter, add_options, run);
}

}  // namespace portrait_depth::cli
