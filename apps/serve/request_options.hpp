// The options of a request: the command's own, by their names without dashes, with the command's own checks.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "http/message.hpp"
#include "io/memory_file.hpp"
#include "task.hpp"

namespace portrait_depth::serve {

/// Where the value of an option comes from. The service never opens a path of the client's.
enum class ValueSource {
  text,
  file,          ///< A part of a multipart body.
  text_or_file,  ///< A word or such a part.
};

struct OfferedOption {
  std::string name;  ///< Without its dashes.
  std::string description;
  nlohmann::ordered_json schema;  ///< Of a text value: JSON Schema.
  ValueSource source = ValueSource::text;
};

/// The options of a task of tasks() that requests can have; read once.
const std::vector<OfferedOption>& offered_options(const Task& task);

/// A request that is ready to run.
struct PreparedWork {
  std::unique_ptr<Work> work;
  std::string photo;                                       ///< The file's bytes.
  std::vector<std::unique_ptr<io::MemoryFile>> files;      ///< Of the options.
  std::vector<std::pair<std::string, std::string>> names;  ///< Path in memory → the part's name, for errors.
};

/// Throws WrongUse and CLI::ParseError with the command's sentences. `request` loses its photo and parts.
PreparedWork prepare_work(const Task& task, http::Request& request);

}  // namespace portrait_depth::serve
