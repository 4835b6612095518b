// The 3D photo beyond the photo's borders: mirrored and stretched, as the renderer continues the background.
#pragma once

#include <array>
#include <vector>

#include "photo3d/depth_mesh.hpp"
#include "portrait_depth/camera.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/mesh.hpp"

namespace portrait_depth {

/// The width beyond each border, of the photo's width or height.
inline constexpr float kMirroredBorder = 0.12f;

/// Mirrors the person's triangles along each border beyond it, stretched as the renderer stretches the
/// background, to kMirroredBorder and a little farther. They are moved along the border so that the outline
/// of `alpha`, the matte, goes on straight instead of turning back. They join the visible ones without a gap,
/// and their texture coordinates stay inside the texture.
void mirror_person(DepthMesh& person, PlaneView<const float> alpha, const Intrinsics& camera);

/// Points of the person on the outer ends of a mesh of mirror_person(), by BorderSide. A
/// camera must not show the space beyond them. `alpha` is the matte.
std::array<std::vector<Vec3>, 4> find_border_points(const Mesh& mesh, PlaneView<const float> alpha,
                                                    const Intrinsics& camera);

/// The background's plane, mirrored beyond each border in the same way.
Mesh make_mirrored_plane(const Intrinsics& camera, float metres);

}  // namespace portrait_depth
