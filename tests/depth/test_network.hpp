// The tests' own networks (tests/inference/make_networks.py), and the limits of their depth maps.
#pragma once

#include <filesystem>
#include <string>

#include "portrait_depth/depth.hpp"

namespace portrait_depth::test {

constexpr EstimationConfig kLimits = {.min_depth = 0.2f, .max_depth = 0.9f};

inline DepthModel test_model(const std::string& name) {
  DepthModel model;
  model.name = name;
  model.file = std::filesystem::path(TEST_NETWORKS) / (name + ".onnx");
  return model;
}

/// A gray picture, taken as a whole.
inline Image gray_picture(int width, int height) {
  Image image(width, height);
  for (std::uint8_t& byte : image.bytes()) byte = 100;
  return image;
}

}  // namespace portrait_depth::test
