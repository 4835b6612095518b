// Binary glTF by the core's own writer; the browser encodes the textures.
#include "errors.hpp"
#include "photo3d_handle.hpp"
#include "portrait_depth_core.h"
#include "scene/alpha_split.hpp"
#include "scene/gltf.hpp"

using namespace portrait_depth;

namespace {

SceneView scene_of(const pd_photo3d& photo) {
  return {&photo.photo.person_mesh(),        &photo.photo.person_texture(), &photo.photo.background_mesh(),
          &photo.photo.background_texture(), photo.photo.intrinsics(),      photo.photo.focus_metres()};
}

EncodedTexture encoded(const uint8_t* bytes, uint32_t size, bool is_png) {
  return {{bytes, bytes + size}, is_png};
}

}  // namespace

const pd_texture* pd_glb_texture(pd_photo3d* photo, int part) {
  return wasm::guarded([&] {
    const SceneView scene = scene_of(*photo);
    const AlphaSplit split = split_by_alpha(*scene.person, *scene.person_texture);
    const std::vector<std::uint32_t>& triangles = part == 0 ? split.opaque : split.rim;
    Image texture;
    if (part == 2 && has_background(scene))
      texture = *scene.background_texture;
    else if (part != 2 && !triangles.empty())
      texture = texture_under(*scene.person, triangles, *scene.person_texture, part == 0 ? 3 : 4);
    const Image& rgba = wasm::as_rgba(texture, photo->texture);
    if (&rgba != &photo->texture) photo->texture = rgba;
    return photo->describe(photo->texture);
  });
}

uint32_t pd_glb_encode(pd_photo3d* photo, const uint8_t* person, uint32_t person_size, const uint8_t* rim,
                       uint32_t rim_size, const uint8_t* background, uint32_t background_size,
                       float frames_per_second) {
  return wasm::guarded([&] {
    const SceneTextures textures = {encoded(person, person_size, false), encoded(rim, rim_size, true),
                                    encoded(background, background_size, false)};
    ExportOptions options;
    options.path = photo->path;
    options.frames_per_second = frames_per_second;
    photo->file = encode_glb(scene_of(*photo), textures, options);
    return static_cast<uint32_t>(photo->file.size());
  });
}

const uint8_t* pd_glb_bytes(const pd_photo3d* photo) {
  return photo->file.data();
}
