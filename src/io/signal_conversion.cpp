// Based on: SMPTE ST 2084 (PQ) and ARIB STD-B67 (HLG) as in ITU-R BT.2100; ITU-R BT.2408, "Guidance for
// operational practices in HDR television production" (reference white); Reinhard et al., "Photographic Tone
// Reproduction for Digital Images", SIGGRAPH 2002 (the curve above the knee).
#include "io/signal_conversion.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

namespace portrait_depth::io {
namespace {

constexpr double kReferenceWhite = 203;  // cd/m²
constexpr double kHlgPeak = 1000, kHlgSystemGamma = 1.2;
constexpr int kTableSize = 65536;

using Matrix = std::array<double, 9>;

// Linear light of the primaries, all with the white D65, to that of BT.709.
constexpr Matrix kFromBt2020 = {1.660491,  -0.587641, -0.072850, -0.124550, 1.132900,
                                -0.008349, -0.018151, -0.100579, 1.118730};
constexpr Matrix kFromDisplayP3 = {1.224940, -0.224940, 0.0,       -0.042057, 1.042057,
                                   0.0,      -0.019638, -0.078636, 1.098274};

bool has_srgb_primaries(int primaries) {
  return primaries == kPrimariesBt709 || primaries == kPrimariesUnspecified ||
         primaries == kPrimariesBt470M || primaries == kPrimariesBt601 || primaries == kPrimariesSmpte170 ||
         primaries == kPrimariesSmpte240;
}

// Photos with BT.709's curve are shown with sRGB's.
bool has_srgb_curve(int transfer) {
  return transfer == kTransferBt709 || transfer == kTransferUnspecified || transfer == kTransferBt601 ||
         transfer == kTransferXvYcc || transfer == kTransferSrgb || transfer == kTransferBt2020Of10Bits ||
         transfer == kTransferBt2020Of12Bits;
}

double light_of_srgb(double code) {
  return code <= 0.04045 ? code / 12.92 : std::pow((code + 0.055) / 1.055, 2.4);
}

double srgb_of_light(double light) {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

double light_of_pq(double code) {
  constexpr double kM1 = 2610.0 / 16384, kM2 = 2523.0 / 32, kC1 = 3424.0 / 4096, kC2 = 2413.0 / 128,
                   kC3 = 2392.0 / 128;
  const double power = std::pow(code, 1 / kM2);
  return 10000 / kReferenceWhite * std::pow(std::max(power - kC1, 0.0) / (kC2 - kC3 * power), 1 / kM1);
}

// The scene's light; the display's follows by the system gamma.
double light_of_hlg(double code) {
  constexpr double kA = 0.17883277, kB = 1 - 4 * kA;
  static const double c = 0.5 - kA * std::log(4 * kA);
  return code <= 0.5 ? code * code / 3 : (std::exp((code - c) / kA) + kB) / 12;
}

std::function<double(double)> light_of(const Chain& chain, int transfer) {
  constexpr double kGamma22 = 2.2;
  if (has_srgb_curve(transfer)) return light_of_srgb;
  switch (transfer) {
    case kTransferGamma22:
      return [](double code) { return std::pow(code, kGamma22); };
    case kTransferLinear:
      return [](double code) { return code; };
    case kTransferPq:
      return light_of_pq;
    case kTransferHlg:
      return light_of_hlg;
    default:
      chain.file().fail_unsupported("the color curve " + std::to_string(transfer) + " of ITU-T H.273",
                                    "Convert it to sRGB");
  }
}

const Matrix* matrix_of(const Chain& chain, int primaries) {
  if (has_srgb_primaries(primaries)) return nullptr;
  if (primaries == kPrimariesBt2020) return &kFromBt2020;
  if (primaries == kPrimariesDisplayP3) return &kFromDisplayP3;
  chain.file().fail_unsupported("the color primaries " + std::to_string(primaries) + " of ITU-T H.273",
                                "Convert it to sRGB");
}

// vips_maplut() through a table over all code values up to `largest`.
template <class Value>
void map(Chain& chain, const std::vector<Value>& table, VipsBandFormat format) {
  VipsImagePtr lut(vips_image_new_from_memory_copy(table.data(), table.size() * sizeof(Value),
                                                   static_cast<int>(table.size()), 1, 1, format));
  if (!lut) chain.fail();
  chain.apply([&](VipsImage* image, VipsImage** mapped, std::nullptr_t) {
    return vips_maplut(image, mapped, lut.get(), nullptr);
  });
}

// libvips stores more than 8 bits in the upper bits of 16: white of 10 bits is 1023 << 6.
double largest_code(const VipsImage* image) {
  if (vips_image_get_format(image) == VIPS_FORMAT_UCHAR) return 255;
  int bits = 16;
  if (vips_image_get_typeof(image, "heif-bitdepth") == 0 ||
      vips_image_get_int(image, "heif-bitdepth", &bits) != 0 || bits < 8 || bits > 16)
    bits = 16;
  return static_cast<double>(((1 << bits) - 1) << (16 - bits));
}

void to_light(Chain& chain, int transfer) {
  const auto light = light_of(chain, transfer);
  const double largest = largest_code(chain.image());
  std::vector<float> table(vips_image_get_format(chain.image()) == VIPS_FORMAT_UCHAR ? 256 : kTableSize);
  for (std::size_t i = 0; i < table.size(); ++i)
    table[i] = static_cast<float>(light(std::min(static_cast<double>(i) / largest, 1.0)));
  map(chain, table, VIPS_FORMAT_FLOAT);
}

// The display's light is the scene's times a power of the scene's luminance.
void show_hlg_scene(Chain& chain, int primaries) {
  const bool is_wide = primaries == kPrimariesBt2020;
  const std::array<double, 3> weights =
      is_wide ? std::array{0.2627, 0.6780, 0.0593} : std::array{0.2126, 0.7152, 0.0722};
  Chain gain = chain.branch();
  if (vips_image_get_bands(gain.image()) == 3) {
    VipsImagePtr matrix(vips_image_new_matrix_from_array(3, 1, weights.data(), 3));
    gain.apply([&](VipsImage* image, VipsImage** result, std::nullptr_t) {
      return vips_recomb(image, result, matrix.get(), nullptr);
    });
  }
  gain.apply(vips_pow_const1, kHlgSystemGamma - 1);
  gain.apply(vips_linear1, kHlgPeak / kReferenceWhite, 0.0);
  chain.apply([&](VipsImage* image, VipsImage** result, std::nullptr_t) {
    return vips_multiply(image, gain.image(), result, nullptr);
  });
}

double peak_of(Chain& chain) {
  chain.decode();
  double peak = 0;
  if (vips_max(chain.image(), &peak, nullptr) != 0) chain.fail();
  return peak;
}

// The identity below the knee. Above it, slope 1 at the knee, 1 at the peak.
double tone_mapped(double light, double peak) {
  constexpr double kKnee = 0.75;
  if (light <= kKnee || peak <= 1) return std::min(light, 1.0);
  const double above = (light - kKnee) / (1 - kKnee), most = (peak - kKnee) / (1 - kKnee);
  return std::min(kKnee + (1 - kKnee) * above * (1 + above / (most * most)) / (1 + above), 1.0);
}

// The table's steps are even in the square root of light, which is nearly even to the eye.
void to_srgb_bytes(Chain& chain, double peak) {
  constexpr double kLastStep = kTableSize - 1, kHalfUp = 0.5;
  peak = std::max(peak, 1.0);
  std::vector<std::uint8_t> table(kTableSize);
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double root = static_cast<double>(i) / kLastStep;
    table[i] =
        static_cast<std::uint8_t>(255 * srgb_of_light(tone_mapped(root * root * peak, peak)) + kHalfUp);
  }
  // A negative amount of a primary is outside sRGB's gamut. (|x| + x) / 2 is 0 there.
  Chain magnitude = chain.branch();
  magnitude.apply(vips_abs);
  chain.apply([&](VipsImage* image, VipsImage** result, std::nullptr_t) {
    return vips_add(image, magnitude.image(), result, nullptr);
  });
  chain.apply(vips_linear1, 1 / (2 * peak), 0.0);
  chain.apply(vips_pow_const1, 0.5);
  chain.apply(vips_linear1, kLastStep, kHalfUp);
  chain.apply(vips_cast, VIPS_FORMAT_USHORT);
  map(chain, table, VIPS_FORMAT_UCHAR);
}

}  // namespace

bool needs_conversion(const ColorSignal& signal) {
  return !has_srgb_primaries(signal.primaries) || !has_srgb_curve(signal.transfer);
}

void convert_signal(Chain& chain, const ColorSignal& signal) {
  const Matrix* const matrix = matrix_of(chain, signal.primaries);
  to_light(chain, signal.transfer);
  if (signal.transfer == kTransferHlg) show_hlg_scene(chain, signal.primaries);
  if (matrix != nullptr && vips_image_get_bands(chain.image()) == 3) {
    VipsImagePtr recombination(vips_image_new_matrix_from_array(3, 3, matrix->data(), 9));
    chain.apply([&](VipsImage* image, VipsImage** result, std::nullptr_t) {
      return vips_recomb(image, result, recombination.get(), nullptr);
    });
  }
  const double peak = is_hdr(signal) ? peak_of(chain) : 1;
  to_srgb_bytes(chain, peak);
  chain.apply(vips_copy, "interpretation",
              vips_image_get_bands(chain.image()) == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB);
  chain.apply(vips_colourspace, VIPS_INTERPRETATION_sRGB);
}

}  // namespace portrait_depth::io
