// A person sitting for a portrait: head and shoulders in the studio, the whole photo instead of the crop.
#pragma once

#include <cstdint>
#include <filesystem>

#include "catalog.hpp"
#include "person.hpp"
#include "scene.hpp"
#include "shade.hpp"
#include "shot.hpp"
#include "traits.hpp"

namespace portrait_depth::people {

struct StudioOptions {
  std::filesystem::path parts{}, out{};
  std::filesystem::path faces{};  ///< Of scanned faces; empty: none.
  std::uint64_t seed = 1;
  int width = 768, height = 1024;
  int samples = 3;            ///< Samples per pixel, along each axis.
  Split split = Split::test;  ///< Published pictures show no person of the training split.
};

struct StudioPortrait {
  Person person{};
  CameraPlacement placement{};
  Intrinsics camera{};
  Studio studio{};
};

/// The same seed gives the same portrait. Throws Error if no person is in view.
StudioPortrait make_studio_portrait(const Catalog& catalog, const StudioOptions& options);
/// With a person, a shot and a studio of the caller. Of `options`, seed, size and split are used.
StudioPortrait make_studio_portrait(const Catalog& catalog, const StudioOptions& options,
                                    const Traits& traits, const Shot& shot, const Studio& studio);

/// The whole picture as limits of Renderer::render.
Box whole_picture(const Intrinsics& camera);

}  // namespace portrait_depth::people
