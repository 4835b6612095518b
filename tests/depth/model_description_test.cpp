#include "depth/model_description.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"

namespace portrait_depth {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kWhole = R"(file = "weights.onnx"
description = "A network"
license = "Apache-2.0"
source = "https://example.org/network"

[input]
name = "pixels"
multiple_of = 14
longer_side = 700
layout = "NHWC"
channels = "BGR"
range = [-1, 1]
mean = [0.1, 0.2, 0.3]
std = [2, 3, 4.5]
mask_channel = true
background = "black"
view = "photo"

[output]
kind = "relative"
name = "depth"
)";

TEST(ModelDescription, HasAllPartsOfAModel) {
  const DepthModel model = parse_depth_model(kWhole, "/networks/mine.toml");
  EXPECT_EQ(model.name, "mine");
  EXPECT_EQ(model.file, "/networks/weights.onnx");
  EXPECT_EQ(model.description, "A network");
  EXPECT_EQ(model.license, "Apache-2.0");
  EXPECT_EQ(model.source, "https://example.org/network");
  EXPECT_EQ(model.input_name, "pixels");
  ASSERT_TRUE(model.free_size.has_value());
  EXPECT_EQ(model.free_size->multiple, 14);
  EXPECT_EQ(model.free_size->side, 700);
  EXPECT_FALSE(model.free_size->is_shorter);
  EXPECT_EQ(model.layout, TensorLayout::nhwc);
  EXPECT_EQ(model.channel_order, ChannelOrder::bgr);
  EXPECT_EQ(model.input_channels, 4);
  EXPECT_TRUE(model.masked);
  EXPECT_EQ(model.view, NetworkView::photo);
  EXPECT_EQ(model.black, -1);
  EXPECT_EQ(model.white, 1);
  EXPECT_THAT(model.mean, ElementsAre(0.1f, 0.2f, 0.3f));
  EXPECT_THAT(model.deviation, ElementsAre(2, 3, 4.5f));
  EXPECT_EQ(model.output, DepthOutput::relative);
  EXPECT_EQ(model.output_name, "depth");
}

TEST(ModelDescription, HasDefaultsOfAnOrdinaryNetwork) {
  const DepthModel model = parse_depth_model(
      "license = 'MIT'\nsource = 'me'\ninput.size = [640, 480]\noutput.kind = 'disparity'\n", "/n/mine.toml");
  EXPECT_EQ(model.file, "/n/mine.onnx");
  EXPECT_EQ(model.input_width, 640);
  EXPECT_EQ(model.input_height, 480);
  EXPECT_FALSE(model.free_size.has_value());
  EXPECT_EQ(model.layout, TensorLayout::nchw);
  EXPECT_EQ(model.channel_order, ChannelOrder::rgb);
  EXPECT_EQ(model.input_channels, 3);
  EXPECT_FALSE(model.masked);
  EXPECT_EQ(model.view, NetworkView::person);
  EXPECT_EQ(model.black, 0);
  EXPECT_EQ(model.white, 1);
  EXPECT_THAT(model.deviation, ElementsAre(1, 1, 1));
}

/// The whole description with one line replaced; an empty text removes the line.
std::string with(const std::string& line, const std::string& other) {
  std::string text = kWhole;
  const std::size_t at = text.find(line);
  EXPECT_NE(at, std::string::npos) << line;
  return text.replace(at, line.size(), other);
}

TEST(ModelDescription, NamesTheMistakeItsLineAndTheWayOut) {
  struct Case {
    std::string text;
    const char *line, *part;
  };
  const char* none = "mine.toml: ";
  for (const Case& c : std::vector<Case>{
           {with("layout =", "layuot ="),
            "line 10: ", "unknown key input.layuot; the keys of [input] are name, size"},
           {with("license =", "licence ="), none, "license is missing"},
           {with("source = \"https://example.org/network\"", ""), none, "source is missing"},
           {with("[output]\nkind = \"relative\"\nname = \"depth\"", ""), none, "output is missing"},
           {with("[output]", "[outputs]"), none, "output is missing"},
           {with("kind = \"relative\"", ""), none, "output.kind is missing: relief, depth, disparity"},
           {with("\"relative\"", "\"far\""), "line 20: ", "one of \"relief\", \"depth\", \"disparity\""},
           {with("\"relative\"", "1"), "line 20: ", "output.kind must be one of"},
           {with("\"NHWC\"", "\"nhwc\""), "line 10: ", "input.layout must be one of \"NCHW\", \"NHWC\""},
           {with("\"BGR\"", "\"GRAY\""), "line 11: ", "input.channels must be one of \"RGB\", \"BGR\""},
           {with("\"photo\"", "true"), "line 17: ", "input.view must be one of"},
           {with("\"black\"", "\"white\""),
            "line 16: ", "input.background must be one of \"kept\", \"black\""},
           {with("mask_channel = true", "mask_channel = 1"),
            "line 15: ", "input.mask_channel must be true or false"},
           {with("multiple_of = 14", "multiple_of = 0"),
            "line 8: ", "multiple_of must be a whole number from 1 to"},
           {with("multiple_of = 14", "multiple_of = 14.0"), "line 8: ", "must be a whole number"},
           {with("multiple_of = 14", ""), none, "the size is missing"},
           {with("longer_side = 700", ""), "line 8: ", "either shorter_side or longer_side"},
           {with("longer_side = 700", "longer_side = 7\nshorter_side = 7"), "line 8: ", "either"},
           {with("longer_side = 700", "longer_side = 9000"), "line 9: ", "from 8 to 2048"},
           {with("longer_side = 700", "longer_side = 700\nsize = [8, 8]"), "line 10: ", "a fixed size"},
           {with("multiple_of = 14\nlonger_side = 700", "size = [8]"),
            "line 8: ", "a list of 2 whole numbers"},
           {with("multiple_of = 14\nlonger_side = 700", "size = [8, 9000]"), "line 8: ", "from 8 to 8192"},
           {with("multiple_of = 14\nlonger_side = 700", "size = [8000, 8000]"), none,
            "at most 4096 x 4096 pixels"},
           {with("multiple_of = 14\nlonger_side = 700", "size = \"8x8\""), "line 8: ", "a list of 2"},
           {with("multiple_of = 14\nlonger_side = 700", ""), none, "input.size = [WIDTH, HEIGHT]"},
           {with("[-1, 1]", "[1, 1]"), none, "two different numbers"},
           {with("[-1, 1]", "[0, nan]"), "line 12: ", "2 numbers from -1000000"},
           {with("[0.1, 0.2, 0.3]", "[0.1, 0.2]"), "line 13: ", "a list of 3 numbers"},
           {with("[0.1, 0.2, 0.3]", "[0.1, \"0.2\", 0.3]"), "line 13: ", "3 numbers from -1000000"},
           {with("[0.1, 0.2, 0.3]", "[0.1, inf, 0.3]"), "line 13: ", "3 numbers from -1000000"},
           {with("[2, 3, 4.5]", "[2, 0, 4.5]"), none, "at least 0.000001"},
           {with("\"weights.onnx\"", "\"../weights.onnx\""), "line 1: ", "beside the description"},
           {with("\"weights.onnx\"", "\"weights.pt\""), "line 1: ", "ONNX file"},
           {with("\"weights.onnx\"", "7"), "line 1: ", "a text of one line"},
           {with("\"A network\"", "\"A\\nnetwork\""), "line 2: ", "a text of one line"},
           {with("\"Apache-2.0\"", "\"\""), "line 3: ", "license must be a text"},
           {with("[input]", "[[input]]"), "line 6: ", "must be a table"},
           {with("[input]", "\"a\\u0007\\nb\" = 1\n[input]"), "line 6: ", "unknown key a??b"},
           {with("[input]", "[input"), "line 6: ", "not TOML"},
           {with("[input]", "[&nput]"), "line 6: ", "not TOML"},
           {with("channels =", "channels"), "line 11: ", "not TOML"},
           {"\xff\xfe", "line 1: ", "not ASCII"},
           {with("[0.1, 0.2, 0.3]", "[0.1, 0.2, 0.\xef\xb6\x99"), "line 13: ", "Write it as \\uXXXX"},
           {"", none, "license is missing"}}) {
    SCOPED_TRACE(c.part);
    const Error error = error_of([&] { parse_depth_model(c.text, "mine.toml"); });
    EXPECT_EQ(error.code(), ErrorCode::unreadable);
    EXPECT_THAT(error.what(),
                AllOf(StartsWith("mine.toml: "), HasSubstr(c.line), HasSubstr(c.part), Not(HasSubstr("\n"))));
  }
}

TEST(ModelDescription, TheGuidesExamplesAreDescriptions) {
  std::ifstream guide(PORTRAIT_DEPTH_SOURCE_DIR "/docs/how-to/own-network.md");
  const std::string fence = "```";
  std::vector<std::string> blocks;
  bool is_inside = false;
  for (std::string line; std::getline(guide, line);) {
    if (line == fence + "toml") {
      is_inside = true;
      blocks.emplace_back();
    } else if (line == fence) {
      is_inside = false;
    } else if (is_inside) {
      blocks.back() += line + "\n";
    }
  }
  ASSERT_GE(blocks.size(), 5u);
  for (const std::string& block : blocks)
    EXPECT_FALSE(parse_depth_model(block, "guide.toml").license.empty()) << block;
}

TEST(ModelDescription, NamesFilesThatAreMissingOrTooLarge) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(error_of([&] { read_depth_model(folder / "gone.toml"); }),
              IsError(ErrorCode::not_found, "gone.toml: not found: no such description"));
  EXPECT_THAT(error_of([&] { read_depth_model(folder.path()); }),
              IsError(ErrorCode::unreadable, "a folder, not a description"));
  std::ofstream(folder / "mine.toml") << kWhole;
  EXPECT_THAT(error_of([&] { read_depth_model(folder / "mine.toml"); }),
              IsError(ErrorCode::not_found, "its network weights.onnx is missing. Put it beside"));
  std::ofstream(folder / "weights.onnx") << "not read yet";
  EXPECT_EQ(read_depth_model(folder / "mine.toml").file, folder / "weights.onnx");
  std::ofstream(folder / "mine.toml", std::ios::app) << "#" << std::string(2'000'000, '-') << "\n";
  EXPECT_THAT(error_of([&] { read_depth_model(folder / "mine.toml"); }),
              IsError(ErrorCode::too_large, "1 MiB"));
}

}  // namespace
}  // namespace portrait_depth
