// The description of a depth network in TOML.
#pragma once

#include <filesystem>
#include <string_view>

#include "portrait_depth/depth.hpp"

namespace portrait_depth {

/// `file`: the place of the text; the network is beside it. Reads no file. Throws ErrorCode::unreadable as
/// read_depth_model() does.
DepthModel parse_depth_model(std::string_view text, const std::filesystem::path& file);

}  // namespace portrait_depth
