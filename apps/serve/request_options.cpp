#include "request_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <utility>

#include "background_option.hpp"
#include "command.hpp"
#include "portrait_depth/depth.hpp"
#include "text/lower_case.hpp"

namespace portrait_depth::serve {
namespace {

constexpr const char* kPhoto = "photo";

// Options of the command whose value is not a plain text, and those that a request cannot have: a network
// file and its background, or a result of two files.
struct SpecialOption {
  const char* name;
  bool is_offered;
  ValueSource source;
  const char* description;  // nullptr: the command's
};
constexpr std::array kSpecialOptions = {
    SpecialOption{"mask", true, ValueSource::file, nullptr},
    SpecialOption{"depth", true, ValueSource::file, nullptr},
    SpecialOption{"path", true, ValueSource::file,
                  "Key frames of the camera, JSON, instead of preset, duration and strength"},
    SpecialOption{"background", true, ValueSource::text_or_file, nullptr},
    SpecialOption{"model", true, ValueSource::text, "Depth network: a name of /v1/models"},
    SpecialOption{"model-output", false, ValueSource::text, nullptr},
    SpecialOption{"model-size", false, ValueSource::text, nullptr},
    SpecialOption{"keep-background", false, ValueSource::text, nullptr},
    SpecialOption{"pair", false, ValueSource::text, nullptr},
};

const SpecialOption* special(const std::string& name) {
  const auto found = std::find_if(kSpecialOptions.begin(), kSpecialOptions.end(),
                                  [&](const SpecialOption& option) { return option.name == name; });
  return found == kSpecialOptions.end() ? nullptr : &*found;
}

std::unique_ptr<Work> new_work(const Task& task) {
  auto work = task.create();
  work->app().set_help_flag();
  cli::add_format_option(work->app(), work->common());
  work->app()
      .get_option("--format")
      ->check(cli::one_of(task.rule.formats))
      ->default_str(task.rule.extension)
      ->description("Format of the result");
  return work;
}

nlohmann::ordered_json model_schema() {
  std::vector<std::string> names;
  for (const DepthModel& model : depth_models()) names.push_back(model.name);
  return {{"type", "string"}, {"enum", names}};
}

// CLI11 keeps the validators by index and throws after the last one.
nlohmann::ordered_json validator_schema(CLI::Option& option) {
  try {
    return nlohmann::ordered_json::parse(option.get_validator(0)->get_name());
  } catch (const CLI::OptionNotFound&) {
    return {{"type", "string"}};
  }
}

nlohmann::ordered_json schema_of(CLI::Option& option, const std::string& name) {
  nlohmann::ordered_json schema;
  if (option.get_items_expected_max() == 0)
    schema = {{"type", "boolean"}, {"default", false}};
  else if (name == "model")
    schema = model_schema();
  else
    schema = validator_schema(option);
  if (const std::string text = option.get_default_str(); !text.empty() && schema["type"] != "boolean")
    schema["default"] =
        schema["type"] == "string" ? nlohmann::ordered_json(text) : nlohmann::ordered_json::parse(text);
  return schema;
}

const OfferedOption& offered(const std::vector<OfferedOption>& options, const std::string& name) {
  const auto found =
      std::find_if(options.begin(), options.end(), [&](const auto& o) { return o.name == name; });
  if (found != options.end()) return *found;
  std::string names;
  for (const OfferedOption& option : options) names.append(names.empty() ? "" : ", ").append(option.name);
  throw cli::WrongUse(name + ": not an option of this request; choose among " + names);
}

void check_text(const OfferedOption& option, const std::string& value) {
  if (option.source == ValueSource::file)
    throw cli::WrongUse(option.name + ": send the file as a part of a multipart/form-data body");
  if (option.source == ValueSource::text_or_file && !cli::is_background_word(value))
    throw cli::WrongUse(
        option.name + ": " + value +
        " is not a background; take fill, blur, none, a color such as #20a0ff, or send a picture "
        "as a part of a multipart/form-data body");
  const auto& names = option.schema;
  if (option.name == "model" && std::none_of(names["enum"].begin(), names["enum"].end(),
                                             [&](const auto& known) { return known == value; }))
    throw cli::WrongUse("model: " + value + " is not a network of this service; choose a name of /v1/models");
}

std::string value_of(const OfferedOption& option, http::Field& field, PreparedWork& prepared) {
  const bool is_file = option.source != ValueSource::text && field.is_file;
  if (!is_file) {
    check_text(option, field.value);
    const bool is_flag = option.schema["type"] == "boolean";
    return is_flag && field.value.empty() ? "true" : field.value;
  }
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(field.value.data());
  prepared.files.push_back(std::make_unique<io::MemoryFile>(std::span(bytes, field.value.size())));
  prepared.names.emplace_back(prepared.files.back()->path().string(), option.name);
  field.value = {};
  return prepared.files.back()->path().string();
}

// Generated clients send all defaults, which the command would take as given.
bool is_default(const OfferedOption& option, const std::string& value) {
  if (!option.schema.contains("default")) return false;
  const auto& usual = option.schema["default"];
  if (usual.is_boolean()) return lower_case(value) == usual.dump();
  if (usual.is_string()) return value == usual.get<std::string>();
  double number = 0;
  return CLI::detail::lexical_cast(value, number) && number == usual.get<double>();
}

std::string take_photo(http::Request& request, http::Field* part) {
  std::string photo = std::move(part == nullptr ? request.body : part->value);
  if (!photo.empty()) return photo;
  throw cli::WrongUse(
      "photo: missing; send the file as the body, or as the part `photo` of a multipart/form-data body");
}

std::vector<OfferedOption> read_options(const Task& task) {
  const auto work = new_work(task);
  std::vector<OfferedOption> options;
  for (CLI::Option* option : work->app().get_options()) {
    OfferedOption offer = {
        .name = option->get_single_name(), .description = option->get_description(), .schema = {}};
    if (const SpecialOption* rule = special(offer.name)) {
      if (!rule->is_offered) continue;
      offer.source = rule->source;
      if (rule->description != nullptr) offer.description = rule->description;
    }
    offer.schema = schema_of(*option, offer.name);
    options.push_back(std::move(offer));
  }
  return options;
}

}  // namespace

const std::vector<OfferedOption>& offered_options(const Task& task) {
  static const std::map<std::string, std::vector<OfferedOption>> options = [] {
    std::map<std::string, std::vector<OfferedOption>> all;
    for (const Task& each : tasks()) all[each.name] = read_options(each);
    return all;
  }();
  return options.at(task.name);
}

PreparedWork prepare_work(const Task& task, http::Request& request) {
  PreparedWork prepared;
  prepared.work = new_work(task);
  const std::vector<OfferedOption>& options = offered_options(task);
  std::vector<std::string> arguments;
  http::Field* photo = nullptr;
  for (http::Field& field : request.fields) {
    if (field.name == kPhoto) {
      if (photo != nullptr) throw cli::WrongUse("photo: given twice; send one photo a request");
      photo = &field;
      continue;
    }
    const OfferedOption& option = offered(options, field.name);
    if (!field.is_file && is_default(option, field.value)) continue;
    std::string argument = "--" + field.name + "=" + value_of(option, field, prepared);
    // In the query and as a part.
    if (std::find(arguments.begin(), arguments.end(), argument) == arguments.end())
      arguments.push_back(std::move(argument));
  }
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
  prepared.work->app().parse(std::move(arguments));
  prepared.photo = take_photo(request, photo);
  request.fields.clear();
  request.body = {};
  return prepared;
}

}  // namespace portrait_depth::serve
