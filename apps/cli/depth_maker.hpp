// From a photo to a depth map's file: the options of `depth`, and the work for one photo.
#pragma once

#include <optional>
#include <string>

#include "job_options.hpp"
#include "output_naming.hpp"
#include "person_depth.hpp"
#include "photo_input.hpp"
#include "report.hpp"

namespace portrait_depth::cli {

struct DepthCommandOptions {
  JobOptions common;
  NetworkOptions networks;
  PersonOptions person;
  DepthOptions depth;
  std::optional<float> min_depth, max_depth;
  std::string unit, colormap;
  bool keep_background = false;
};

/// The options that change the result.
void add_depth_result_options(CLI::App& command, DepthCommandOptions& options);

class DepthMaker {
 public:
  /// Throws WrongUse or Error for contradictory options, unknown networks and unreadable masks.
  DepthMaker(const DepthCommandOptions& options, Networks& networks);
  static OutputRule rule();
  /// Throws Error for a format that does not fit the options.
  void check(const Job& job) const;
  void make(const Job& job, const PhotoInput& input, Report& report);

 private:
  DepthMap depth_of(const PhotoInput& input, const Photo& photo, Report& report);
  SaveDepthOptions save_options(const std::string& format) const;

  const DepthCommandOptions& options_;
  std::optional<DepthLimits> limits_;
  PersonDepth person_depth_;
};

}  // namespace portrait_depth::cli
