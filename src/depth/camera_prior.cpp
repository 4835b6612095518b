#include "depth/camera_prior.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "camera/film_35mm.hpp"
#include "camera/intrinsics.hpp"
#include "portrait_depth/error.hpp"

namespace portrait_depth {
namespace {

// The prior over the head's distance, a log-normal with two deviations. The far phase of personal distance is
// 0.76 to 1.2 m (E. T. Hall, The Hidden Dimension, 1966). Photos from farther away are frequent, photos from
// nearer are rare.
constexpr double kUsualHeadMetres = 0.95;
constexpr double kNearerDeviation = 0.18, kFartherDeviation = 0.8;

// The prior over the focal length of uncropped photos in mm on 35 mm film, a log-normal: phones' front and
// main cameras have 22 to 32 mm.
constexpr double kUsualFocalLength35mm = 28, kFocalLengthDeviation = 0.25;

// A crop divides the view. The logarithm of its factor is exponentially distributed with this rate: the mean
// is 2/3, a factor of 1.95.
constexpr double kCropRate = 1.5;

/// Slope of ln Φ(u), Φ the normal distribution.
double log_normal_slope(double u) {
  constexpr double kAsymptoteBelow = -20;
  if (u < kAsymptoteBelow) return -u - 1 / u;
  const double density = std::exp(-u * u / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  return density / (std::erfc(-u / std::numbers::sqrt2) / 2);
}

/// Slope of the prior's logarithm over the logarithm of the head's distance. The focal length in diagonals of
/// the picture is the sum of a normal and an exponential variable in the logarithm, so its density is an
/// exponentially modified Gaussian.
double prior_slope(double log_metres, double log_diagonal_metres) {
  const double from_usual = log_metres - std::log(kUsualHeadMetres);
  const double deviation = from_usual < 0 ? kNearerDeviation : kFartherDeviation;
  const double log_focal_length = log_metres - log_diagonal_metres;
  const double usual = std::log(kUsualFocalLength35mm / static_cast<double>(kFilmDiagonalMillimetres));
  const double u = (log_focal_length - usual) / kFocalLengthDeviation - kCropRate * kFocalLengthDeviation;
  return -from_usual / (deviation * deviation) - kCropRate + log_normal_slope(u) / kFocalLengthDeviation;
}

}  // namespace

// The prior's logarithm is concave, so its maximum is the one zero of its slope.
float likely_head_metres(float diagonal_metres) {
  constexpr double kMargin = 2;
  constexpr int kHalvings = 48;
  const double log_diagonal = std::log(static_cast<double>(diagonal_metres));
  const double log_uncropped =
      log_diagonal + std::log(kUsualFocalLength35mm / static_cast<double>(kFilmDiagonalMillimetres));
  double nearer = std::min(std::log(kUsualHeadMetres), log_uncropped) - kMargin;
  double farther = std::max(std::log(kUsualHeadMetres), log_uncropped) + kMargin;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (nearer + farther) / 2;
    (prior_slope(middle, log_diagonal) > 0 ? nearer : farther) = middle;
  }
  return static_cast<float>(std::exp((nearer + farther) / 2));
}

Intrinsics likely_camera(int width, int height, float crop_width, float crop_width_metres,
                         std::optional<float> head_metres) {
  check_positive(crop_width_metres, "the crop's width, which the network estimates,");
  check_positive(crop_width, "the crop's width in pixels");
  const float metres_per_pixel = crop_width_metres / crop_width;
  const float head = head_metres
                         ? *head_metres
                         : std::clamp(likely_head_metres(metres_per_pixel * picture_diagonal(width, height)),
                                      kNearestMetres, kFarthestMetres);
  const float focal_length = head / metres_per_pixel;
  if (!is_positive(focal_length))
    throw Error(
        ErrorCode::invalid_argument,
        "the crop's width, which the network estimates, and the head's distance give no focal length; "
        "give the picture's intrinsics");
  return centered_camera(width, height, focal_length);
}

}  // namespace portrait_depth
