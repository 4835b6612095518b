// A color as one vector of four floats, compiled once for every instruction set: red, green, blue (linear
// light, premultiplied) and alpha, 0..65535.

#if defined(PORTRAIT_DEPTH_COLOR4_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef PORTRAIT_DEPTH_COLOR4_INL
#undef PORTRAIT_DEPTH_COLOR4_INL
#else
#define PORTRAIT_DEPTH_COLOR4_INL
#endif

#include <hwy/highway.h>

#include <cmath>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace portrait_depth::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr float kOpaque = 65535.0f;

#if HWY_TARGET == HWY_SCALAR

// For instruction sets without vectors of four.
struct Color {
  float value[4];
};

inline Color no_color() {
  return {{0, 0, 0, 0}};
}
inline Color load_texel(const std::uint16_t* texel) {
  return {{static_cast<float>(texel[0]), static_cast<float>(texel[1]), static_cast<float>(texel[2]),
           static_cast<float>(texel[3])}};
}
inline Color add_scaled(Color sum, float weight, Color color) {
  for (int i = 0; i < 4; ++i) sum.value[i] += weight * color.value[i];
  return sum;
}
inline Color mix(Color a, Color b, float t) {
  for (int i = 0; i < 4; ++i) a.value[i] += t * (b.value[i] - a.value[i]);
  return a;
}
inline float alpha_of(Color color) {
  return color.value[3];
}
// Writes each channel times `scale`, rounded.
inline void store_rounded(Color color, float scale, std::int32_t* rounded) {
  for (int i = 0; i < 4; ++i) rounded[i] = static_cast<std::int32_t>(std::lrint(color.value[i] * scale));
}

#else

using Float4 = hn::FixedTag<float, 4>;
using Color = hn::Vec<Float4>;

HWY_INLINE Color no_color() {
  return hn::Zero(Float4());
}
HWY_INLINE Color load_texel(const std::uint16_t* texel) {
  const hn::FixedTag<std::int32_t, 4> d32;
  const hn::FixedTag<std::uint16_t, 4> d16;
  return hn::ConvertTo(Float4(), hn::PromoteTo(d32, hn::LoadU(d16, texel)));
}
HWY_INLINE Color add_scaled(Color sum, float weight, Color color) {
  return hn::MulAdd(hn::Set(Float4(), weight), color, sum);
}
HWY_INLINE Color mix(Color a, Color b, float t) {
  return hn::MulAdd(hn::Set(Float4(), t), hn::Sub(b, a), a);
}
HWY_INLINE float alpha_of(Color color) {
  return hn::GetLane(hn::Broadcast<3>(color));
}
HWY_INLINE void store_rounded(Color color, float scale, std::int32_t* rounded) {
  const hn::FixedTag<std::int32_t, 4> d32;
  const Float4 df;
  hn::StoreU(hn::ConvertTo(d32, hn::MulAdd(color, hn::Set(df, scale), hn::Set(df, 0.5f))), d32, rounded);
}

#endif

}  // namespace portrait_depth::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
