// A person's appearance and clothes: drawn at random, without geometry, so that tests can check them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "catalog.hpp"
#include "paint.hpp"
#include "random.hpp"

namespace portrait_depth::people {

enum class Glasses : std::uint8_t { none, round, square, wide, half_rim };
enum class Headwear : std::uint8_t { none, fedora, cap, beanie, headscarf, headphones };
enum class Beard : std::uint8_t { none, stubble, moustache, goatee, full };

struct HairTraits {
  int mesh = -1;              ///< Into Catalog::hair; -1 is bald.
  Vec3 color{}, tip_color{};  ///< Linear.
  float contrast = 1, streaks = 0;
  Vec3 scale{1, 1, 1};
  float shear_x = 0, shear_z = 0;
  float length = 1;       ///< Scale of the hair below the ears.
  float waviness = 0;     ///< Displacement of strands, metres.
  float bulk = 0;         ///< Displacement of whole locks, metres.
  bool mirrored = false;  ///< Left and right are exchanged.
  std::uint32_t seed = 0;
};

struct BeardTraits {
  Beard kind = Beard::none;
  float length = 0.01f;  ///< Metres.
  float width = 0.1f;    ///< Half the width of a full beard, from the chin toward the ears, metres.
  float neckline = 0;    ///< Lower end of a full beard above the angle of chin and throat, metres.
  float clumps = 0;      ///< Variation of its length, a share of it.
  float streaks = 0.6f;  ///< Contrast of its strands.
  Vec3 color{};          ///< Linear.
};

struct SuitTraits {
  int mesh = 0;
  float looseness = 0;  ///< Largest distance from the body, metres.
  float folds = 0;      ///< Height of its folds, metres.
  std::uint32_t seed = 0;
  ClothPaint paint{};  ///< Without its texture.
};

/// Clothes around the neck.
enum class Neckwear : std::uint8_t { none, collar, scarf, hood };

/// Thick clothes instead of the fitted part, and clothes around the neck.
struct OuterTraits {
  float thickness = 0;       ///< Of a pullover or jacket, metres; 0 for none.
  float folds = 0;           ///< Height of its folds, metres.
  float neckline_drop = 0;   ///< Depth of its front neckline below the neck's base, metres.
  float opening = 0;         ///< Half the width of a jacket's open front at the chest, metres; 0 is closed.
  ClothPaint shirt_paint{};  ///< Of the shirt under an open jacket.
  Neckwear neckwear = Neckwear::none;
  float neckwear_width = 0;  ///< Half the thickness of its roll, metres.
  ClothPaint paint{}, neckwear_paint{};
  std::uint32_t seed = 0;
};

struct Traits {
  Macro macro{};
  std::vector<MorphWeight> shape{}, expression{};
  float mouth_open = 0, eyes_closed = 0;
  int skin = 0;
  float skin_tone = 5;     ///< Monk scale, 1 light .. 10 dark.
  SkinPaint skin_paint{};  ///< Without its texture.
  HairTraits hair{};
  int brows = 0, lashes = 0, teeth = 0, eye_texture = 0;
  float lash_opacity = 1;
  Vec3 brow_color{};
  float gaze_yaw = 0, gaze_pitch = 0;  ///< Degrees off the head's forward direction.
  SuitTraits suit{};
  OuterTraits outer{};
  Glasses glasses = Glasses::none;
  float glasses_tint = 0;  ///< Opacity of the lenses.
  Vec3 glasses_color{}, lens_color{};
  float glasses_scale = 1;
  Headwear headwear = Headwear::none;
  Vec3 headwear_color{}, headwear_second{};
  Pattern headwear_pattern = Pattern::none;
  Yarn headwear_yarn{};
  int hat_mesh = 0, hat_texture = 0;
  BeardTraits beard{};
  bool earphones = false;
  ClothPaint held_paint{};  ///< Of the held object.
};

/// Draws a person from the split's parts.
Traits choose_traits(const Random& random, const Catalog& catalog, Split split);

}  // namespace portrait_depth::people
