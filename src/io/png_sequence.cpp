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

// Frames wait in large files: open files are few, and a file system may limit a file to 4 GB.
constexpr std::size_t kLargestWaitingFile = std::size_t{1} << 30;

// finish() gives each frame its own file.
class PngSequence : public VideoWriter {
 public:
  explicit PngSequence(const fs::path& path) : path_(path), name_(numbered_name(path)) {
    if (path == "-")
      throw Error(ErrorCode::unsupported,
                  "standard output: a PNG sequence needs a name or folder; take another format");
  }

  void write(const Image& frame) override {
    static_cast<void>(output_target(name_of(frames_.size())));  // throws before more frames are drawn
    const Pixels pixels = {frame.row(0), frame.width(), frame.height(), frame.channels(), 8};
    const std::vector<std::uint8_t> bytes = encode_picture(pixels, "png", path_);
    if (waiting_.empty() || position_ > kLargestWaitingFile) {
      waiting_.push_back(std::make_unique<OutputFile>(name_of(frames_.size())));
      position_ = 0;
    }
    waiting_.back()->write(bytes);
    frames_.push_back({waiting_.back().get(), position_, bytes.size()});
    position_ += bytes.size();
  }

  void finish() override {
    std::vector<std::unique_ptr<OutputFile>> files;
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      bytes.resize(frames_[i].size);
      frames_[i].waiting->read(bytes, frames_[i].position);
      files.push_back(std::make_unique<OutputFile>(name_of(i)));
      files.back()->write(bytes);
      files.back()->commit_provisionally();
    }
    for (const auto& file : files) file->keep();
    waiting_.clear();
  }

 private:
  struct WaitingFrame {
    OutputFile* waiting = nullptr;
    std::size_t position = 0, size = 0;  // bytes
  };

  fs::path name_of(std::size_t index) const { return name_.of(static_cast<int>(index) + 1); }

  fs::path path_;
  NumberedName name_;
  std::vector<std::unique_ptr<OutputFile>> waiting_;
  std::size_t position_ = 0;  // behind the last frame in the last waiting file
  std::vector<WaitingFrame> frames_;
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
