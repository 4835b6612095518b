#include "output_naming.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <utility>

#include "command.hpp"
#include "photo_input.hpp"

namespace portrait_depth::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array kPhotoExtensions = {"jpg",  "jpeg", "png",  "webp", "tif",
                                         "tiff", "heic", "heif", "avif", "gif"};

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

std::string lower_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  if (!extension.empty()) extension.erase(0, 1);
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

bool is_photo(const fs::path& path) {
  return std::find(kPhotoExtensions.begin(), kPhotoExtensions.end(), lower_extension(path)) !=
         kPhotoExtensions.end();
}

// "anna-depth.png" beside "anna.jpg" was made by us and is not taken for a photo. Nor are frames
// ("anna-3d-0001.png"), the depth of a pair ("anna_depth.png") and quilts ("anna-3d_qs8x6a0.75.jpg").
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

std::vector<std::string> photos_in(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> photos;
  std::set<std::string> stems;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code cannot_be_told;
    if (!entry->is_regular_file(cannot_be_told) || !is_photo(entry->path()) ||
        entry->path().filename().string().starts_with('.'))
      continue;
    photos.push_back(entry->path());
    stems.insert(entry->path().stem().string());
  }
  if (error) return {folder.string()};
  std::sort(photos.begin(), photos.end());
  std::vector<std::string> names;
  for (const auto& photo : photos)
    if (!is_result(photo, stems)) names.push_back(photo.string());
  if (names.empty())
    throw WrongUse(folder.string() + ": the folder holds no photos that can be read; name another");
  return names;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

// As the writers spell them.
std::string usual_spelling(const std::string& extension) {
  if (extension == "jpeg") return "jpg";
  if (extension == "tif") return "tiff";
  return extension;
}

fs::path default_name(const std::string& input, const std::string& extension, const OutputRule& rule) {
  const fs::path path = input == "-" ? fs::path("stdin") : fs::path(input);
  return path.stem().string() + rule.suffix + "." + extension;
}

bool is_folder_name(const std::string& output) {
  return output.ends_with('/') || is_folder(output);
}

fs::path output_of(const std::string& input, bool many, const JobOptions& options, const OutputRule& rule) {
  const std::string extension = options.format.empty() ? rule.extension : options.format;
  if (options.output.empty()) {
    if (is_read_once(input)) return "-";  // there is nothing that the result could lie beside
    return fs::path(input).parent_path() / default_name(input, extension, rule);
  }
  if (many || is_folder_name(options.output))
    return fs::path(options.output) / default_name(input, extension, rule);
  return options.output;
}

void check_format(const std::string& format, const fs::path& output, const OutputRule& rule) {
  const auto& known = rule.formats;
  if (std::find(known.begin(), known.end(), usual_spelling(format)) != known.end()) return;
  const std::string what = format.empty() ? "a name without an extension" : "the extension ." + format;
  throw WrongUse(output.string() + ": " + what + " tells no format that can be written; take " +
                 listed(known));
}

// Another program would open the file by its name.
void check_name(const fs::path& output, const JobOptions& options, const OutputRule& rule) {
  const std::string named = usual_spelling(lower_extension(output));
  const bool is_known =
      is_photo(output) || std::find(rule.formats.begin(), rule.formats.end(), named) != rule.formats.end();
  if (is_known && named != usual_spelling(format_of(output, options, rule)))
    throw WrongUse(output.string() + ": the name tells another format than --format " + options.format +
                   "; leave one of them out");
}

void make_folder(const JobOptions& options, bool many) {
  if (options.output.empty() || options.output == "-") return;
  if (!many && !options.output.ends_with('/')) return;
  const fs::path folder = options.output;
  std::error_code error;
  if (fs::exists(folder, error) && !is_folder(folder))
    throw WrongUse(options.output + ": many photos need a folder for their results");
  fs::create_directories(folder, error);
  if (error) throw WrongUse(options.output + ": the folder cannot be made: " + error.message());
}

// What tells a file whatever its path; nothing for what is no file.
using Identity = std::optional<std::pair<dev_t, ino_t>>;

Identity identity_of(const fs::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return std::pair(status.st_dev, status.st_ino);
}

void check_that_sources_stay(const std::vector<Job>& jobs, const JobOptions& options,
                             const OutputRule& rule) {
  std::map<Identity, std::string> owners;
  for (const Job& job : jobs) owners.try_emplace(identity_of(job.input), "a photo's");
  for (const auto& [owner, path] : rule.sources) owners.try_emplace(identity_of(path), owner);
  owners.erase(std::nullopt);
  for (const Job& job : jobs) {
    const auto files =
        rule.files ? rule.files(job.output, format_of(job.output, options, rule)) : std::vector{job.output};
    for (const fs::path& file : files)
      if (const auto found = owners.find(identity_of(file)); found != owners.end())
        throw WrongUse(file.string() + ": the result would take " + found->second +
                       " place; give another name with -o");
  }
}

void check_jobs(const std::vector<Job>& jobs) {
  std::set<fs::path> outputs;
  for (const Job& job : jobs) {
    if (job.output == "-" && ::isatty(STDOUT_FILENO) == 1)
      throw WrongUse("the result would go to the terminal; redirect it or name a file with -o");
    if (!outputs.insert(job.output.lexically_normal()).second)
      throw WrongUse(job.output.string() +
                     ": two photos would have this result; put them through one at a time");
  }
}

}  // namespace

std::vector<std::string> expand_inputs(const std::vector<std::string>& inputs) {
  std::vector<std::string> files;
  for (const auto& input : inputs) {
    if (input != "-" && is_folder(input)) {
      const auto photos = photos_in(input);
      files.insert(files.end(), photos.begin(), photos.end());
    } else {
      files.push_back(input);
    }
  }
  if (std::count(files.begin(), files.end(), "-") > 1) throw WrongUse("standard input can be read only once");
  return files;
}

std::string format_of(const fs::path& output, const JobOptions& options, const OutputRule& rule) {
  if (!options.format.empty()) return lower_extension("x." + options.format);
  if (output == "-" || output.empty()) return rule.extension;
  return lower_extension(output);
}

std::vector<Job> plan_jobs(const JobOptions& options, const OutputRule& rule) {
  const auto inputs = expand_inputs(options.inputs);
  const bool many = inputs.size() > 1 || (options.inputs.size() == 1 && options.inputs[0] != inputs[0]);
  if (many && options.output == "-") throw WrongUse("standard output takes the result of one photo only");
  if (many && !options.output.empty() && !is_folder(options.output) &&
      std::find(rule.formats.begin(), rule.formats.end(), usual_spelling(lower_extension(options.output))) !=
          rule.formats.end())
    throw WrongUse(options.output + ": many photos need a folder for their results");
  std::vector<Job> jobs;
  for (const auto& input : inputs) {
    const fs::path output = output_of(input, many, options, rule);
    const std::string format = format_of(output, options, rule);
    check_format(format, output, rule);
    check_name(output, options, rule);
    if (rule.check) rule.check(output, format);
    jobs.push_back({input, output});
  }
  if (options.json && std::any_of(jobs.begin(), jobs.end(), [](const Job& job) { return job.output == "-"; }))
    throw WrongUse("--json and the result cannot both go to standard output; name a file with -o");
  check_jobs(jobs);
  check_that_sources_stay(jobs, options, rule);
  make_folder(options, many);
  return jobs;
}

}  // namespace portrait_depth::cli
