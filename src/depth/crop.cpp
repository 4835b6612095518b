#include "depth/crop.hpp"

#include <algorithm>

namespace portrait_depth {

Box crop_around_person(const Box& person, float aspect) {
  const float margin = kCropMargin * std::max(person.width, person.height);
  const float needed_width = person.width + 2 * margin, needed_height = person.height + 2 * margin;
  const float width = std::max(needed_width, needed_height * aspect), height = width / aspect;
  const float middle_x = person.x + person.width / 2, middle_y = person.y + person.height / 2;
  return {middle_x - width / 2, middle_y - height / 2, width, height};
}

}  // namespace portrait_depth
