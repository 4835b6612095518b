#include "depth/given_depth_use.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "camera/intrinsics.hpp"
#include "depth/camera_prior.hpp"
#include "depth/depth_fusion.hpp"
#include "depth/edge_upsampling.hpp"
#include "depth/given_placement.hpp"
#include "image/resize.hpp"
#include "portrait_depth/segmentation.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth {
namespace {

/// As kReliefFit, in metres for a crop of 0.6 m.
constexpr GuidedModelOptions kGivenFit = {
    .radius = 3, .epsilon = 1e-3f, .keep_range = true, .flat = 0.03f, .edge = 0.09f};

/// A fault of a measured map leads to the network if the caller left the choice open.
bool may_leave_out(const PhotoConfig& config) {
  return config.source == DepthSource::automatic && config.depth->is_measured;
}

Plane<float> copied(PlaneView<const float> plane) {
  Plane<float> result(plane.width(), plane.height());
  for (int y = 0; y < plane.height(); ++y) std::copy_n(plane.row(y), plane.width(), result.row(y));
  return result;
}

DepthMap mirrored(const DepthMap& depth) {
  Intrinsics camera = depth.intrinsics();
  camera.cx = static_cast<float>(camera.width) - camera.cx;
  const auto mirrored_plane = [](PlaneView<const float> plane) {
    Plane<float> result(plane.width(), plane.height());
    for (int y = 0; y < plane.height(); ++y)
      std::reverse_copy(plane.row(y), plane.row(y) + plane.width(), result.row(y));
    return result;
  };
  return {mirrored_plane(depth.metres()), mirrored_plane(depth.mask()), camera,
          depth.limits().min_depth,       depth.limits().max_depth,     depth.head_distance_metres()};
}

/// The network's depth map with its head at another distance.
DepthMap placed_at(const DepthMap& network, float head, const std::optional<Intrinsics>& intrinsics,
                   const NetworkEstimate& estimate) {
  const Intrinsics camera = intrinsics ? *intrinsics
                                       : likely_camera(network.width(), network.height(), estimate.crop_width,
                                                       estimate.crop_width_metres, head);
  const float metres_per_relief = head * estimate.crop_width / camera.fx;
  const float factor = metres_per_relief / estimate.scale.metres_per_relief;
  Plane<float> metres = copied(network.metres());
  for (float& value : metres.values())
    if (std::isfinite(value))
      value =
          std::clamp(head + factor * (value - estimate.scale.head_metres), kNearestMetres, kFarthestMetres);
  const DepthLimits limits = network.limits();
  return {std::move(metres), copied(network.mask()), camera, limits.min_depth, limits.max_depth, head};
}

}  // namespace

DepthSource chosen_source(const PhotoConfig& config, int width, int height, std::string& warning) {
  if (config.source == DepthSource::network) return DepthSource::network;
  if (!config.depth) {
    if (config.source == DepthSource::automatic) return DepthSource::network;
    throw Error(
        ErrorCode::invalid_argument,
        "no depth map is inside the photo and none is given. Give --depth FILE or --depth-source auto.");
  }
  const std::string fault = given_depth_fault(*config.depth, width, height);
  if (!fault.empty() && !may_leave_out(config)) throw Error(ErrorCode::invalid_argument, fault);
  if (!fault.empty()) {
    warning = fault + " The network's depth is used.";
    return DepthSource::network;
  }
  if (config.source != DepthSource::automatic) return config.source;
  return config.depth->is_measured ? DepthSource::fused : DepthSource::sensor;
}

std::optional<Intrinsics> known_camera(const PhotoConfig& config, bool uses_map, int width, int height) {
  if (config.intrinsics || !uses_map || !config.depth->intrinsics) return config.intrinsics;
  return config.depth->intrinsics->scaled_to(width, height);
}

std::optional<Plane<float>> person_matte(const PhotoConfig& config, int width, int height) {
  if (config.mask || !config.depth->matte || config.depth->matte->empty()) return std::nullopt;
  ThreadPool threads(1);
  Plane<float> matte = resize_plane(*config.depth->matte, width, height, threads);
  return segmentation_from_mask(matte).found ? std::optional(std::move(matte)) : std::nullopt;
}

void use_given_depth(ImageView image, const PhotoConfig& config, const std::optional<Intrinsics>& intrinsics,
                     const NetworkEstimate& estimate, PhotoDepth& result) {
  GivenPlacement placement = place_given_depth(*config.depth, result.depth, intrinsics.has_value());
  if (!placement.fault.empty() && !may_leave_out(config))
    throw Error(ErrorCode::invalid_argument, placement.fault);
  const std::string& reason = placement.fault.empty() ? placement.doubt : placement.fault;
  result.warning = reason;
  if (!reason.empty() && may_leave_out(config)) {
    result.warning += "; the network's depth is used";
    result.source = DepthSource::network;
    if (config.flip_horizontal) result.depth = mirrored(result.depth);
    return;
  }
  const DepthMap network = placed_at(result.depth, placement.head_metres, intrinsics, estimate);
  Plane<float> metres = result.source == DepthSource::fused
                            ? fuse_depth(image, network, placement.metres)
                            : bring_to_photo(placement.metres, image, network.mask(), kGivenFit);
  const DepthLimits limits = network.limits();
  result.depth = DepthMap(std::move(metres), copied(network.mask()), network.intrinsics(), limits.min_depth,
                          limits.max_depth, config.head_distance_metres.value_or(placement.head_metres));
  if (config.flip_horizontal) result.depth = mirrored(result.depth);
}

}  // namespace portrait_depth
