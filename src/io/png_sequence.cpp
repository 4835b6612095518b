// A film as one PNG a frame.
#include <algorithm>
#include <array>
#include <cstdio>
#include <regex>
#include <string>
#include <system_error>
#include <vector>

#include "io/film_writers.hpp"
#include "io/output_file.hpp"
#include "io/picture_encoder.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth::io {
namespace {

namespace fs = std::filesystem;

// The place of the number: the text before and after it, and its least number of digits.
struct NumberedName {
  std::string before, behind;
  int digits = 4;

  std::string of(int number) const {
    std::string text = std::to_string(number);
    text.insert(0, static_cast<std::size_t>(std::max(0, digits - static_cast<int>(text.size()))), '0');
    return before + text + behind;
  }
};

NumberedName numbered_name(const fs::path& path) {
  if (names_folder(path)) return {(path / "frame-").string(), ".png"};
  static const std::regex number("%(0([1-9]))?d");  // compiled once: plans name every frame of every photo
  const std::string name = path.filename().string();
  std::smatch match;
  if (std::regex_search(name, match, number))
    return {(path.parent_path() / match.prefix().str()).string(), match.suffix(),
            match[2].matched ? std::stoi(match[2]) : 1};
  return {(path.parent_path() / path.stem()).string() + "-",
          path.has_extension() ? path.extension().string() : ".png"};
}

class PngSequence : public VideoWriter {
 public:
  explicit PngSequence(const fs::path& path) : path_(path), name_(numbered_name(path)) {
    if (path == "-")
      throw Error(ErrorCode::unsupported,
                  "standard output: a PNG sequence needs a name or folder; take another format");
  }

  void write(const Image& frame) override {
    const int number = static_cast<int>(files_.size()) + 1;
    const Pixels pixels = {frame.row(0), frame.width(), frame.height(), frame.channels(), 8};
    auto file = std::make_unique<OutputFile>(name_.of(number));
    file->write(encode_picture(pixels, "png", path_));
    file->close();
    files_.push_back(std::move(file));
  }

  void finish() override {
    for (const auto& file : files_) file->commit();
    files_.clear();
  }

 private:
  fs::path path_;
  NumberedName name_;
  std::vector<std::unique_ptr<OutputFile>> files_;
};

}  // namespace

bool names_folder(const fs::path& path) {
  std::error_code no_matter;  // a name that is too long, or in a folder that may not be looked into, is none
  return !path.has_filename() || fs::is_directory(path, no_matter);
}

std::unique_ptr<VideoWriter> create_png_sequence(const fs::path& path, const FilmFormat& /*format*/,
                                                 const VideoOptions& /*options*/) {
  return std::make_unique<PngSequence>(path);
}

}  // namespace portrait_depth::io

std::filesystem::path portrait_depth::png_frame_path(const std::filesystem::path& path, int number) {
  return io::numbered_name(path).of(number);
}
