// Films of odd sizes, options and frames in all formats.
#include "fuzz_input.hpp"
#include "fuzz_target.hpp"
#include "portrait_depth/io.hpp"
#include "single_threaded_io.hpp"
#include "temporary_folder.hpp"

namespace portrait_depth {
namespace {

using fuzz::FuzzInput;

VideoOptions options_of(FuzzInput& input, const FilmFormat& format) {
  VideoOptions options;
  options.frames_per_second = input.unusual_or(20);
  options.loops = input.flag() ? 0 : input.number<int>();
  options.quality = input.unusual_or(0.5f);
  options.threads = 1;
  const std::size_t codec = input.number<std::uint8_t>() % (format.codecs.size() + 1);
  if (codec < format.codecs.size()) options.codec = format.codecs[codec].name;
  return options;
}

Image frame_of(FuzzInput& input, int width, int height, int channels) {
  Image frame(width, height, channels);
  const auto first = input.number<std::uint8_t>(), step = input.number<std::uint8_t>();
  std::uint8_t value = first;
  for (std::uint8_t& byte : frame.bytes()) byte = value = static_cast<std::uint8_t>(value + step);
  return frame;
}

void write_film(FuzzInput& input, const std::filesystem::path& path, const VideoOptions& options) {
  const int width = input.between(0, 40), height = input.between(0, 40), channels = input.flag() ? 4 : 3;
  const int frames = input.between(0, 3);
  const auto writer = create_video_writer(path, options);
  for (int i = 0; i < frames; ++i) {
    const bool is_odd = input.number<std::uint8_t>() > 240;
    writer->write(frame_of(input, is_odd ? input.between(0, 40) : width, height, channels));
  }
  writer->finish();
}

}  // namespace
}  // namespace portrait_depth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  fuzz::use_one_io_thread();
  static const test::TemporaryFolder folder;
  static const std::vector<FilmFormat> formats = film_formats();
  fuzz::FuzzInput input(data, size);
  const FilmFormat& format = formats[input.number<std::uint8_t>() % formats.size()];
  const VideoOptions options = options_of(input, format);
  if (format.kind == FilmKind::frames) {
    fuzz::expect_no_error_but_ours([&] { write_film(input, folder / "frames/", options); });
    std::filesystem::remove_all(folder / "frames");
    return 0;
  }
  const std::filesystem::path path = folder / ("film." + format.extension);
  const auto film = fuzz::file_of(path, [&] { write_film(input, path, options); });
  fuzz::require(!film || film->size() > 20, "a film has content");
  return 0;
}
