#include "segment_maker.hpp"

namespace portrait_depth::cli {

void add_segment_result_options(CLI::App& command, SegmentCommandOptions& options) {
  add_subject_option(command, options.person);
}

OutputRule SegmentMaker::rule() {
  return {.suffix = "-mask", .extension = "png", .formats = image_formats()};
}

void SegmentMaker::make(const Job& job, const PhotoInput& input, Report& report) {
  const Photo photo = input.load(options_.common, report);
  report.stage("segment", 0.8);
  const Segmentation segmentation = finder_.find_person(photo.image);
  report.stage("write", 1.0);
  save_mask(segmentation.mask, job.output, job.format);
  report.tell_size(photo.image.width(), photo.image.height());
  report.facts["coverage"] = segmentation.coverage;
  report.tell_person(segmentation.person, 1);
}

}  // namespace portrait_depth::cli
