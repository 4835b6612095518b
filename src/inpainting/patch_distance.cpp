#include "inpainting/patch_distance.hpp"

// Compiled for every instruction set; the first call chooses the best one that the machine has.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inpainting/patch_distance.cpp"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace portrait_depth::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

int patch_distance_of(const std::uint8_t* a, const std::uint8_t* b, std::ptrdiff_t row_bytes, int enough) {
  const hn::CappedTag<std::int16_t, 16> d16;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const hn::RepartitionToWide<decltype(d16)> d32;
  constexpr std::size_t kRowBytes = kPatchSize * 4;
  const std::size_t lanes = hn::Lanes(d16);
  int total = 0;
  for (int half = 0; half < 2 && total <= enough; ++half) {
    auto even = hn::Zero(d32), odd = hn::Zero(d32);
    for (int y = 0; y < kPatchSize / 2; ++y, a += row_bytes, b += row_bytes)
      for (std::size_t x = 0; x < kRowBytes; x += lanes) {
        const auto difference =
            hn::Sub(hn::PromoteTo(d16, hn::LoadU(d8, a + x)), hn::PromoteTo(d16, hn::LoadU(d8, b + x)));
        even = hn::ReorderWidenMulAccumulate(d32, difference, difference, even, odd);
      }
    total += hn::GetLane(hn::SumOfLanes(d32, hn::Add(even, odd)));
  }
  return total;
}

}  // namespace portrait_depth::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace portrait_depth {
namespace {
HWY_EXPORT(patch_distance_of);
}

int patch_distance(const std::uint8_t* a, const std::uint8_t* b, std::ptrdiff_t row_bytes, int enough) {
  return HWY_DYNAMIC_DISPATCH(patch_distance_of)(a, b, row_bytes, enough);
}

}  // namespace portrait_depth
#endif  // HWY_ONCE
