// portrait-depth models: lists the known networks and the state of their files.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "command.hpp"
#include "job_options.hpp"
#include "portrait_depth/depth.hpp"
#include "printable.hpp"

namespace portrait_depth::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  JobOptions common;
  std::string model_folder, descriptions;
};

constexpr const char* kFooter =
    R"(With FOLDER, the networks that its descriptions (.toml) name, and the mistakes in them.

Examples:
  portrait-depth models
  portrait-depth models networks/
  portrait-depth depth anna.jpg --model ar_portrait_depth_fast
  portrait-depth depth anna.jpg --model networks/other.toml
  portrait-depth depth anna.jpg --model other.onnx --model-output disparity --model-size 384x384)";

const char* name_of(DepthOutput output) {
  switch (output) {
    case DepthOutput::depth:
      return "depth";
    case DepthOutput::disparity:
      return "disparity";
    case DepthOutput::relative:
      return "relative";
    case DepthOutput::metric:
      return "metric";
    case DepthOutput::relief:
      break;
  }
  return "relief";
}

nlohmann::ordered_json input_of(const DepthModel& model) {
  if (!model.free_size) return {{"width", model.input_width}, {"height", model.input_height}};
  return {{"multiple_of", model.free_size->multiple},
          {model.free_size->is_shorter ? "shorter_side" : "longer_side", model.free_size->side}};
}

std::string size_of(const DepthModel& model) {
  if (!model.free_size) return std::to_string(model.input_width) + " x " + std::to_string(model.input_height);
  return std::to_string(model.free_size->side) + (model.free_size->is_shorter ? " shorter" : " longer") +
         " side, multiples of " + std::to_string(model.free_size->multiple);
}

/// The networks as text or JSON.
class List {
 public:
  explicit List(bool is_json) : is_json_(is_json) {}

  void add(const DepthModel& model, const fs::path& file) {
    std::error_code error;
    const bool is_here = fs::is_regular_file(file, error);
    nlohmann::ordered_json entry = {
        {"name", model.name},       {"file", file.string()},           {"available", is_here},
        {"input", input_of(model)}, {"output", name_of(model.output)}, {"description", model.description}};
    if (!model.license.empty()) entry["license"] = model.license;
    if (!model.source.empty()) entry["source"] = model.source;
    models_.push_back(entry);
    if (is_json_) return;
    std::cout << printable(model.name) << "  " << size_of(model) << ", " << name_of(model.output);
    for (const std::string& text : {model.description, model.license, model.source})
      if (!text.empty()) std::cout << "; " << printable(text);
    std::cout << "\n    " << printable(file.string()) << (is_here ? "" : "  (missing)") << "\n";
  }

  void add_mistake(const std::string& mistake) {
    mistakes_.push_back(mistake);
    std::cerr << "portrait-depth: " << printable(mistake) << "\n";
  }

  int end() {
    if (is_json_) {
      nlohmann::ordered_json document = {
          {"command", "models"}, {"ok", mistakes_.empty()}, {"models", models_}};
      if (!mistakes_.empty()) document["errors"] = mistakes_;
      std::cout << document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
    }
    std::cout.flush();
    return mistakes_.empty() ? kExitSuccess : kExitFailure;
  }

 private:
  bool is_json_;
  nlohmann::ordered_json models_ = nlohmann::ordered_json::array();
  std::vector<std::string> mistakes_;
};

void list_descriptions(const fs::path& folder, List& list) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) throw WrongUse(folder.string() + ": no such folder of networks");
  std::set<fs::path> files;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == ".toml") files.insert(entry->path());
  if (error) throw Error(ErrorCode::unreadable, folder.string() + ": cannot be read: " + error.message());
  if (files.empty())
    throw Error(ErrorCode::not_found,
                folder.string() + ": no descriptions of networks (.toml). Write one beside an ONNX file.");
  for (const fs::path& file : files) {
    try {
      const DepthModel model = read_depth_model(file);
      list.add(model, model.file);
    } catch (const Error& mistake) {
      list.add_mistake(mistake.what());
    }
  }
}

int run(const Options& options) {
  List list(options.common.json);
  if (!options.descriptions.empty()) {
    list_descriptions(options.descriptions, list);
    return list.end();
  }
  const fs::path folder =
      options.model_folder.empty() ? default_model_folder() : fs::path(options.model_folder);
  for (const DepthModel& model : depth_models()) list.add(model, folder / model.file);
  return list.end();
}

void add_options(CLI::App& command, Options& options) {
  command.add_option("folder", options.descriptions, "A folder with descriptions of networks (.toml)")
      ->type_name("FOLDER");
  add_model_folder_option(command, options.model_folder);
  command.add_flag("--json", options.common.json, "A machine-readable list");
}

}  // namespace

Command add_models_command(CLI::App& app) {
  return make_command(app, "models", "List the known depth networks", kFooter, add_options, run);
}

}  // namespace portrait_depth::cli
