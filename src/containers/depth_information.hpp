// The range of an auxiliary depth picture of a HEIC, as the message of its codec in the box auxC.
#pragma once

#include <optional>
#include <string>

#include "containers/byte_reader.hpp"

namespace portrait_depth::io {

/// The meaning of a depth picture's least and greatest value.
struct DepthInformation {
  bool is_disparity = true;    ///< False: distance.
  double least = 0, most = 0;  ///< 1/metres, or metres.
};

/// `subtype`: the content of auxC behind the type. std::nullopt without a range, or if it is damaged.
std::optional<DepthInformation> depth_information(ByteSpan subtype);

/// That content for a disparity from `least` to `most`, both above 0.
std::string disparity_information(float least, float most);

}  // namespace portrait_depth::io
