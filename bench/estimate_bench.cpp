// Times of segmentation and depth estimation of one picture, warm and on one core, and of the networks alone.
//
//   estimate_bench PORTRAIT
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <utility>
#include <vector>

#include "image/window_sampler.hpp"
#include "inference/network.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace {

struct Milliseconds {
  double best, median;
};

template <class Work>
Milliseconds time_of(int runs, Work&& work) {
  for (int i = 0; i < 3; ++i) work();
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  return {times.front(), times[times.size() / 2]};
}

void print(const char* what, const Milliseconds& time) {
  std::printf("  %-46s %8.2f ms %8.2f ms\n", what, time.best, time.median);
}

Image resized(ImageView image, int width, int height) {
  const auto plane = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  std::vector<float> planes(3 * plane);
  WindowSampler().sample(image, {0, 0, static_cast<float>(image.width()), static_cast<float>(image.height())},
                         width, height, planes);
  Image result(width, height);
  for (std::size_t i = 0; i < plane; ++i)
    for (std::size_t channel = 0; channel < 3; ++channel)
      result.bytes()[3 * i + channel] =
          static_cast<std::uint8_t>(std::lround(planes[channel * plane + i] * 255));
  return result;
}

/// The time of a network alone; the values of its input do not matter.
Milliseconds bare_network(const std::filesystem::path& file) {
  Network network(file);
  std::vector<std::vector<float>> memory;
  const auto bind = [&](const TensorDescription& tensor, bool is_input) {
    std::vector<std::int64_t> shape = tensor.shape;
    std::size_t size = 1;
    for (std::int64_t& dimension : shape) {
      dimension = std::max<std::int64_t>(dimension, 1);
      size *= static_cast<std::size_t>(dimension);
    }
    std::vector<float>& values = memory.emplace_back(size, 0.5f);
    is_input ? network.bind_input(tensor.name, values, shape)
             : network.bind_output(tensor.name, values, shape);
  };
  for (const TensorDescription& tensor : network.inputs()) bind(tensor, true);
  for (const TensorDescription& tensor : network.outputs()) bind(tensor, false);
  return time_of(100, [&] { network.run(); });
}

void bench_networks() {
  std::printf("networks alone, ONNX Runtime %s\n", inference_engine_version().c_str());
  print("selfie_segmentation", bare_network(default_model_folder() / "selfie_segmentation.onnx"));
  print("selfie_segmentation_landscape",
        bare_network(default_model_folder() / "selfie_segmentation_landscape.onnx"));
  for (const DepthModel& model : depth_models())
    if (std::filesystem::exists(default_model_folder() / model.file))
      print(model.name.c_str(), bare_network(default_model_folder() / model.file));
}

void bench_picture(ImageView portrait, int width, int height) {
  const Image image = resized(portrait, width, height);
  const int runs = width * height > 1'000'000 ? 10 : 60;
  std::printf("%d x %d\n", width, height);
  BodySegmenter segmenter;
  Segmentation segmentation;
  print("segmentation", time_of(runs, [&] { segmenter.segment(image, segmentation); }));
  EstimationConfig config{.min_depth = 0.2f, .max_depth = 0.9f};
  DepthMap depth;
  const auto estimator = create_estimator();
  print("segmentation and depth", time_of(runs, [&] { estimator->estimate_depth(image, config, depth); }));
  config.mask = segmentation.mask.view();
  print("depth, with the mask given",
        time_of(runs, [&] { estimator->estimate_depth(image, config, depth); }));
  config.flip_augmentation = true;
  print("depth, with the mask given, flip augmentation",
        time_of(runs, [&] { estimator->estimate_depth(image, config, depth); }));
}

}  // namespace
}  // namespace portrait_depth

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: estimate_bench PORTRAIT\n");
    return 2;
  }
  try {
    const portrait_depth::Photo photo = portrait_depth::load_photo(argv[1]);
    std::printf("warm, one thread%33s%11s%12s\n", "", "best", "median");
    portrait_depth::bench_networks();
    for (const auto& [width, height] : {std::pair(192, 256), {480, 640}, {960, 1280}, {3000, 4000}})
      portrait_depth::bench_picture(photo.image, width, height);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "estimate_bench: %s\n", error.what());
    return 1;
  }
  return 0;
}
