// One web page that holds a 3D photo and its viewer.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace portrait_depth {

/// The page's bytes, from a GLB that encode_glb made. Throws ErrorCode::unsupported in a build without the
/// viewer.
std::vector<std::uint8_t> encode_html(std::span<const std::uint8_t> glb, const std::string& title,
                                      float aspect);

}  // namespace portrait_depth
