// A 3D photo as a film or a sequence of pictures: frames are rendered and written.
#pragma once

#include "photo3d_plan.hpp"
#include "portrait_depth/photo3d.hpp"
#include "portrait_depth/thread_pool.hpp"
#include "report.hpp"

namespace portrait_depth::cli {

/// Renders one frame a pose of `size`, or one view for each eye of that size.
void write_film(const Photo3D& photo3d, const CameraPath& path, PixelSize size, const Photo3DJob& job,
                const Photo3DCommandOptions& options, ThreadPool& threads, Report& report);

}  // namespace portrait_depth::cli
