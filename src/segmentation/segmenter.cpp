#include <array>
#include <optional>

#include "image/window_sampler.hpp"
#include "inference/network.hpp"
#include "segmentation/mask_refinement.hpp"

namespace portrait_depth {
namespace {

/// One of the two networks with its tensors.
struct SegmentationNetwork {
  SegmentationNetwork(const std::filesystem::path& file, const SegmentationWindow& network_window,
                      const RuntimeOptions& runtime)
      : window(network_window), network(file, runtime) {
    const auto pixels = static_cast<std::size_t>(window.width) * static_cast<std::size_t>(window.height);
    input.resize(3 * pixels);
    mask.resize(pixels);
    network.bind_input("input", input, std::array<std::int64_t, 4>{1, 3, window.height, window.width});
    network.bind_output("mask", mask, std::array<std::int64_t, 4>{1, 1, window.height, window.width});
  }

  SegmentationWindow window;
  std::vector<float> input, mask;
  Network network;
};

}  // namespace

struct BodySegmenter::State {
  SegmenterOptions options;
  std::optional<SegmentationNetwork> general, landscape;
  WindowSampler sampler;
  MaskRefiner refiner;

  SegmentationNetwork& network_for(ImageView image);
  void load(SegmentationModel model);
};

void BodySegmenter::State::load(SegmentationModel model) {
  const bool wide = model == SegmentationModel::landscape;
  std::optional<SegmentationNetwork>& network = wide ? landscape : general;
  if (network) return;
  const std::filesystem::path folder =
      options.model_folder.empty() ? default_model_folder() : options.model_folder;
  network.emplace(folder / (wide ? "selfie_segmentation_landscape.onnx" : "selfie_segmentation.onnx"),
                  wide ? kLandscapeWindow : kGeneralWindow, options.runtime);
}

SegmentationNetwork& BodySegmenter::State::network_for(ImageView image) {
  const SegmentationModel model = choose_segmentation_model(options.model, image.width(), image.height());
  load(model);
  return model == SegmentationModel::landscape ? *landscape : *general;
}

BodySegmenter::BodySegmenter(const SegmenterOptions& options) : state_(std::make_unique<State>()) {
  state_->options = options;
  // Reports a missing file at once. The other network is loaded with the first picture that needs it.
  state_->load(options.model);
}

BodySegmenter::~BodySegmenter() = default;
BodySegmenter::BodySegmenter(BodySegmenter&&) noexcept = default;
BodySegmenter& BodySegmenter::operator=(BodySegmenter&&) noexcept = default;

Segmentation BodySegmenter::segment(ImageView image) {
  Segmentation result;
  segment(image, result);
  return result;
}

void BodySegmenter::segment(ImageView image, Segmentation& result) {
  if (image.empty()) throw Error(ErrorCode::invalid_argument, "the picture is empty");
  SegmentationNetwork& network = state_->network_for(image);
  const auto [width, height] = network.window;
  state_->sampler.sample(image, {0, 0, static_cast<float>(image.width()), static_cast<float>(image.height())},
                         width, height, network.input);
  network.network.run();
  state_->refiner.refine(image, network.input, network.mask, width, height, result);
}

}  // namespace portrait_depth
