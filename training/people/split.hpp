// The two sets of people: parts, seeds and faces of one are not in the other.
#pragma once

namespace portrait_depth::people {

enum class Split { train, test };

}  // namespace portrait_depth::people
