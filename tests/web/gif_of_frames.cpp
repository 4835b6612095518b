// The native GIF of given frames, which web/tests/native.test.ts compares with the browser's:
//
//   gif_of_frames FRAMES GIF WIDTH HEIGHT FRAMES_PER_SECOND
//
// reads FRAMES (RGBA, one frame after the other) and writes GIF.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include "film/gif_film.hpp"

int main(int count, char** words) try {
  using namespace portrait_depth;
  if (count != 6) throw Error(ErrorCode::invalid_argument, "five arguments are needed");
  std::ifstream input(words[1], std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(input)), std::istreambuf_iterator<char>());
  const int width = std::atoi(words[3]), height = std::atoi(words[4]);
  const std::size_t frame_bytes = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4;
  if (frame_bytes == 0 || bytes.empty() || bytes.size() % frame_bytes != 0)
    throw Error(ErrorCode::invalid_argument, "the frames do not fit their size");
  film::GifFilm gif({.frames_per_second = std::strtof(words[5], nullptr)});
  for (std::size_t at = 0; at < bytes.size(); at += frame_bytes)
    gif.write({reinterpret_cast<const std::uint8_t*>(bytes.data()) + at, width, height, 4});
  gif.end();
  while (gif.encode_step()) {
  }
  const auto file = gif.take_bytes();
  std::ofstream output(words[2], std::ios::binary);
  output.write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  if (!output.flush()) throw Error(ErrorCode::unwritable, "the GIF cannot be written");
} catch (const std::exception& error) {
  std::fprintf(stderr, "gif_of_frames: %s\n", error.what());
  return 1;
}
