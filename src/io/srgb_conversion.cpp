#include "io/srgb_conversion.hpp"

#include <array>
#include <string_view>

#include "io/signal_conversion.hpp"

namespace portrait_depth::io {
namespace {

constexpr int kWideToBytes = 8;  // bits

// The color space of an ICC profile: four characters of its header.
std::string_view profile_space(const VipsImage* image) {
  constexpr std::size_t kSpaceAt = 16, kHeaderSize = 128;
  const void* data = nullptr;
  std::size_t size = 0;
  if (vips_image_get_blob(image, VIPS_META_ICC_NAME, &data, &size) != 0 || size < kHeaderSize) return {};
  return {static_cast<const char*>(data) + kSpaceAt, 4};
}

bool has_matching_profile(const VipsImage* image) {
  if (vips_image_get_typeof(image, VIPS_META_ICC_NAME) == 0) return false;
  const std::string_view space = profile_space(image);
  const VipsInterpretation picture = vips_image_guess_interpretation(image);
  if (space == "GRAY") return picture == VIPS_INTERPRETATION_B_W || picture == VIPS_INTERPRETATION_GREY16;
  if (space == "CMYK") return picture == VIPS_INTERPRETATION_CMYK;
  if (space == "RGB ") return picture == VIPS_INTERPRETATION_sRGB || picture == VIPS_INTERPRETATION_RGB16;
  return false;
}

bool transform_by_profile(Chain& chain) {
  const VipsInterpretation space = vips_image_guess_interpretation(chain.image());
  // The profile of a picture whose own is missing or broken.
  const char* otherwise = space == VIPS_INTERPRETATION_CMYK ? "cmyk" : "srgb";
  if (chain.attempt(vips_icc_transform, "srgb", "embedded", TRUE, "input_profile", otherwise, "intent",
                    VIPS_INTENT_RELATIVE, "black_point_compensation", TRUE, "depth", 8))
    return true;
  vips_error_clear();
  return false;
}

bool has_wide_alpha(const VipsImage* image) {
  return vips_image_hasalpha(const_cast<VipsImage*>(image)) != 0 &&
         vips_image_get_format(image) == VIPS_FORMAT_USHORT;
}

// Colors are transformed by `work` from 16 bits to 8. Alpha is brought to 8 bits beside them.
template <class Work>
bool transform_beside_alpha(Chain& chain, const Work& work) {
  if (vips_image_hasalpha(chain.image()) == 0) return work(chain);
  const int colors = vips_image_get_bands(chain.image()) - 1;
  Chain alpha = chain.branch();
  alpha.apply(vips_extract_band, colors);
  if (vips_image_get_format(alpha.image()) == VIPS_FORMAT_USHORT)
    alpha.apply(vips_rshift_const1, kWideToBytes);
  alpha.apply(vips_cast, VIPS_FORMAT_UCHAR);
  Chain color = chain.branch();
  color.apply(vips_extract_band, 0, "n", colors);
  if (!work(color)) return false;
  color.join(alpha);
  chain.continue_with(std::move(color));
  return true;
}

void drop_profile(Chain& chain) {
  chain.apply(vips_copy);
  vips_image_remove(chain.image(), VIPS_META_ICC_NAME);
}

}  // namespace

void to_srgb(Chain& chain) {
  const auto& signal = chain.file().color_signal();
  const bool has_profile = has_matching_profile(chain.image()) && !is_lab(chain.image());
  if (!has_profile) drop_profile(chain);
  if (signal && needs_conversion(*signal) && (is_hdr(*signal) || !has_profile)) {
    transform_beside_alpha(chain, [&](Chain& color) {
      convert_signal(color, *signal);
      return true;
    });
    return;
  }
  const bool is_cmyk = vips_image_guess_interpretation(chain.image()) == VIPS_INTERPRETATION_CMYK;
  if (has_profile || is_cmyk) {
    const bool is_done = has_wide_alpha(chain.image()) ? transform_beside_alpha(chain, transform_by_profile)
                                                       : transform_by_profile(chain);
    if (is_done) return;
  }
  chain.apply(vips_colourspace, VIPS_INTERPRETATION_sRGB);
}

}  // namespace portrait_depth::io
