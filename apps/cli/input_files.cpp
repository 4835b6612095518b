#include "input_files.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <regex>
#include <set>
#include <utility>

#include "command.hpp"
#include "manifest_name.hpp"
#include "printable.hpp"
#include "text/lower_case.hpp"

namespace portrait_depth::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array kPhotoExtensions = {"jpg",  "jpeg", "jpe",  "jfif", "png",  "webp", "tif",
                                         "tiff", "heic", "heif", "hif",  "avif", "gif"};

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

// Files that are not photos, by their paths in the input's folder.
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

// The regular files and folders of a folder, without hidden ones.
struct Listing {
  std::vector<fs::path> files, folders;
  std::error_code error;
};

Listing list_folder(const fs::path& folder) {
  Listing listing;
  for (fs::directory_iterator entry(folder, listing.error), end; !listing.error && entry != end;
       entry.increment(listing.error)) {
    std::error_code no_status;
    if (entry->path().filename().string().starts_with('.')) continue;
    if (entry->is_regular_file(no_status)) listing.files.push_back(entry->path());
    // Links to folders can lead back to this one.
    if (entry->is_directory(no_status) && !entry->is_symlink(no_status))
      listing.folders.push_back(entry->path());
  }
  std::sort(listing.files.begin(), listing.files.end());
  std::sort(listing.folders.begin(), listing.folders.end());
  return listing;
}

// Collects the photos of one input folder.
class FolderReader {
 public:
  FolderReader(const fs::path& root, const JobOptions& options) : root_(root), options_(options) {}

  std::vector<Input> photos() {
    read(root_, {});
    if (inputs_.empty() && !options_.watch)
      throw WrongUse(root_.string() + ": the folder holds no photos that can be read; name another" +
                     (options_.recursive ? "" : ", or add --recursive"));
    if (!options_.quiet && !options_.watch) print_skipped(root_, std::move(skipped_));
    return std::move(inputs_);
  }

 private:
  void read(const fs::path& folder, const fs::path& subfolder) {
    const Listing listing = list_folder(folder);
    if (listing.error) {
      inputs_.push_back({folder.string(), subfolder.parent_path()});
      return;
    }
    take_photos(listing.files, subfolder);
    if (!options_.recursive) return;
    for (const fs::path& inner : listing.folders)
      if (!is_output_folder(inner)) read(inner, subfolder / inner.filename());
  }

  void take_photos(const std::vector<fs::path>& files, const fs::path& subfolder) {
    std::vector<fs::path> photos;
    std::set<std::string> stems;
    for (const fs::path& file : files) {
      if (!is_photo(file)) {
        if (file.filename() != kManifestName) skipped_.push_back((subfolder / file.filename()).string());
        continue;
      }
      photos.push_back(file);
      stems.insert(file.stem().string());
      stems.insert(stem_with_extension(file));
      stems.insert(without_number_pattern(file.stem().string()));
    }
    for (const fs::path& photo : photos)
      if (!is_result(photo, stems)) inputs_.push_back({photo.string(), subfolder});
  }

  // The results of this run and earlier ones are not its photos.
  bool is_output_folder(const fs::path& folder) const {
    std::error_code error;
    return !options_.output.empty() && fs::equivalent(folder, options_.output, error);
  }

  fs::path root_;
  const JobOptions& options_;
  std::vector<Input> inputs_;
  std::vector<std::string> skipped_;
};

}  // namespace

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

// The extension is part of the name that sets photos with one stem apart: see default_stem().
std::string stem_with_extension(const fs::path& photo) {
  return photo.stem().string() + "-" + lower_extension(photo);
}

// %d or %04d numbers a sequence's frames in a name from -o, but not in a photo's own name.
std::string without_number_pattern(const std::string& stem) {
  static const std::regex pattern("%((0[1-9])?d)");
  return std::regex_replace(stem, pattern, "_$1");
}

std::vector<Input> expand_inputs(const JobOptions& options) {
  std::vector<Input> files;
  for (const auto& input : options.inputs) {
    if (input != "-" && is_folder(input)) {
      std::vector<Input> photos = FolderReader(input, options).photos();
      files.insert(files.end(), std::make_move_iterator(photos.begin()),
                   std::make_move_iterator(photos.end()));
    } else {
      files.push_back({input, {}});
    }
  }
  if (std::count_if(files.begin(), files.end(), [](const Input& file) { return file.path == "-"; }) > 1)
    throw WrongUse("standard input can be read only once");
  return files;
}

}  // namespace portrait_depth::cli
