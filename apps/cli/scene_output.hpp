// A 3D photo as a scene file: glTF, PLY, a web page.
#pragma once

#include "photo3d_plan.hpp"
#include "portrait_depth/photo3d.hpp"
#include "report.hpp"

namespace portrait_depth::cli {

void write_scene(const Photo3D& photo3d, const CameraPath& path, const Photo3DJob& job, Report& report);

}  // namespace portrait_depth::cli
