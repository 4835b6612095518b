#include "depth/model_registry.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <mutex>

namespace portrait_depth {
namespace {

constexpr std::int64_t kMostInputPixels = std::int64_t{1} << 24;

std::vector<DepthModel> shipped_models() {
  DepthModel standard;
  standard.name = "ar_portrait_depth";
  standard.file = "ar_portrait_depth.onnx";
  standard.description = "People, by relief; the default";
  DepthModel fast = standard;
  fast.name = "ar_portrait_depth_fast";
  fast.file = "ar_portrait_depth_fast.onnx";
  fast.description = "The same in a third of the work, softer";
  return {standard, fast};
}

struct Registry {
  std::mutex mutex;
  std::vector<DepthModel> models = shipped_models();
};

Registry& registry() {
  static Registry the_registry;
  return the_registry;
}

}  // namespace

void check_depth_model(const DepthModel& model) {
  const auto refuse = [&](const char* what) {
    throw Error(ErrorCode::invalid_argument, "depth model \"" + model.name + "\": " + what);
  };
  if (model.name.empty()) refuse("it has no name");
  if (model.file.empty()) refuse("it names no file");
  const auto is_side = [](int size) { return size >= 8 && size <= 8192; };
  if (!is_side(model.input_width) || !is_side(model.input_height))
    refuse("the input must have 8 to 8192 pixels a side");
  if (std::int64_t{model.input_width} * model.input_height > kMostInputPixels)
    refuse("the input must have at most 4096 x 4096 pixels");
  if (model.input_channels != 3 && model.input_channels != 4) refuse("the input must have 3 or 4 channels");
  if (const auto& free = model.free_size) {
    if (free->multiple < 1 || free->multiple > 1024) refuse("the multiple of a free size must be 1 to 1024");
    if (free->side < 8 || free->side > 2048) refuse("the side of a free size must be 8 to 2048 pixels");
  }
  if (!std::isfinite(model.black) || !std::isfinite(model.white) || model.black == model.white)
    refuse("black and white must be finite and differ");
  for (int i = 0; i < 3; ++i)
    if (!std::isfinite(model.mean[i]) || !std::isfinite(model.deviation[i]) || model.deviation[i] == 0)
      refuse("mean and deviation must be finite, and no deviation may be 0");
}

std::vector<DepthModel> depth_models() {
  const std::lock_guard lock(registry().mutex);
  return registry().models;
}

void register_depth_model(const DepthModel& model) {
  check_depth_model(model);
  const std::lock_guard lock(registry().mutex);
  std::vector<DepthModel>& models = registry().models;
  const auto same =
      std::find_if(models.begin(), models.end(), [&](const DepthModel& m) { return m.name == model.name; });
  if (same != models.end())
    *same = model;
  else
    models.push_back(model);
}

DepthModel find_depth_model(std::string_view name) {
  std::string known;
  for (const DepthModel& model : depth_models()) {
    if (model.name == name) return model;
    known += (known.empty() ? "" : ", ") + model.name;
  }
  throw Error(ErrorCode::invalid_argument,
              "no depth model is named \"" + std::string(name) + "\"; known models: " + known);
}

}  // namespace portrait_depth
