// Depth inside photo files: JavaScript decodes the pictures that the core finds.
#include "given_depth.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "containers/jpeg_segments.hpp"
#include "depth/given_placement.hpp"
#include "depth_parts/depth_parts.hpp"
#include "depth_parts/gray_plane.hpp"
#include "errors.hpp"
#include "portrait_depth/embedded_depth.hpp"

using namespace portrait_depth;

namespace {

constexpr std::size_t kPictures = 1 + io::kMatteKinds.size();  // the depth, and the mattes
constexpr int kUnknownNear = -1;

Plane<float> plane_from(const float* values, int width, int height) {
  Plane<float> plane(width, height);
  std::copy_n(values, plane.values().size(), plane.values().data());
  return plane;
}

}  // namespace

struct pd_photo_depth {
  std::string name;
  std::optional<io::DepthParts> parts;
  io::GrayBudget budget;
  std::array<std::vector<std::uint8_t>, kPictures> coded;
  std::array<Plane<float>, kPictures> decoded;
  pd_coded_picture picture = {};
  GivenDepth depth;
  pd_given_depth result = {};
};

GivenDepth wasm::given_depth_from(const pd_given_depth& given) {
  GivenDepth depth;
  depth.values = plane_from(given.values, given.width, given.height);
  depth.unit = static_cast<GivenDepthUnit>(given.unit);
  if (given.near != kUnknownNear) depth.near = static_cast<NearGray>(given.near);
  depth.is_measured = given.is_measured != 0;
  mark_holes(depth.values);
  if (given.matte != nullptr) depth.matte = plane_from(given.matte, given.matte_width, given.matte_height);
  if (!std::isnan(given.fx))
    depth.intrinsics = {given.fx, given.fy, given.cx, given.cy, given.width, given.height};
  return depth;
}

pd_photo_depth* pd_photo_depth_find(const uint8_t* file, uint32_t size, const char* name) {
  return wasm::guarded([&] {
    auto found = std::make_unique<pd_photo_depth>();
    found->name = name;
    found->parts = io::depth_parts({file, size}, name);
    if (!found->parts) return found.release();
    const auto coded = [](io::CodedPicture& picture) {
      std::vector<std::uint8_t> bytes = io::jpeg_without_metadata(picture.bytes());
      picture = {};
      return bytes;
    };
    found->coded[0] = coded(found->parts->depth);
    for (std::size_t i = 1; i < kPictures; ++i) found->coded[i] = coded(found->parts->mattes[i - 1]);
    return found.release();
  });
}

void pd_photo_depth_destroy(pd_photo_depth* found) {
  delete found;
}

int pd_photo_depth_count(const pd_photo_depth* found) {
  return found->parts ? static_cast<int>(kPictures) : 0;
}

const pd_coded_picture* pd_photo_depth_picture(pd_photo_depth* found, int index) {
  const std::vector<std::uint8_t>& bytes = found->coded[static_cast<std::size_t>(index)];
  found->picture = {.bytes = bytes.data(), .size = static_cast<std::uint32_t>(bytes.size())};
  return &found->picture;
}

float* pd_photo_depth_values(pd_photo_depth* found, int index, int width, int height) {
  return wasm::guarded([&] {
    found->budget.take(width, height, found->name);
    Plane<float>& plane = found->decoded[static_cast<std::size_t>(index)];
    plane.resize(width, height);
    return plane.values().data();
  });
}

const pd_given_depth* pd_photo_depth_result(pd_photo_depth* found, const pd_intrinsics* exif, int width,
                                            int height) {
  return wasm::guarded([&] {
    std::optional<Intrinsics> camera;
    if (exif != nullptr) camera = Intrinsics{exif->fx, exif->fy, exif->cx, exif->cy, width, height};
    io::Mattes mattes;
    std::move(found->decoded.begin() + 1, found->decoded.end(), mattes.begin());
    found->depth = given_depth(
        io::assembled_depth(*found->parts, std::move(found->decoded[0]), std::move(mattes), camera));
    const GivenDepth& depth = found->depth;
    constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
    const Intrinsics own = depth.intrinsics.value_or(Intrinsics{kNone, kNone, kNone, kNone, 0, 0});
    found->result = {.values = depth.values.values().data(),
                     .width = depth.values.width(),
                     .height = depth.values.height(),
                     .unit = static_cast<std::int32_t>(depth.unit),
                     .near = depth.near ? static_cast<std::int32_t>(*depth.near) : kUnknownNear,
                     .is_measured = depth.is_measured ? 1 : 0,
                     .matte = depth.matte ? depth.matte->values().data() : nullptr,
                     .matte_width = depth.matte ? depth.matte->width() : 0,
                     .matte_height = depth.matte ? depth.matte->height() : 0,
                     .fx = own.fx,
                     .fy = own.fy,
                     .cx = own.cx,
                     .cy = own.cy};
    return &found->result;
  });
}
