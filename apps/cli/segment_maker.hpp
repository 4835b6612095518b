// From a photo to the file of a person's mask: the options of `segment`, and the work for one photo.
#pragma once

#include "job_options.hpp"
#include "output_naming.hpp"
#include "person_depth.hpp"
#include "photo_input.hpp"
#include "report.hpp"

namespace portrait_depth::cli {

struct SegmentCommandOptions {
  JobOptions common;
  NetworkOptions networks;
  PersonOptions person;
};

/// The options that change the result.
void add_segment_result_options(CLI::App& command, SegmentCommandOptions& options);

class SegmentMaker {
 public:
  SegmentMaker(const SegmentCommandOptions& options, Networks& networks)
      : options_(options), finder_(options.person, networks) {}
  static OutputRule rule();
  void make(const Job& job, const PhotoInput& input, Report& report);

 private:
  const SegmentCommandOptions& options_;
  PersonFinder finder_;
};

}  // namespace portrait_depth::cli
