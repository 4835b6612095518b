#include "output_naming.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <utility>

#include "command.hpp"
#include "input_files.hpp"
#include "photo_input.hpp"
#include "text/lower_case.hpp"

namespace portrait_depth::cli {
namespace {

namespace fs = std::filesystem;

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

// The writers' spelling.
std::string usual_spelling(const std::string& extension) {
  if (extension == "jpeg") return "jpg";
  if (extension == "tif") return "tiff";
  return extension;
}

// The number of photos that share a path up to the extension.
using StemCounts = std::map<std::string, int>;

std::string path_without_extension(const fs::path& photo) {
  return (photo.parent_path() / photo.stem()).string();
}

StemCounts count_stems(const std::vector<Input>& inputs) {
  std::set<std::string> paths;
  for (const Input& input : inputs) paths.insert(input.path);
  StemCounts counts;
  for (const std::string& path : paths) ++counts[path_without_extension(path)];
  return counts;
}

// Photos of one folder with one stem (IMG_1.heic and IMG_1.jpg) have the extension in their results' names.
std::string default_stem(const std::string& input, const StemCounts& stems) {
  if (input == "-") return "stdin";
  const fs::path path = input;
  return stems.at(path_without_extension(path)) > 1 ? stem_with_extension(path) : path.stem().string();
}

bool is_folder_name(const std::string& output) {
  return output.ends_with('/') || is_folder(output);
}

fs::path output_of(const Input& input, const StemCounts& stems, bool many, const JobOptions& options,
                   const OutputRule& rule) {
  const std::string extension = options.format.empty() ? rule.extension : options.format;
  std::string name = without_number_pattern(default_stem(input.path, stems)) + rule.suffix;
  name += "." + extension;
  if (options.output.empty()) {
    if (is_read_once(input.path)) return "-";  // a pipe has no folder for the result
    return fs::path(input.path).parent_path() / name;
  }
  if (many || is_folder_name(options.output)) return fs::path(options.output) / input.subfolder / name;
  return options.output;
}

void check_format(const std::string& format, const fs::path& output, const OutputRule& rule) {
  const auto& known = rule.formats;
  if (std::find(known.begin(), known.end(), format) != known.end()) return;
  const std::string reason =
      format.empty() ? "the name has no extension" : "files cannot be written as " + format;
  throw WrongUse(output.string() + ": " + reason + "; take " + listed(known));
}

// Other programs open a file by its name.
void check_name(const Job& job, const JobOptions& options, const OutputRule& rule) {
  const std::string named = usual_spelling(lower_extension(job.output));
  const bool is_known = is_photo(job.output) ||
                        std::find(rule.formats.begin(), rule.formats.end(), named) != rule.formats.end();
  if (is_known && named != job.format)
    throw WrongUse(job.output.string() + ": the name has another format than --format " + options.format +
                   "; leave one of them out");
}

// The path's extension or --format.
std::string format_of(const fs::path& output, const JobOptions& options, const OutputRule& rule) {
  if (!options.format.empty()) return usual_spelling(lower_extension("x." + options.format));
  return output == "-" ? rule.extension : usual_spelling(lower_extension(output));
}

// Several photos, or a folder of them.
bool is_many(const JobOptions& options) {
  return options.inputs.size() > 1 || (options.inputs[0] != "-" && is_folder(options.inputs[0]));
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && !is_folder(folder))
    throw WrongUse(folder.string() + ": many photos need a folder for their results");
  fs::create_directories(folder, error);
  if (error) throw WrongUse(folder.string() + ": the folder cannot be created: " + error.message());
}

// The output folder, and in it those of the inputs.
void make_folders(const std::vector<Job>& jobs, const JobOptions& options) {
  if (options.output.empty() || options.output == "-") return;
  if (!is_many(options) && !options.output.ends_with('/')) return;
  std::set<fs::path> folders = {options.output};
  for (const Job& job : jobs) folders.insert(job.output.parent_path());
  for (const fs::path& folder : folders) make_folder(folder);
}

// Equal for all paths of a file; empty unless it is a regular file.
using Identity = std::optional<std::pair<dev_t, ino_t>>;

Identity identity_of(const fs::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return std::pair(status.st_dev, status.st_ino);
}

void check_jobs(const std::vector<Job>& jobs) {
  std::set<fs::path> outputs;
  for (const Job& job : jobs) {
    if (job.output == "-" && ::isatty(STDOUT_FILENO) == 1)
      throw WrongUse("the result would go to the terminal; redirect it or name a file with -o");
    if (!outputs.insert(job.output.lexically_normal()).second)
      throw WrongUse(job.output.string() + ": this is the result of two photos; process them one at a time");
  }
}

}  // namespace

std::vector<Job> name_jobs(const JobOptions& options, const OutputRule& rule) {
  const std::vector<Input> inputs = expand_inputs(options);
  const bool many = is_many(options);
  if (many && options.output == "-") throw WrongUse("standard output takes the result of one photo only");
  if (many && !options.output.empty() && !is_folder(options.output) &&
      std::find(rule.formats.begin(), rule.formats.end(), usual_spelling(lower_extension(options.output))) !=
          rule.formats.end())
    throw WrongUse(options.output + ": many photos need a folder for their results");
  const StemCounts stems = count_stems(inputs);
  std::vector<Job> jobs;
  for (const auto& input : inputs) {
    Job job{.input = input.path, .output = output_of(input, stems, many, options, rule)};
    job.format = format_of(job.output, options, rule);
    job.has_own_name = job.output == options.output;
    check_format(job.format, job.output, rule);
    check_name(job, options, rule);
    jobs.push_back(std::move(job));
  }
  if (options.json && std::any_of(jobs.begin(), jobs.end(), [](const Job& job) { return job.output == "-"; }))
    throw WrongUse("--json and the result cannot both go to standard output; name a file with -o");
  check_jobs(jobs);
  return jobs;
}

void prepare_outputs(const std::vector<Job>& jobs, const std::vector<std::vector<fs::path>>& files,
                     const std::vector<Source>& sources, const JobOptions& options) {
  std::map<Identity, std::string> owners;
  for (const Job& job : jobs) owners.try_emplace(identity_of(job.input), "a photo's");
  for (const auto& [owner, path] : sources) owners.try_emplace(identity_of(path), owner);
  owners.erase(std::nullopt);
  for (const auto& of_job : files)
    for (const fs::path& file : of_job)
      if (const auto found = owners.find(identity_of(file)); found != owners.end())
        throw WrongUse(file.string() + ": the result would replace " + found->second +
                       " file; give another name with -o");
  make_folders(jobs, options);
}

void prepare_outputs(const std::vector<Job>& jobs, const std::vector<Source>& sources,
                     const JobOptions& options) {
  std::vector<std::vector<fs::path>> files;
  files.reserve(jobs.size());
  for (const Job& job : jobs) files.push_back({job.output});
  prepare_outputs(jobs, files, sources, options);
}

}  // namespace portrait_depth::cli
