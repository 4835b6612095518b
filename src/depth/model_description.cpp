// Based on: TOML 1.0.0.
#include "depth/model_description.hpp"

#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
// toml++ 3.3 asserts the first character of a key, with clang's optimizer even assumes it, before it checks
// that character and reports a damaged file. Its checks alone remain.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "depth/model_registry.hpp"
#include "files/input_file.hpp"
#include "text/printable_name.hpp"

namespace portrait_depth {
namespace {

constexpr std::size_t kLargestDescription = std::size_t{1} << 20;
constexpr std::size_t kLongestText = 1000;
constexpr float kLeastDeviation = 1e-6f;

template <class Value>
struct Word {
  const char* word;
  Value value;
};

constexpr Word<DepthOutput> kKinds[] = {{"relief", DepthOutput::relief},
                                        {"depth", DepthOutput::depth},
                                        {"disparity", DepthOutput::disparity},
                                        {"relative", DepthOutput::relative},
                                        {"metric", DepthOutput::metric}};
constexpr Word<TensorLayout> kLayouts[] = {{"NCHW", TensorLayout::nchw}, {"NHWC", TensorLayout::nhwc}};
constexpr Word<ChannelOrder> kOrders[] = {{"RGB", ChannelOrder::rgb}, {"BGR", ChannelOrder::bgr}};
constexpr Word<NetworkView> kViews[] = {{"person", NetworkView::person}, {"photo", NetworkView::photo}};
constexpr Word<bool> kBackgrounds[] = {{"kept", false}, {"black", true}};

/// A table of the description, whose keys are read one after the other.
class Section {
 public:
  Section(const toml::table& table, std::string name, const std::filesystem::path& file)
      : table_(table), name_(std::move(name)), file_(file) {}

  /// The key's value, or nullptr. All keys of a section are asked for.
  const toml::node* find(const char* key) {
    keys_.push_back(key);
    return table_.get(key);
  }

  const toml::node& required(const char* key, const char* meaning) {
    const toml::node* const node = find(key);
    if (node == nullptr) fail(nullptr, full(key) + " is missing: " + meaning);
    return *node;
  }

  template <class Value, std::size_t count>
  Value word(const toml::node& node, const char* key, const Word<Value> (&words)[count]) const {
    const auto text = node.value<std::string>();
    std::string known;
    for (const Word<Value>& each : words) {
      if (text && node.is_string() && *text == each.word) return each.value;
      known += std::string(known.empty() ? "\"" : ", \"") + each.word + "\"";
    }
    fail(&node, full(key) + " must be one of " + known);
  }

  template <class Value, std::size_t count>
  void read(const char* key, const Word<Value> (&words)[count], Value& value) {
    if (const toml::node* const node = find(key)) value = word(*node, key, words);
  }

  std::string text(const toml::node& node, const char* key) const {
    const auto text = node.is_string() ? node.value<std::string>() : std::nullopt;
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; };
    if (!text || text->empty() || text->size() > kLongestText ||
        std::any_of(text->begin(), text->end(), is_control))
      fail(&node, full(key) + " must be a text of one line");
    return *text;
  }

  void read(const char* key, std::string& value) {
    if (const toml::node* const node = find(key)) value = text(*node, key);
  }

  void read(const char* key, bool& value) {
    const toml::node* const node = find(key);
    if (node == nullptr) return;
    if (!node->is_boolean()) fail(node, full(key) + " must be true or false");
    value = node->value<bool>().value_or(false);
  }

  int whole(const toml::node& node, const char* key, int least, int most) const {
    const auto number = node.is_integer() ? node.value<std::int64_t>() : std::nullopt;
    if (!number || *number < least || *number > most)
      fail(&node, full(key) + " must be a whole number from " + std::to_string(least) + " to " +
                      std::to_string(most));
    return static_cast<int>(*number);
  }

  template <std::size_t count>
  std::array<int, count> whole_numbers(const toml::node& node, const char* key, int least, int most) const {
    const toml::array& array = list(node, key, count, "whole numbers");
    std::array<int, count> numbers = {};
    for (std::size_t i = 0; i < count; ++i) numbers[i] = whole(*array.get(i), key, least, most);
    return numbers;
  }

  /// Reads `count` finite numbers.
  template <std::size_t count>
  void read(const char* key, float (&values)[count]) {
    const toml::node* const node = find(key);
    if (node == nullptr) return;
    const toml::array& array = list(*node, key, count, "numbers");
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = array.get(i)->is_number() ? array.get(i)->value<double>() : std::nullopt;
      if (!number || !(std::abs(*number) <= kLargestNumber))
        fail(node,
             full(key) + " must be a list of " + std::to_string(count) + " numbers from -1000000 to 1000000");
      values[i] = static_cast<float>(*number);
    }
  }

  void reject_unknown_keys() const {
    for (const auto& [key, node] : table_) {
      if (std::find(keys_.begin(), keys_.end(), key.str()) != keys_.end()) continue;
      std::string known;
      for (const std::string& each : keys_) known += (known.empty() ? "" : ", ") + each;
      fail(&node, "unknown key " + full(printable_name(key.str())) + "; the keys " +
                      (name_.empty() ? "outside of tables" : "of [" + name_ + "]") + " are " + known);
    }
  }

  std::string full(const std::string& key) const { return name_.empty() ? key : name_ + "." + key; }

  [[noreturn]] void fail(const toml::node* node, const std::string& reason) const {
    const std::string line = node != nullptr && node->source().begin
                                 ? "line " + std::to_string(node->source().begin.line) + ": "
                                 : "";
    throw Error(ErrorCode::unreadable, file_.string() + ": " + line + reason);
  }

 private:
  static constexpr double kLargestNumber = 1e6;

  const toml::array& list(const toml::node& node, const char* key, std::size_t count,
                          const char* things) const {
    const toml::array* const array = node.as_array();
    if (array == nullptr || array->size() != count)
      fail(&node, full(key) + " must be a list of " + std::to_string(count) + " " + things);
    return *array;
  }

  const toml::table& table_;
  std::string name_;
  const std::filesystem::path& file_;
  std::vector<std::string> keys_;
};

Section section(Section& owner, const char* key, const char* meaning, const std::filesystem::path& file) {
  const toml::node& node = owner.required(key, meaning);
  if (!node.is_table()) owner.fail(&node, std::string(key) + " must be a table: [" + key + "]");
  return {*node.as_table(), key, file};
}

void read_size(Section& input, DepthModel& model) {
  const toml::node *const size = input.find("size"), *const multiple = input.find("multiple_of"),
                          *const shorter = input.find("shorter_side"),
                          *const longer = input.find("longer_side");
  const toml::node* const free = multiple != nullptr ? multiple : shorter != nullptr ? shorter : longer;
  if (size != nullptr && free != nullptr)
    input.fail(size,
               "input.size is a fixed size; leave out multiple_of, shorter_side and longer_side, or size");
  if (size != nullptr) {
    const auto [width, height] = input.whole_numbers<2>(*size, "size", 8, 8192);
    model.input_width = width;
    model.input_height = height;
    return;
  }
  if (multiple == nullptr || (shorter == nullptr) == (longer == nullptr))
    input.fail(free,
               "the size is missing: input.size = [WIDTH, HEIGHT], or for a free size input.multiple_of with "
               "either shorter_side or longer_side");
  model.free_size = FreeInputSize{.multiple = input.whole(*multiple, "multiple_of", 1, 1024),
                                  .side = shorter != nullptr ? input.whole(*shorter, "shorter_side", 8, 2048)
                                                             : input.whole(*longer, "longer_side", 8, 2048),
                                  .is_shorter = shorter != nullptr};
}

void read_numbers(Section& input, DepthModel& model) {
  float range[2] = {model.black, model.white};
  input.read("range", range);
  if (range[0] == range[1]) input.fail(nullptr, "input.range must be two different numbers: black and white");
  model.black = range[0];
  model.white = range[1];
  input.read("mean", model.mean);
  input.read("std", model.deviation);
  for (const float deviation : model.deviation)
    if (!(deviation >= kLeastDeviation))
      input.fail(nullptr, "input.std must be three numbers of at least 0.000001");
}

void read_input(Section& input, DepthModel& model) {
  input.read("name", model.input_name);
  read_size(input, model);
  input.read("layout", kLayouts, model.layout);
  input.read("channels", kOrders, model.channel_order);
  bool has_mask = false;
  input.read("mask_channel", has_mask);
  model.input_channels = has_mask ? 4 : 3;
  model.masked = false;
  input.read("background", kBackgrounds, model.masked);
  input.read("view", kViews, model.view);
  read_numbers(input, model);
  input.reject_unknown_keys();
}

void read_file_name(Section& top, const std::filesystem::path& description, DepthModel& model) {
  std::string name = description.stem().string() + ".onnx";
  const toml::node* const node = top.find("file");
  if (node != nullptr) name = top.text(*node, "file");
  if (name.find_first_of("/\\") != std::string::npos || !name.ends_with(".onnx"))
    top.fail(node, "file must be the name of an ONNX file beside the description, such as \"mine.onnx\"");
  model.file = std::filesystem::absolute(description).parent_path() / name;
}

DepthModel model_from(const toml::table& table, const std::filesystem::path& file) {
  DepthModel model;
  model.name = file.stem().string();
  Section top(table, "", file);
  read_file_name(top, file, model);
  top.read("description", model.description);
  model.license =
      top.text(top.required("license", "the network's license, such as \"Apache-2.0\""), "license");
  model.source = top.text(top.required("source", "the network's origin, such as its address"), "source");
  Section input = section(top, "input", "a table with the input's size", file);
  Section output = section(top, "output", "a table with the output's kind", file);
  top.reject_unknown_keys();
  read_input(input, model);
  model.output =
      output.word(output.required("kind", "relief, depth, disparity, relative or metric"), "kind", kKinds);
  output.read("name", model.output_name);
  output.reject_unknown_keys();
  try {
    check_depth_model(model);
  } catch (const Error& error) {
    top.fail(nullptr, error.what());
  }
  return model;
}

}  // namespace

DepthModel parse_depth_model(std::string_view text, const std::filesystem::path& file) {
  // toml++ 3.3 takes some characters beyond ASCII for impossible and does not define what it does then.
  const auto other =
      std::find_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  if (other != text.end())
    throw Error(ErrorCode::unreadable,
                file.string() + ": line " + std::to_string(1 + std::count(text.begin(), other, '\n')) +
                    ": a character that is not ASCII. Write it as \\uXXXX in a text, or leave it out.");
  try {
    return model_from(toml::parse(text), file);
  } catch (const toml::parse_error& error) {
    std::string reason(error.description());
    std::replace_if(
        reason.begin(), reason.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; },
        '?');
    throw Error(ErrorCode::unreadable, file.string() + ": line " + std::to_string(error.source().begin.line) +
                                           ": not TOML: " + reason);
  }
}

DepthModel read_depth_model(const std::filesystem::path& file) {
  const auto bytes = read_file(file, {"description of a network", kLargestDescription, "Leave comments out"});
  DepthModel model = parse_depth_model(std::string(bytes.begin(), bytes.end()), file);
  std::error_code error;
  if (!std::filesystem::exists(model.file, error))
    throw Error(ErrorCode::not_found, file.string() + ": not found: its network " +
                                          model.file.filename().string() +
                                          " is missing. Put it beside the description, or name another one "
                                          "with the key file.");
  return model;
}

}  // namespace portrait_depth
