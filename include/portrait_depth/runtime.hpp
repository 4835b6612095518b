// Running networks: the engine's options and the folder of the network files.
#pragma once

#include <filesystem>
#include <string>

#include "portrait_depth/visibility.hpp"

namespace portrait_depth {

/// Options of the engine that runs a network.
struct RuntimeOptions {
  /// `cpu`, or a provider that the ONNX Runtime in use was built with: `cuda`, `coreml`, `webgpu`, `dml`, ….
  std::string execution_provider = "cpu";
  int threads = 1;             ///< Threads within one network run; 0 lets ONNX Runtime choose.
  bool optimize_graph = true;  ///< ONNX Runtime's graph optimizations, all levels.
};

/// The folder of the network files: $PORTRAIT_DEPTH_MODELS, else the installation's folder, else the build's.
PORTRAIT_DEPTH_API std::filesystem::path default_model_folder();

}  // namespace portrait_depth
