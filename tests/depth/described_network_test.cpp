// Networks that a TOML file describes, from the file to metres: every layout, size rule, order of channels,
// normalization and kind of output.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <vector>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "portrait_depth/depth.hpp"

namespace portrait_depth {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kWidth = 300, kHeight = 200;
constexpr const char* kFixed = "size = [64, 48]\n";  // of the tests' own networks
constexpr const char* kFree = "multiple_of = 14\nshorter_side = 56\n";
constexpr const char* kCentimetres = "range = [0, 2.55]\n";  // 100 becomes 1 m

/// A network of tests/inference/make_described_networks.py with a description beside it.
struct Described {
  test::TemporaryFolder folder;
  DepthModel model;  ///< Its file is the description.

  Described(const std::string& network, const std::string& input, const std::string& output) {
    const std::filesystem::path file = folder / (network + ".onnx");
    std::filesystem::copy_file(std::filesystem::path(TEST_NETWORKS) / "described" / (network + ".onnx"),
                               file);
    write(network, input, output);
  }

  void write(const std::string& network, const std::string& input, const std::string& output) {
    model.file = folder / (network + ".toml");
    std::ofstream(model.file) << "license = \"MIT\"\nsource = \"the tests\"\n[input]\n"
                              << input << "[output]\n"
                              << output;
  }

  DepthEstimator estimator() const { return DepthEstimator(model, {.segmentation = false}); }
};

/// Red grows from left to right, blue from top to bottom, and green is 30.
Image ramps(int width = kWidth, int height = kHeight) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      image.pixel(x, y)[0] = static_cast<std::uint8_t>(60 + 150 * x / width);
      image.pixel(x, y)[1] = 30;
      image.pixel(x, y)[2] = static_cast<std::uint8_t>(80 + 120 * y / height);
    }
  return image;
}

constexpr EstimationConfig kLimits = {.min_depth = 0, .max_depth = 1};
constexpr std::pair<int, int> kPlaces[] = {{60, 50}, {150, 100}, {240, 160}};

TEST(DescribedNetwork, GetsItsLayoutSizeAndOrderOfChannels) {
  const Image image = ramps();
  for (const std::string layout : {"NCHW", "NHWC"})
    for (const bool is_free : {false, true})
      for (const std::string order : {"RGB", "BGR"})
        for (const std::string view : {"person", "photo"}) {
          SCOPED_TRACE(layout + (is_free ? " free " : " fixed ") + order + " " + view);
          const std::string network =
              std::string("first_") + (layout == "NCHW" ? "nchw" : "nhwc") + (is_free ? "_free" : "_fixed");
          const Described described(network,
                                    (is_free ? kFree : kFixed) + std::string(kCentimetres) + "layout = \"" +
                                        layout + "\"\nchannels = \"" + order + "\"\nview = \"" + view +
                                        "\"\n",
                                    "kind = \"metric\"\n");
          DepthEstimator estimator = described.estimator();
          EstimationConfig config = kLimits;
          for (const bool flip_augmentation : {false, true}) {
            config.flip_augmentation = flip_augmentation;
            const DepthMap depth = estimator.estimate_depth(image, config);
            for (const auto& [x, y] : kPlaces)
              EXPECT_NEAR(depth.metres()(x, y), image.pixel(x, y)[order == "RGB" ? 0 : 2] / 100.0f, 0.015f)
                  << x << " " << y;
          }
        }
}

TEST(DescribedNetwork, NormalizesInTheOrderOfItsChannels) {
  const Image image = ramps();
  struct Case {
    const char *text, *order;
    float black, white, mean, deviation;  // of the first channel
  };
  for (const Case& c :
       {Case{"range = [0, 255]\nmean = [10, 500, 500]\nstd = [100, 3, 3]\n", "RGB", 0, 255, 10, 100},
        Case{"range = [-1, 1]\nmean = [-2, 7, 7]\nstd = [0.5, 9, 9]\n", "BGR", -1, 1, -2, 0.5f},
        Case{"mean = [-0.1, 0.485, 0.456]\nstd = [0.25, 1, 2]\n", "RGB", 0, 1, -0.1f, 0.25f}}) {
    SCOPED_TRACE(c.text);
    const Described described("first_nchw_fixed",
                              kFixed + std::string(c.text) + "channels = \"" + c.order + "\"\n",
                              "kind = \"metric\"\n");
    const DepthMap depth = described.estimator().estimate_depth(image, kLimits);
    for (const auto& [x, y] : kPlaces) {
      const float value = image.pixel(x, y)[std::string(c.order) == "RGB" ? 0 : 2] / 255.0f;
      const float expected = (c.black + value * (c.white - c.black) - c.mean) / c.deviation;
      EXPECT_NEAR(depth.metres()(x, y), expected, 0.02f * expected) << x << " " << y;
    }
  }
}

TEST(DescribedNetwork, GetsTheMaskAsFourthChannel) {
  for (const std::string layout : {"NCHW", "NHWC"}) {
    const Described described(layout == "NCHW" ? "mask_nchw" : "mask_nhwc",
                              kFixed + std::string("mask_channel = true\nlayout = \"") + layout +
                                  "\"\nrange = [0, 255]\nview = \"photo\"\n",
                              "kind = \"metric\"\n");
    const Plane<float> half(kWidth, kHeight, 0.8f);  // the network returns the mask
    EstimationConfig config = kLimits;
    config.mask = half.view();
    const DepthMap depth = described.estimator().estimate_depth(ramps(), config);
    EXPECT_NEAR(depth.metres()(150, 100), 0.8f, 1e-3f) << layout;
  }
}

TEST(DescribedNetwork, GetsASizeOfTheViewsShape) {
  struct Case {
    const char* input;
    int picture_width, picture_height, width, height;
  };
  for (const Case& c :
       {Case{"multiple_of = 14\nshorter_side = 56\nview = \"photo\"\n", 300, 200, 84, 56},
        Case{"multiple_of = 14\nlonger_side = 84\nview = \"photo\"\n", 200, 300, 56, 84},
        Case{"multiple_of = 32\nshorter_side = 100\nview = \"photo\"\n", 300, 200, 160, 96},
        Case{"multiple_of = 32\nshorter_side = 8\nview = \"photo\"\n", 200, 200, 32, 32},
        Case{"multiple_of = 1\nshorter_side = 10\nview = \"photo\"\n", 1000, 100, 40, 10},
        // The person's box of 300 x 200 and 15 pixels of air on each side.
        Case{"multiple_of = 1\nshorter_side = 115\nview = \"person\"\n", 300, 200, 165, 115}}) {
    SCOPED_TRACE(c.input);
    for (const std::string name : {"width", "height"}) {  // these return a hundredth of the side
      const Described described(name, c.input, "kind = \"metric\"\n");
      DepthEstimator estimator = described.estimator();
      // Another size before: the network is bound anew.
      estimator.estimate_depth(ramps(64, 64), kLimits);
      const DepthMap depth = estimator.estimate_depth(ramps(c.picture_width, c.picture_height), kLimits);
      EXPECT_NEAR(100 * depth.head_distance_metres(),
                  static_cast<float>(name == "width" ? c.width : c.height), 1e-3f);
    }
  }
}

TEST(DescribedNetwork, KeepsTheOrderOfPicturesOfSeveralSizes) {
  const Described described("width", "multiple_of = 4\nshorter_side = 40\nview = \"photo\"\n",
                            "kind = \"metric\"\n");
  std::vector<Image> pictures;
  for (const int width : {100, 200, 300, 100}) pictures.push_back(ramps(width, 100));
  const std::vector<ImageView> views(pictures.begin(), pictures.end());
  const std::vector<DepthMap> depths = described.estimator().estimate_depth(views, kLimits);
  const float expected[] = {0.4f, 0.8f, 1.2f, 0.4f};
  ASSERT_EQ(depths.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(depths[i].head_distance_metres(), expected[i], 1e-5f) << i;
}

float range_of_person(const DepthMap& depth) {
  std::vector<float> values;
  for (int y = 0; y < depth.height(); ++y)
    for (int x = 0; x < depth.width(); ++x)
      if (depth.mask()(x, y) >= kPersonMask) values.push_back(depth.metres()(x, y));
  std::sort(values.begin(), values.end());
  return values[values.size() * 95 / 100] - values[values.size() * 5 / 100];
}

Plane<float> middle() {
  Plane<float> mask(kWidth, kHeight, 0.0f);
  for (int y = 40; y < 160; ++y)
    for (int x = 100; x < 200; ++x) mask(x, y) = 1;
  return mask;
}

TEST(DescribedNetwork, ReturnsEachKindOfOutput) {
  const Image image = ramps();
  const Plane<float> mask = middle();
  EstimationConfig config = kLimits;
  config.mask = mask.view();
  for (const std::string view : {"person", "photo"}) {
    SCOPED_TRACE(view);
    const auto depth_of = [&](const std::string& kind) {
      const Described described("first_nchw_fixed",
                                kFixed + std::string(kCentimetres) + "view = \"" + view + "\"\n",
                                "kind = \"" + kind + "\"\n");
      return described.estimator().estimate_depth(image, config);
    };
    const auto ratio = [](const DepthMap& depth) {
      return depth.metres()(180, 100) / depth.metres()(120, 100);
    };
    const DepthMap depth = depth_of("depth"), metric = depth_of("metric"), relative = depth_of("relative"),
                   disparity = depth_of("disparity");
    EXPECT_NEAR(ratio(depth), 150.0f / 120.0f, 0.01f);  // red is 120 and 150 there
    EXPECT_NEAR(ratio(metric), 150.0f / 120.0f, 0.01f);
    EXPECT_NEAR(metric.metres()(120, 100), 1.2f, 0.01f);
    EXPECT_GT(ratio(relative), 1.01f);
    EXPECT_LT(ratio(disparity), 0.99f);
    // A person of unknown relief is half as deep as its crop is wide, 0.6 m, whatever the network's view.
    EXPECT_NEAR(range_of_person(relative), 0.3f, 0.01f);
    EXPECT_NEAR(range_of_person(disparity), 0.3f, 0.01f);
    // Without a camera, a metric head and the person's usual size determine the focal length.
    EXPECT_NEAR(metric.head_distance_metres(), 1.35f, 0.02f);
    EXPECT_GT(metric.intrinsics().fx, 50);
  }
}

TEST(DescribedNetwork, AKnownDistanceScalesMetres) {
  const Described described("first_nchw_fixed", kFixed + std::string(kCentimetres), "kind = \"metric\"\n");
  DepthEstimator estimator = described.estimator();
  EstimationConfig config = kLimits;
  config.intrinsics = Intrinsics{250, 250, 150, 100, kWidth, kHeight};
  const DepthMap own = estimator.estimate_depth(ramps(), config);
  config.head_distance_metres = 2.7f;
  const DepthMap scaled = estimator.estimate_depth(ramps(), config);
  EXPECT_EQ(scaled.head_distance_metres(), 2.7f);
  EXPECT_NEAR(own.head_distance_metres(), 1.35f, 0.02f);  // the median of red
  for (const auto& [x, y] : kPlaces)
    EXPECT_NEAR(scaled.metres()(x, y), own.metres()(x, y) * 2.7f / own.head_distance_metres(), 1e-3f);
}

TEST(DescribedNetwork, TheContractCanBeDescribed) {
  const test::TemporaryFolder folder;
  std::filesystem::copy_file(std::filesystem::path(TEST_NETWORKS) / "ramp.onnx", folder / "weights.onnx");
  std::ofstream(folder / "own.toml") << R"(
    file = "weights.onnx"
    description = "A ramp"
    license = "MIT"
    source = "the tests"
    input = {size = [192, 256], mask_channel = true, background = "black"}
    output = {kind = "relief"})";
  const DepthModel described = read_depth_model(folder / "own.toml");
  EXPECT_EQ(described.name, "own");
  EXPECT_EQ(described.file, folder / "weights.onnx");
  EXPECT_EQ(described.description, "A ramp");
  EXPECT_EQ(described.license, "MIT");
  EXPECT_EQ(described.source, "the tests");
  DepthModel plain;
  plain.name = "ramp";
  plain.file = folder / "weights.onnx";
  const DepthMap by_contract =
      DepthEstimator(plain, {.segmentation = false}).estimate_depth(ramps(), kLimits);
  const DepthMap by_description =
      DepthEstimator(described, {.segmentation = false}).estimate_depth(ramps(), kLimits);
  EXPECT_EQ(by_description.to_array(), by_contract.to_array());
  EXPECT_GT(range_of_person(by_description), 0.05f);
}

/// A person of red 90 in the middle, before a wall of red 200 on the left and 220 on the right.
Image person_before_a_wall() {
  Image image(kWidth, kHeight);
  const Plane<float> mask = middle();
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      image.pixel(x, y)[0] = mask(x, y) > 0 ? 90 : static_cast<std::uint8_t>(x < 150 ? 200 : 220);
  return image;
}

PhotoDepth with_background(const std::string& input, const std::string& kind, bool flip_horizontal = false) {
  const Described described("first_nchw_free", kFree + std::string(kCentimetres) + input,
                            "kind = \"" + kind + "\"\n");
  const Plane<float> mask = middle();
  return described.estimator().estimate_photo(person_before_a_wall(),
                                              {.flip_horizontal = flip_horizontal, .mask = mask.view()});
}

TEST(DescribedNetwork, KeepsTheBackgroundsDepth) {
  for (const bool flip_horizontal : {false, true}) {
    const PhotoDepth result =
        with_background("view = \"photo\"\nbackground = \"kept\"\n", "metric", flip_horizontal);
    const Plane<float>& scene = result.scene_metres;
    ASSERT_EQ(scene.width(), kWidth);
    ASSERT_EQ(scene.height(), kHeight);
    EXPECT_NEAR(scene(flip_horizontal ? 299 : 0, 0), 2.0f, 0.02f);
    EXPECT_NEAR(scene(flip_horizontal ? 259 : 40, 100), 2.0f, 0.02f);
    EXPECT_NEAR(scene(flip_horizontal ? 0 : 299, 199), 2.2f, 0.02f);
    EXPECT_NEAR(scene(150, 100), 0.9f, 0.02f);
    EXPECT_NEAR(result.depth.metres()(150, 100), 0.9f, 0.02f);
    EXPECT_TRUE(std::isnan(result.depth.metres()(40, 100)));
    ASSERT_TRUE(result.background_metres.has_value());
    EXPECT_GE(*result.background_metres, 1.98f);
    EXPECT_LE(*result.background_metres, 2.22f);
  }
}

TEST(DescribedNetwork, HasNoBackgroundWithoutTheWholePhoto) {
  EXPECT_TRUE(with_background("view = \"person\"\n", "metric").scene_metres.empty());
  EXPECT_TRUE(with_background("view = \"photo\"\nbackground = \"black\"\n", "metric").scene_metres.empty());
  // The scale of these kinds is assumed, so that they do not place a plane.
  const PhotoDepth relative = with_background("view = \"photo\"\n", "relative");
  EXPECT_GT(relative.scene_metres(10, 10), relative.depth.metres()(150, 100));
  EXPECT_FALSE(relative.background_metres.has_value());
}

TEST(DescribedNetwork, NamesTheMistakeOfADescriptionThatDoesNotFit) {
  struct Case {
    const char* network;
    std::string input, output;
    std::vector<const char*> parts;
  };
  const std::string fixed = kFixed, metric = "kind = \"metric\"\n";
  for (const Case& c : std::vector<Case>{
           {"several", fixed, metric, {"outputs red, blue, copy, classes", "output.name"}},
           {"several", fixed, metric + "name = \"green\"\n", {"no output named green", "red, blue, copy"}},
           {"several", fixed, metric + "name = \"classes\"\n", {"classes is not a float32", "Export"}},
           {"several", fixed, metric + "name = \"copy\"\n", {"copy is 1x3x48x64", "output.name"}},
           {"several",
            fixed + "name = \"photo\"\n",
            metric + "name = \"red\"\n",
            {"no input named photo", "picture"}},
           {"first_nhwc_fixed", fixed, metric, {"1x48x64x3", "input.layout to \"NHWC\""}},
           {"first_nchw_fixed", fixed + "layout = \"NHWC\"\n", metric, {"input.layout to \"NCHW\""}},
           {"first_nchw_fixed", "size = [48, 64]\n", metric, {"1x3x48x64", "48x64", "input.size"}},
           {"first_nchw_fixed", kFree, metric, {"a fixed size", "input.size", "multiple_of"}},
           {"first_nchw_fixed", fixed + "mask_channel = true\n", metric, {"4 channels", "mask_channel"}},
           {"mask_nchw", fixed, metric, {"3 channels", "mask_channel"}},
           {"half_fixed", fixed, metric, {"1x1x24x32", "64x48", "output.name"}}}) {
    SCOPED_TRACE(c.network + c.input + c.output);
    const Described described(c.network, c.input, c.output);
    const Error error = error_of([&] { described.estimator(); });
    EXPECT_THAT(error.what(), AllOf(HasSubstr(std::string(c.network) + ".onnx: "), Not(HasSubstr("\n"))));
    for (const char* part : c.parts) EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

TEST(DescribedNetwork, NamesTheMistakeThatARunShows) {
  struct Case {
    const char *network, *input;
    std::vector<const char*> parts;
  };
  for (const Case& c :
       std::vector<Case>{{"half_free", kFree, {"half_free.onnx", "another size than the input", "Choose"}},
                         {"first_nchw_free",
                          "multiple_of = 10\nshorter_side = 50\n",
                          {"first_nchw_free.onnx", "input's size"}},
                         {"nan", kFixed, {"no finite values inside the mask", "choose another"}}}) {
    SCOPED_TRACE(c.network);
    const Described described(c.network, c.input, "kind = \"metric\"\n");
    DepthEstimator estimator = described.estimator();
    const Error error = error_of([&] { estimator.estimate_depth(ramps(), kLimits); });
    EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
    for (const char* part : c.parts) EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

TEST(DescribedNetwork, ANamedOutputIsUsed) {
  const Described described("several", kFixed + std::string(kCentimetres),
                            "kind = \"metric\"\nname = \"blue\"\n");
  const Image image = ramps();
  const DepthMap depth = described.estimator().estimate_depth(image, kLimits);
  EXPECT_NEAR(depth.metres()(150, 60), image.pixel(150, 60)[2] / 100.0f, 0.015f);
  EXPECT_NEAR(depth.metres()(150, 150), image.pixel(150, 150)[2] / 100.0f, 0.015f);
}

TEST(DescribedNetwork, ARelativePathIsInTheModelFolder) {
  Described described("first_nchw_fixed", kFixed, "kind = \"metric\"\n");
  EstimatorOptions options;
  options.segmentation = false;
  options.model_folder = described.folder.path();
  described.model.file = "first_nchw_fixed.toml";
  EXPECT_EQ(DepthEstimator(described.model, options).model().name, "first_nchw_fixed");
  described.model.name = "mine";
  EXPECT_EQ(DepthEstimator(described.model, options).model().name, "mine");
  described.model.file = "nowhere.toml";
  EXPECT_THAT(error_of([&] { DepthEstimator(described.model, options); }),
              IsError(ErrorCode::not_found, "nowhere.toml: not found: no such description"));
}

}  // namespace
}  // namespace portrait_depth
