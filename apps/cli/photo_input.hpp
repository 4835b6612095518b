// A photo named on the command line: a file, or standard input or a pipe, which can be read only once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "job_options.hpp"
#include "portrait_depth/embedded_depth.hpp"
#include "portrait_depth/io.hpp"
#include "report.hpp"

namespace portrait_depth::cli {

/// True for - and for pipes.
bool is_read_once(const std::string& input);

class PhotoInput {
 public:
  explicit PhotoInput(const std::string& input);
  /// A photo in memory; errors begin with `name`.
  PhotoInput(std::string name, std::vector<std::uint8_t> bytes)
      : name_(std::move(name)), bytes_(std::move(bytes)) {}
  PhotoInfo info() const;
  /// Notes a warning about the file in the report.
  Photo load(const JobOptions& options, Report& report, int min_short_side = 0) const;
  /// The depth inside the file; see read_embedded_depth().
  std::optional<EmbeddedDepth> embedded_depth() const;
  /// The pictures beside the photo in its file; see list_embedded_pictures().
  std::vector<EmbeddedPicture> embedded_pictures() const;

 private:
  std::string name_;
  std::optional<std::vector<std::uint8_t>> bytes_;  // empty: the file of that name
};

/// Pixels of the photo per pixel of the picture, which may be smaller than the photo.
float own_pixels(const Photo& photo);

}  // namespace portrait_depth::cli
