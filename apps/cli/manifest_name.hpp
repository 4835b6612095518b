// The name of a batch's record in the output folder.
#pragma once

namespace portrait_depth::cli {

inline constexpr const char* kManifestName = "portrait-depth.jsonl";

}  // namespace portrait_depth::cli
