#include "output_naming.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <utility>

#include "command.hpp"
#include "photo_input.hpp"
#include "printable.hpp"
#include "text/lower_case.hpp"

namespace portrait_depth::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array kPhotoExtensions = {"jpg",  "jpeg", "jpe",  "jfif", "png",  "webp", "tif",
                                         "tiff", "heic", "heif", "hif",  "avif", "gif"};

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

std::string lower_extension(const fs::path& path) {
  std::string extension = lower_case(path.extension().string());
  if (!extension.empty()) extension.erase(0, 1);
  return extension;
}

bool is_photo(const fs::path& path) {
  return std::find(kPhotoExtensions.begin(), kPhotoExtensions.end(), lower_extension(path)) !=
         kPhotoExtensions.end();
}

// Results of earlier runs are not photos: "anna-depth.png" beside "anna.jpg", frames ("anna-3d-0001.png"),
// the depth of a pair ("anna_depth.png") and quilts ("anna-3d_qs8x6a0.75.jpg").
bool is_result(const fs::path& path, const std::set<std::string>& stems) {
  static const std::array suffixes = {std::regex("(-depth|-mask|-3d)$"), std::regex("-3d-[0-9]{4,}$"),
                                      std::regex("_depth$"), std::regex("-3d_depth$"),
                                      std::regex("-3d_qs[0-9]+x[0-9]+a[0-9.]+$")};
  const std::string stem = path.stem().string();
  return std::any_of(suffixes.begin(), suffixes.end(), [&](const std::regex& suffix) {
    std::smatch found;
    return std::regex_search(stem, found, suffix) && stems.contains(found.prefix());
  });
}

// One line with the number and the first names of the files that are not photos.
void print_skipped(const fs::path& folder, std::vector<std::string> names) {
  constexpr std::size_t kMostNamed = 5;
  if (names.empty()) return;
  std::sort(names.begin(), names.end());
  std::string text = std::to_string(names.size()) + (names.size() == 1 ? " file" : " files") + " skipped: ";
  for (std::size_t i = 0; i < std::min(names.size(), kMostNamed); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kMostNamed) text += ", …";
  std::cerr << printable(folder.string() + ": " + text + " (no photo's extension)") << std::endl;
}

// %d or %04d numbers a sequence's frames in a name from -o, but not in a photo's own name.
std::string without_number_pattern(const std::string& stem) {
  static const std::regex pattern("%((0[1-9])?d)");
  return std::regex_replace(stem, pattern, "_$1");
}

// The extension is part of the name that sets photos with one stem apart: see default_stem().
std::string stem_with_extension(const fs::path& photo) {
  return photo.stem().string() + "-" + lower_extension(photo);
}

std::vector<std::string> photos_in(const fs::path& folder, bool quiet) {
  std::error_code error;
  std::vector<fs::path> photos;
  std::vector<std::string> skipped;
  std::set<std::string> stems;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code no_status;
    const std::string name = entry->path().filename().string();
    if (!entry->is_regular_file(no_status) || name.starts_with('.')) continue;
    if (!is_photo(entry->path())) {
      skipped.push_back(name);
      continue;
    }
    photos.push_back(entry->path());
    stems.insert(entry->path().stem().string());
    stems.insert(stem_with_extension(entry->path()));
    stems.insert(without_number_pattern(entry->path().stem().string()));
  }
  if (error) return {folder.string()};
  std::sort(photos.begin(), photos.end());
  std::vector<std::string> names;
  for (const auto& photo : photos)
    if (!is_result(photo, stems)) names.push_back(photo.string());
  if (names.empty())
    throw WrongUse(folder.string() + ": the folder holds no photos that can be read; name another");
  if (!quiet) print_skipped(folder, std::move(skipped));
  return names;
}

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

StemCounts count_stems(const std::vector<std::string>& inputs) {
  StemCounts counts;
  for (const std::string& input : std::set<std::string>(inputs.begin(), inputs.end()))
    ++counts[path_without_extension(input)];
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

fs::path output_of(const std::string& input, const StemCounts& stems, bool many, const JobOptions& options,
                   const OutputRule& rule) {
  const std::string extension = options.format.empty() ? rule.extension : options.format;
  std::string name = without_number_pattern(default_stem(input, stems)) + rule.suffix;
  name += "." + extension;
  if (options.output.empty()) {
    if (is_read_once(input)) return "-";  // a pipe has no folder for the result
    return fs::path(input).parent_path() / name;
  }
  if (many || is_folder_name(options.output)) return fs::path(options.output) / name;
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
bool is_many(const std::vector<std::string>& inputs, const JobOptions& options) {
  return inputs.size() > 1 || (options.inputs.size() == 1 && options.inputs[0] != inputs[0]);
}

void make_folder(const JobOptions& options, bool many) {
  if (options.output.empty() || options.output == "-") return;
  if (!many && !options.output.ends_with('/')) return;
  const fs::path folder = options.output;
  std::error_code error;
  if (fs::exists(folder, error) && !is_folder(folder))
    throw WrongUse(options.output + ": many photos need a folder for their results");
  fs::create_directories(folder, error);
  if (error) throw WrongUse(options.output + ": the folder cannot be created: " + error.message());
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

std::vector<std::string> expand_inputs(const std::vector<std::string>& inputs, bool quiet) {
  std::vector<std::string> files;
  for (const auto& input : inputs) {
    if (input != "-" && is_folder(input)) {
      const auto photos = photos_in(input, quiet);
      files.insert(files.end(), photos.begin(), photos.end());
    } else {
      files.push_back(input);
    }
  }
  if (std::count(files.begin(), files.end(), "-") > 1) throw WrongUse("standard input can be read only once");
  return files;
}

std::vector<Job> name_jobs(const JobOptions& options, const OutputRule& rule) {
  const auto inputs = expand_inputs(options.inputs, options.quiet);
  const bool many = is_many(inputs, options);
  if (many && options.output == "-") throw WrongUse("standard output takes the result of one photo only");
  if (many && !options.output.empty() && !is_folder(options.output) &&
      std::find(rule.formats.begin(), rule.formats.end(), usual_spelling(lower_extension(options.output))) !=
          rule.formats.end())
    throw WrongUse(options.output + ": many photos need a folder for their results");
  const StemCounts stems = count_stems(inputs);
  std::vector<Job> jobs;
  for (const auto& input : inputs) {
    Job job{.input = input, .output = output_of(input, stems, many, options, rule)};
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
  std::vector<std::string> inputs;
  inputs.reserve(jobs.size());
  for (const Job& job : jobs) inputs.push_back(job.input);
  make_folder(options, is_many(inputs, options));
}

void prepare_outputs(const std::vector<Job>& jobs, const std::vector<Source>& sources,
                     const JobOptions& options) {
  std::vector<std::vector<fs::path>> files;
  files.reserve(jobs.size());
  for (const Job& job : jobs) files.push_back({job.output});
  prepare_outputs(jobs, files, sources, options);
}

}  // namespace portrait_depth::cli
