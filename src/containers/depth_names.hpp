// The names of Google's depth formats in XMP: "Depth Map Metadata" (GDepth), Dynamic Depth 1.0.
#pragma once

#include <string_view>

namespace portrait_depth::io {

inline constexpr std::string_view kGdepthSpace = "http://ns.google.com/photos/1.0/depthmap/";
inline constexpr std::string_view kRangeLinear = "RangeLinear", kRangeInverse = "RangeInverse";

inline constexpr std::string_view kContainerSpace = "http://ns.google.com/photos/dd/1.0/container/",
                                  kContainerItemSpace = "http://ns.google.com/photos/dd/1.0/item/",
                                  kDynamicDepthSpace = "http://ns.google.com/photos/dd/1.0/depthmap/",
                                  kDeviceSpace = "http://ns.google.com/photos/dd/1.0/device/",
                                  kCameraSpace = "http://ns.google.com/photos/dd/1.0/camera/",
                                  kImageSpace = "http://ns.google.com/photos/dd/1.0/image/";
inline constexpr std::string_view kDepthUri = "android/depthmap", kPhotoUri = "primary_image";

}  // namespace portrait_depth::io
