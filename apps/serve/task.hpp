// The subcommands that the service offers: one row each, with the command's own options and work.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "job_options.hpp"
#include "networks.hpp"
#include "output_naming.hpp"
#include "photo_input.hpp"
#include "report.hpp"

namespace portrait_depth::serve {

/// A request's options and work.
class Work {
 public:
  virtual ~Work() = default;
  virtual CLI::App& app() = 0;
  virtual cli::JobOptions& common() = 0;
  /// Throws WrongUse and Error, as the subcommand does.
  virtual void run(const cli::Job& job, const cli::PhotoInput& photo, cli::Networks& networks,
                   cli::Report& report) = 0;
};

struct Task {
  std::string name;     ///< Of the subcommand: /v1/NAME.
  std::string summary;  ///< One line.
  cli::OutputRule rule;
  std::unique_ptr<Work> (*create)();
};

const std::vector<Task>& tasks();
/// nullptr if there is none of this name.
const Task* find_task(const std::string& name);

/// "image/gif" for gif.
std::string media_type(const std::string& format);

}  // namespace portrait_depth::serve
