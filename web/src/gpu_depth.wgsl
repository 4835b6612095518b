// Brings a relief to the picture, as src/depth/depth_window.cpp, src/depth/hole_filling.cpp and
// src/image/guided_model.cpp do on the CPU; those files give papers and reasons. Each step has an entry point, in this
// order: prepare, pull and push (once for each level), fit, smooth_fit, apply.

struct Numbers {
  picture: vec2u,  // sizes: width, height
  window: vec2u,   // of the network
  crop: vec4f,     // x, y, width, height in pixels of the picture
  head_metres: f32,
  metres_per_relief: f32,
  nearest_metres: f32,
  mirrored: u32,
  min_depth: f32,
  max_depth: f32,
  radius: i32,
  epsilon: f32,
  flat_below: f32,
  edge_from: f32,
  least_weight: f32,
  least_guide_mask: f32,
  person_mask: f32,  // mask value from which a pixel belongs to the person
}

// Two levels of the pyramid: their sizes and offsets.
struct Level {
  fine: vec2u,
  coarse: vec2u,
  fine_at: u32,
  coarse_at: u32,
}

@group(0) @binding(0) var<uniform> numbers: Numbers;
@group(0) @binding(1) var<uniform> level: Level;
@group(0) @binding(2) var<storage, read> planes: array<f32>;  // red, green, blue, each times the mask, and the mask
@group(0) @binding(3) var<storage, read> relief: array<f32>;
@group(0) @binding(4) var<storage, read_write> pyramid: array<vec2f>;  // value and weight; the first level is the window's
@group(0) @binding(5) var<storage, read_write> raw: array<vec4f>;  // weights of red, green, blue, and the constant
@group(0) @binding(6) var<storage, read_write> coefficients: array<vec4f>;  // the same smoothed
@group(0) @binding(7) var<storage, read_write> ranges: array<vec2f>;  // least and largest value around
@group(0) @binding(8) var<storage, read> picture: array<u32>;  // red in the lowest byte
@group(0) @binding(9) var<storage, read> mask: array<f32>;
@group(0) @binding(10) var<storage, read_write> values: array<f32>;
@group(0) @binding(11) var<storage, read_write> metres: array<u32>;  // bits, because shaders cannot write NaN

const NAN_BITS = 0x7fc00000u;
const INFINITY_BITS = 0x7f800000u;

fn is_finite(value: f32) -> bool {
  return (bitcast<u32>(value) & INFINITY_BITS) != INFINITY_BITS;
}

fn window_size() -> vec2i {
  return vec2i(numbers.window);
}

fn window_index(at: vec2i) -> u32 {
  return u32(at.y) * numbers.window.x + u32(at.x);
}

@compute @workgroup_size(8, 8)
fn prepare(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= numbers.window)) { return; }
  let i = id.y * numbers.window.x + id.x;
  let sure = clamp(2.0 * planes[3u * numbers.window.x * numbers.window.y + i] - 1.0, 0.0, 1.0);
  if (is_finite(relief[i])) {
    pyramid[i] = vec2f(relief[i], sure * sure);
  } else {
    pyramid[i] = vec2f(0.0);
  }
}

@compute @workgroup_size(8, 8)
fn pull(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= level.coarse)) { return; }
  var sum = 0.0;
  var weight = 0.0;
  for (var y = 2u * id.y; y < min(2u * id.y + 2u, level.fine.y); y++) {
    for (var x = 2u * id.x; x < min(2u * id.x + 2u, level.fine.x); x++) {
      let fine = pyramid[level.fine_at + y * level.fine.x + x];
      sum += fine.y * fine.x;
      weight += fine.y;
    }
  }
  let mean = select(0.0, sum / max(weight, 1e-30), weight > 0.0);
  pyramid[level.coarse_at + id.y * level.coarse.x + id.x] = vec2f(mean, min(weight, 1.0));
}

fn coarse_value(x: u32, y: u32) -> f32 {
  return pyramid[level.coarse_at + y * level.coarse.x + x].x;
}

@compute @workgroup_size(8, 8)
fn push(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= level.fine)) { return; }
  let i = level.fine_at + id.y * level.fine.x + id.x;
  let own = pyramid[i];
  if (own.y >= 1.0) { return; }
  let at = (vec2f(id.xy) - 0.5) / 2.0;
  let first = min(vec2u(max(at, vec2f(0.0))), level.coarse - 1u);
  let second = min(first + 1u, level.coarse - 1u);
  let share = clamp(at - vec2f(first), vec2f(0.0), vec2f(1.0));
  let above = mix(coarse_value(first.x, first.y), coarse_value(second.x, first.y), share.x);
  let below = mix(coarse_value(first.x, second.y), coarse_value(second.x, second.y), share.x);
  pyramid[i].x = mix(mix(above, below, share.y), own.x, own.y);
}

@compute @workgroup_size(8, 8)
fn fit(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= numbers.window)) { return; }
  let plane = numbers.window.x * numbers.window.y;
  let least = max(vec2i(id.xy) - numbers.radius, vec2i(0));
  let most = min(vec2i(id.xy) + numbers.radius, window_size() - 1);
  var weight = 0.0;
  var guide_sum = vec3f(0.0);
  var squares = vec3f(0.0);   // red x red, green x green, blue x blue
  var products = vec3f(0.0);  // red x green, red x blue, green x blue
  var value_sum = 0.0;
  var value_products = vec3f(0.0);
  for (var y = least.y; y <= most.y; y++) {
    for (var x = least.x; x <= most.x; x++) {
      let i = window_index(vec2i(x, y));
      let sample = pyramid[i];
      let w = max(sample.y, numbers.least_weight);
      let cover = max(planes[3u * plane + i], numbers.least_guide_mask);
      let guide = vec3f(planes[i], planes[plane + i], planes[2u * plane + i]) / cover;
      weight += w;
      guide_sum += w * guide;
      squares += w * guide * guide;
      products += w * guide.xxy * guide.yzz;
      value_sum += w * sample.x;
      value_products += w * sample.x * guide;
    }
  }
  let mean = guide_sum / weight;
  let value = value_sum / weight;
  let variance = squares / weight - mean * mean + numbers.epsilon;
  let covariance = products / weight - mean.xxy * mean.yzz;
  let with_value = value_products / weight - mean * value;
  // The inverse of the symmetric matrix, by cofactors.
  let rr = variance.x; let gg = variance.y; let bb = variance.z;
  let rg = covariance.x; let rb = covariance.y; let gb = covariance.z;
  let irr = gg * bb - gb * gb;
  let irg = gb * rb - rg * bb;
  let irb = rg * gb - gg * rb;
  let igg = rr * bb - rb * rb;
  let igb = rb * rg - rr * gb;
  let ibb = rr * gg - rg * rg;
  let determinant = rr * irr + rg * irg + rb * irb;
  let slope = vec3f(
    dot(vec3f(irr, irg, irb), with_value),
    dot(vec3f(irg, igg, igb), with_value),
    dot(vec3f(irb, igb, ibb), with_value)) / determinant;
  raw[window_index(vec2i(id.xy))] = vec4f(slope, value - dot(slope, mean));
}

// The smallest and the largest value of the neighborhood.
fn range_around(at: vec2i, radius: i32) -> vec2f {
  var range = vec2f(pyramid[window_index(at)].x);
  let least = max(at - radius, vec2i(0));
  let most = min(at + radius, window_size() - 1);
  for (var y = least.y; y <= most.y; y++) {
    for (var x = least.x; x <= most.x; x++) {
      let value = pyramid[window_index(vec2i(x, y))].x;
      range = vec2f(min(range.x, value), max(range.y, value));
    }
  }
  return range;
}

@compute @workgroup_size(8, 8)
fn smooth_fit(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= numbers.window)) { return; }
  let at = vec2i(id.xy);
  let least = max(at - numbers.radius, vec2i(0));
  let most = min(at + numbers.radius, window_size() - 1);
  var sum = vec4f(0.0);
  for (var y = least.y; y <= most.y; y++) {
    for (var x = least.x; x <= most.x; x++) { sum += raw[window_index(vec2i(x, y))]; }
  }
  let count = (most - least + 1).x * (most - least + 1).y;
  let i = window_index(at);
  // Color matters only where the values change much.
  let wide = range_around(at, 2);
  let color_weight = clamp((wide.y - wide.x - numbers.flat_below) / (numbers.edge_from - numbers.flat_below), 0.0, 1.0);
  coefficients[i] = color_weight * sum / f32(count) + vec4f(0.0, 0.0, 0.0, (1.0 - color_weight) * pyramid[i].x);
  ranges[i] = range_around(at, 1);
}

fn value_of(metres_there: f32) -> f32 {
  let range = numbers.max_depth - numbers.min_depth;
  let above = metres_there / 2.0 - numbers.min_depth;
  if (range > 0.0) { return clamp(above / range, 0.0, 1.0); }
  return select(0.0, 1.0, above > 0.0);
}

@compute @workgroup_size(8, 8)
fn apply(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= numbers.picture)) { return; }
  let i = id.y * numbers.picture.x + id.x;
  let x = select(id.x, numbers.picture.x - 1u - id.x, numbers.mirrored != 0u);
  let to = id.y * numbers.picture.x + x;
  if (!(mask[i] > 0.0)) {
    values[to] = 0.0;
    metres[to] = NAN_BITS;
    return;
  }
  let scale = vec2f(numbers.window) / numbers.crop.zw;
  let at = clamp((vec2f(id.xy) + 0.5 - numbers.crop.xy) * scale - 0.5, vec2f(0.0), vec2f(numbers.window - 1u));
  let first = min(vec2i(at), max(window_size() - 2, vec2i(0)));
  let second = min(first + 1, window_size() - 1);
  let share = at - vec2f(first);
  let corners = array<u32, 4>(
    window_index(first), window_index(vec2i(second.x, first.y)),
    window_index(vec2i(first.x, second.y)), window_index(second));
  let fitted = mix(mix(coefficients[corners[0]], coefficients[corners[1]], share.x),
                   mix(coefficients[corners[2]], coefficients[corners[3]], share.x), share.y);
  let range = mix(mix(ranges[corners[0]], ranges[corners[1]], share.x),
                  mix(ranges[corners[2]], ranges[corners[3]], share.x), share.y);
  let relief_there = clamp(dot(fitted, vec4f(unpack4x8unorm(picture[i]).rgb, 1.0)), range.x, range.y);
  let metres_there = max(numbers.head_metres + numbers.metres_per_relief * relief_there, numbers.nearest_metres);
  metres[to] = bitcast<u32>(metres_there);
  values[to] = select(0.0, value_of(metres_there), mask[i] >= numbers.person_mask);
}
