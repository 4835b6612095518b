#include "segmentation/person_checks.hpp"

#include "portrait_depth/error.hpp"

namespace portrait_depth {

void check_person_found(const Segmentation& segmentation) {
  if (!segmentation.found)
    throw Error(ErrorCode::no_person,
                "no person found; pass a mask (--mask M.png) or use the whole picture (--no-segmentation)");
}

void check_mask_has_person(const Segmentation& segmentation) {
  if (!segmentation.found)
    throw Error(
        ErrorCode::no_person,
        "the mask contains no person, or one that is too small; white is person, black is background");
}

void check_face_found(const Face& face) {
  if (!face.found)
    throw Error(
        ErrorCode::no_person,
        "no person found: no face is visible; accept any subject (--any-subject) for people from behind, "
        "animals and things");
}

}  // namespace portrait_depth
