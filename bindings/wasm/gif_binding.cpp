// A film as a GIF: frames in, then the encoding in steps, then the file's bytes.
#include <vector>

#include "errors.hpp"
#include "film/gif_film.hpp"
#include "portrait_depth_core.h"

using namespace portrait_depth;

namespace {

enum StepResult : int { kFailed = 0, kMoreSteps = 1, kFinished = 2 };

}  // namespace

struct pd_gif {
  int width, height;
  film::GifFilm film;
  std::vector<std::uint8_t> file;
};

pd_gif* pd_gif_create(int width, int height, float frames_per_second, int loops) {
  return wasm::guarded([&] {
    film::check_gif(
        {.width = width, .height = height, .frames_per_second = frames_per_second, .loops = loops});
    return new pd_gif{width, height, film::GifFilm({frames_per_second, loops}), {}};
  });
}
void pd_gif_destroy(pd_gif* gif) {
  delete gif;
}
int pd_gif_write(pd_gif* gif, const uint8_t* rgba) {
  return wasm::guarded([&] {
    gif->film.write({rgba, gif->width, gif->height, 4});
    return 1;
  });
}
int pd_gif_end(pd_gif* gif) {
  return wasm::guarded([&] {
    gif->film.end();
    return 1;
  });
}
int pd_gif_encode_step(pd_gif* gif) {
  return wasm::guarded([&]() -> int {
    if (gif->film.encode_step()) return kMoreSteps;
    const auto bytes = gif->film.take_bytes();
    gif->file.insert(gif->file.end(), bytes.begin(), bytes.end());
    return kFinished;
  });
}
float pd_gif_encoded_share(const pd_gif* gif) {
  return static_cast<float>(gif->film.encoded_share());
}
uint32_t pd_gif_size(const pd_gif* gif) {
  return static_cast<uint32_t>(gif->file.size());
}
const uint8_t* pd_gif_bytes(const pd_gif* gif) {
  return gif->file.data();
}
