// The XMP that gives the values of a depth picture their metres: Google's "Depth Map Metadata".
#pragma once

#include <string>
#include <string_view>

#include "containers/depth_names.hpp"

namespace portrait_depth::io {

/// A property as an attribute, followed by a space.
std::string gdepth_property(const char* name, const std::string& value);
/// The properties of a picture whose value 0 is at `near` and 1 at `far` metres, in even steps of Z
/// (kRangeLinear) or 1/Z (kRangeInverse).
std::string gdepth_range(std::string_view format, float near, float far);
/// An XMP packet without its wrapper.
std::string gdepth_packet(const std::string& properties);

}  // namespace portrait_depth::io
