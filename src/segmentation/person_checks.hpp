// The conditions under which a segmentation counts as a person.
#pragma once

#include "portrait_depth/face_detection.hpp"
#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {

/// Throws ErrorCode::no_person if the segmentation network found no person.
void check_person_found(const Segmentation& segmentation);
/// Throws ErrorCode::no_person if a mask of the caller's contains no person.
void check_mask_has_person(const Segmentation& segmentation);
/// Throws ErrorCode::no_person if the detector found no face.
void check_face_found(const Face& face);

}  // namespace portrait_depth
