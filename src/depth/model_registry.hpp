// The check of a depth network's description.
#pragma once

#include "portrait_depth/depth.hpp"

namespace portrait_depth {

/// Throws ErrorCode::invalid_argument with the model's name if the description is not usable.
void check_depth_model(const DepthModel& model);

}  // namespace portrait_depth
