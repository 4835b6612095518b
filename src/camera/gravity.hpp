// The camera's tilt against gravity: see "Gravity" in docs/design.md.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "portrait_depth/camera.hpp"

namespace portrait_depth {

/// In radians. `pitch`: of the camera's axis above the horizon, -pi/2 to pi/2. `roll`: the turn about that
/// axis, clockwise as the photographer sees it; gravity points to (sin roll, cos roll) in the picture.
struct CameraTilt {
  float pitch = 0, roll = 0;
};

float radians_from_degrees(float degrees);
float degrees_from_radians(float radians);

/// The unit vector of gravity in camera space, {0, 1, 0} for a level camera; {0, 0, 0} without a pitch.
/// Throws ErrorCode::invalid_argument unless pitch is -pi/2 to pi/2 and roll is -pi to pi.
Vec3 gravity_direction(std::optional<float> pitch, float roll);

/// True for the lens of a phone's front camera, false for a back camera, by EXIF's LensModel ("iPhone 14
/// front TrueDepth camera 2.69mm f/1.9"); std::nullopt for other lenses.
std::optional<bool> is_front_camera(std::string_view lens_model);

/// The tilt by a phone's gravity in units of g: x to the right side of the screen, y to its top, z out of it.
/// The photo is taken as upright to within 45 degrees, because its orientation follows the phone's.
/// std::nullopt unless the length is 0.9 to 1.1: a phone that is moved measures other forces too.
std::optional<CameraTilt> tilt_of_phone(const Vec3& gravity, bool is_front_camera);

/// The same by what EXIF holds: gravity in Apple's maker note, and LensModel. std::nullopt without either.
std::optional<CameraTilt> tilt_of_phone(const std::optional<std::array<float, 3>>& gravity,
                                        std::string_view lens_model);

}  // namespace portrait_depth
