// What a depth network's description must be.
#pragma once

#include "portrait_depth/depth.hpp"

namespace portrait_depth {

/// Throws ErrorCode::invalid_argument, naming the model, where its description is not usable.
void check_depth_model(const DepthModel& model);

}  // namespace portrait_depth
