// All of Portrait Depth.
#pragma once

#include "portrait_depth/camera.hpp"
#include "portrait_depth/depth.hpp"
#include "portrait_depth/embedded_depth.hpp"
#include "portrait_depth/error.hpp"
#include "portrait_depth/export.hpp"
#include "portrait_depth/face_detection.hpp"
#include "portrait_depth/film.hpp"
#include "portrait_depth/image.hpp"
#include "portrait_depth/io.hpp"
#include "portrait_depth/photo3d.hpp"
#include "portrait_depth/progress.hpp"
#include "portrait_depth/segmentation.hpp"
#include "portrait_depth/thread_pool.hpp"
#include "portrait_depth/version.hpp"
#include "portrait_depth/visibility.hpp"
