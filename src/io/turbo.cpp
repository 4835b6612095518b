// The polynomials are the published fit of: Anton Mikhailov, "Turbo, An Improved Rainbow Colormap for
// Visualization", Google AI Blog, 2019.
#include "io/turbo.hpp"

#include <algorithm>
#include <cmath>

namespace portrait_depth::io {
namespace {

using Polynomial = std::array<float, 6>;  // lowest power first

constexpr Polynomial kRed = {0.13572138f,   4.61539260f,    -42.66032258f,
                             132.13108234f, -152.94239396f, 59.28637943f};
constexpr Polynomial kGreen = {0.09140261f,   2.19418839f, 4.84296658f,
                               -14.18503333f, 4.27729857f, 2.82956604f};
constexpr Polynomial kBlue = {0.10667330f,   12.64194608f,  -60.58204836f,
                              110.36276771f, -89.90310912f, 27.34824973f};

std::uint8_t evaluate(const Polynomial& polynomial, float x) {
  float sum = 0;
  for (auto coefficient = polynomial.rbegin(); coefficient != polynomial.rend(); ++coefficient)
    sum = sum * x + *coefficient;
  return static_cast<std::uint8_t>(std::lround(std::clamp(sum, 0.0f, 1.0f) * 255));
}

}  // namespace

std::array<std::uint8_t, 3> turbo(float value) {
  const float x = value > 0 ? std::min(value, 1.0f) : 0.0f;
  return {evaluate(kRed, x), evaluate(kGreen, x), evaluate(kBlue, x)};
}

}  // namespace portrait_depth::io
