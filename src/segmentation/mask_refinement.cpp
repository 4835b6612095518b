#include "segmentation/mask_refinement.hpp"

#include <algorithm>

namespace portrait_depth {
namespace {

// The neighborhood spans the width of the error that the networks make along an edge, some 3 % of the
// picture.
constexpr GuidedModelOptions kFit = {.radius = 4, .epsilon = 1e-3f, .keep_range = false};
// A fit leaves a trace of color on both sides of an edge; values near background or person are set to it.
constexpr float kBackgroundBelow = 0.15f, kPersonAbove = 0.85f;
constexpr float kLeastCoverage = 0.002f, kSure = 0.8f;

void sharpen(std::span<float> mask) {
  for (float& value : mask)
    value = std::clamp((value - kBackgroundBelow) * (1.0f / (kPersonAbove - kBackgroundBelow)), 0.0f, 1.0f);
}

}  // namespace

SegmentationModel choose_segmentation_model(SegmentationModel wanted, int picture_width, int picture_height) {
  if (wanted != SegmentationModel::automatic) return wanted;
  return 3L * picture_width >= 4L * picture_height ? SegmentationModel::landscape
                                                   : SegmentationModel::general;
}

void MaskRefiner::refine(ImageView image, std::span<const float> planes, std::span<const float> coarse,
                         int width, int height, Segmentation& result) {
  const std::span<const float> people = small_components_.filter(coarse, width, height);
  model_.fit(planes, people, {}, width, height, kFit);
  model_.place({0, 0, static_cast<float>(image.width()), static_cast<float>(image.height())}, image.width(),
               0, image.width());
  result.mask.resize(image.width(), image.height());
  for (int y = 0; y < image.height(); ++y) {
    const std::span<float> row(result.mask.row(y), static_cast<std::size_t>(image.width()));
    model_.evaluate_row(image, y, row);
    sharpen(row);
  }
  measure_person(result, *std::ranges::max_element(people));
}

void measure_person(Segmentation& segmentation, float certainty) {
  const Plane<float>& mask = segmentation.mask;
  int left = mask.width(), right = 0, top = mask.height(), bottom = 0;
  std::size_t covered = 0;
  const auto is_person = [](float value) { return value >= kPersonMask; };
  for (int y = 0; y < mask.height(); ++y) {
    const float* const row = mask.row(y);
    const float* const end = row + mask.width();
    const auto in_row = static_cast<std::size_t>(std::count_if(row, end, is_person));
    if (in_row == 0) continue;
    covered += in_row;
    top = std::min(top, y);
    bottom = y + 1;
    left = std::min(left, static_cast<int>(std::find_if(row, row + left, is_person) - row));
    int last = mask.width();
    while (last > right && row[last - 1] < kPersonMask) --last;
    right = std::max(right, last);
  }
  segmentation.person = {};
  if (covered > 0)
    segmentation.person = {static_cast<float>(left), static_cast<float>(top),
                           static_cast<float>(right - left), static_cast<float>(bottom - top)};
  const auto pixels = static_cast<float>(mask.values().size());
  segmentation.coverage = pixels > 0 ? static_cast<float>(covered) / pixels : 0.0f;
  segmentation.found = segmentation.coverage >= kLeastCoverage && certainty >= kSure;
}

Segmentation segmentation_from_mask(PlaneView<const float> mask) {
  Segmentation result;
  segmentation_from_mask(mask, result);
  return result;
}

void segmentation_from_mask(PlaneView<const float> mask, Segmentation& result) {
  result.mask.resize(mask.width(), mask.height());
  for (int y = 0; y < mask.height(); ++y)
    std::transform(mask.row(y), mask.row(y) + mask.width(), result.mask.row(y),
                   [](float value) { return value > 0.0f ? std::min(value, 1.0f) : 0.0f; });  // NaN becomes 0
  measure_person(result, 1.0f);
}

}  // namespace portrait_depth
