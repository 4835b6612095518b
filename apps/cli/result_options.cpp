#include "result_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "input_files.hpp"
#include "io/content_hash.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/runtime.hpp"
#include "portrait_depth/version.hpp"

namespace portrait_depth::cli {
namespace {

namespace fs = std::filesystem;

// The photos, the place of the results, limits, reports and the way of the batch: they change no result.
constexpr std::array<std::string_view, 15> kWithoutEffect = {
    "help",      "inputs",  "output",     "recursive",      "jobs",  "threads", "resume",      "watch",
    "fail-fast", "timeout", "max-memory", "max-megapixels", "quiet", "json",    "model-folder"};

std::string value_of(const CLI::Option& option) {
  std::string value;
  for (const std::string& part : option.reduced_results()) value += (value.empty() ? "" : " ") + part;
  return value;
}

// A mask or a background under the same name can be another picture. A description stands for its network
// too.
std::string with_content(const std::string& value) {
  std::error_code error;
  if (!fs::is_regular_file(value, error)) return value;
  std::string text = value + " sha256:" + io::sha256_of_file(value);
  if (lower_extension(value) == "toml")
    text += " network:" + io::sha256_of_file(read_depth_model(value).file);
  return text;
}

std::string hash_of_networks(const CLI::App& app) {
  const auto* option = app.get_option_no_throw("--model-folder");
  const fs::path folder =
      option != nullptr && option->count() > 0 ? fs::path(value_of(*option)) : default_model_folder();
  std::set<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (lower_extension(entry->path()) == "onnx") files.insert(entry->path());
  std::string hashes;
  for (const fs::path& file : files)
    hashes += file.filename().string() + " " + io::sha256_of_file(file) + "\n";
  return io::sha256_of_text(hashes);
}

}  // namespace

nlohmann::ordered_json result_options(const JobOptions& options) {
  const CLI::App& app = *options.app;
  nlohmann::ordered_json json = {{"command", app.get_name()}, {"version", PORTRAIT_DEPTH_VERSION}};
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_single_name();
    const bool has_effect =
        std::find(kWithoutEffect.begin(), kWithoutEffect.end(), name) == kWithoutEffect.end();
    if (!has_effect || option->count() == 0) continue;
    const std::string value = value_of(*option);
    if (value != option->get_default_str()) json[name] = with_content(value);
  }
  json["networks"] = hash_of_networks(app);
  return json;
}

}  // namespace portrait_depth::cli
