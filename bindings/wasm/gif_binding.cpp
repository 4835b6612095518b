// A film as a GIF: first all frames, or some of them, are studied for the palette, then all are written.
#include <optional>
#include <vector>

#include "errors.hpp"
#include "film/gif_encoder.hpp"
#include "portrait_depth_core.h"

using namespace portrait_depth;

struct pd_gif {
  io::GifSettings settings;
  io::PaletteBuilder colors;
  std::optional<io::GifEncoder> encoder;
  std::vector<std::uint8_t> file;

  ImageView frame(const std::uint8_t* rgba) const { return {rgba, settings.width, settings.height, 4}; }
  io::GifEncoder& started() { return encoder ? *encoder : encoder.emplace(settings, colors); }
};

pd_gif* pd_gif_create(int width, int height, float frames_per_second, int loops) {
  return wasm::guarded([&] {
    const io::GifSettings settings = {
        .width = width, .height = height, .frames_per_second = frames_per_second, .loops = loops};
    io::check_gif(settings);
    return new pd_gif{.settings = settings, .colors = {}, .encoder = {}, .file = {}};
  });
}
void pd_gif_destroy(pd_gif* gif) {
  delete gif;
}
int pd_gif_study(pd_gif* gif, const uint8_t* rgba) {
  return wasm::guarded([&] {
    gif->colors.add(gif->frame(rgba));
    return 1;
  });
}
int pd_gif_write(pd_gif* gif, const uint8_t* rgba) {
  return wasm::guarded([&] {
    gif->started().write(gif->frame(rgba));
    return 1;
  });
}
uint32_t pd_gif_finish(pd_gif* gif) {
  return wasm::guarded([&] {
    gif->started().finish();
    gif->file = gif->started().take_bytes();
    return static_cast<uint32_t>(gif->file.size());
  });
}
const uint8_t* pd_gif_bytes(const pd_gif* gif) {
  return gif->file.data();
}
