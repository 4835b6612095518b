#include "photo3d/border_outline.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

#include "portrait_depth/segmentation.hpp"

namespace portrait_depth {
namespace {

constexpr float kMostSlope = 1.2f;  // outlines nearly along the border show no continuation

// The matte as seen from a border: row 0 is the border's, columns run along it.
class BorderRows {
 public:
  BorderRows(PlaneView<const float> alpha, BorderSide side) : alpha_(alpha), side_(side) {}

  int columns() const { return is_across(side_) ? alpha_.height() : alpha_.width(); }
  int rows() const { return is_across(side_) ? alpha_.width() : alpha_.height(); }
  float operator()(int column, int row) const {
    const int line = is_high(side_) ? rows() - 1 - row : row;
    return is_across(side_) ? alpha_(line, column) : alpha_(column, line);
  }

  // The place where alpha passes the outline's value between two columns, from their pixels' middles.
  std::optional<float> crossing(int column, int row, bool rises) const {
    const float first = (*this)(column, row), second = (*this)(column + 1, row);
    if ((first < kPersonMask) == (second < kPersonMask) || (second > first) != rises) return std::nullopt;
    return static_cast<float>(column) + 0.5f + (kPersonMask - first) / (second - first);
  }

 private:
  PlaneView<const float> alpha_;
  BorderSide side_;
};

// The crossing nearest to a place, within the reach of one row.
std::optional<float> nearest_crossing(const BorderRows& rows, float along, int row, bool rises) {
  constexpr int kReach = 3;  // columns
  const int middle = static_cast<int>(along - 0.5f);
  std::optional<float> nearest;
  for (int column = std::max(0, middle - kReach); column <= std::min(rows.columns() - 2, middle + kReach);
       ++column)
    if (const auto place = rows.crossing(column, row, rises);
        place && (!nearest || std::abs(*place - along) < std::abs(*nearest - along)))
      nearest = place;
  return nearest;
}

// The outline's direction by least squares through its place at the border. Short outlines have none.
float outline_slope(const BorderRows& rows, float along, int depth, bool rises) {
  constexpr int kFewest = 3;  // rows
  float place = along, products = 0, squares = 0;
  int row = 1;
  for (; row < std::min(depth, rows.rows()); ++row) {
    const auto next = nearest_crossing(rows, place, row, rises);
    if (!next) break;
    place = *next;
    products += static_cast<float>(row) * (along - place);
    squares += static_cast<float>(row * row);
  }
  return row > kFewest ? std::clamp(products / squares, -kMostSlope, kMostSlope) : 0;
}

}  // namespace

BorderOutline::BorderOutline(PlaneView<const float> alpha, BorderSide side, int depth, float reach) {
  const BorderRows rows(alpha, side);
  const int last = rows.columns() - 1;
  if (last < 1) return;
  // The border of the neighboring side goes on straight, so that both borders meet at the corner.
  lines_.push_back({0, 0, true});
  for (int column = 0; column < last; ++column)
    for (const bool rises : {false, true})
      if (const auto along = rows.crossing(column, 0, rises))
        lines_.push_back({*along, outline_slope(rows, *along, depth, rises), false});
  lines_.push_back({static_cast<float>(last + 1), 0, true});
  keep_apart(static_cast<float>(depth), reach);
}

// Neighbors that would come closer than half their distance are turned to each other's direction, as far as
// needed.
void BorderOutline::keep_apart(float depth, float reach) {
  constexpr int kMostRounds = 16;
  constexpr float kNearest = 0.5f, kTolerance = 1e-3f;  // of the distance at the border
  for (int round = 0; round < kMostRounds; ++round) {
    bool is_apart = true;
    for (std::size_t i = 1; i < lines_.size(); ++i) {
      Line &a = lines_[i - 1], &b = lines_[i];
      const float room = kNearest * (b.along - a.along), opening = b.slope - a.slope;
      const float excess = opening - std::clamp(opening, -room / reach, room / depth);
      if (std::abs(excess) * reach <= kTolerance * room) continue;
      is_apart = false;
      const float share = a.is_corner ? 0.0f : b.is_corner ? 1.0f : 0.5f;  // of the first line
      a.slope += share * excess;
      b.slope -= (1 - share) * excess;
    }
    if (is_apart) return;
  }
  for (Line& line : lines_) line.slope = 0;
}

float BorderOutline::slope_at(float along) const {
  if (lines_.empty()) return 0;
  const auto next = std::lower_bound(lines_.begin(), lines_.end(), along,
                                     [](const Line& line, float value) { return line.along < value; });
  if (next == lines_.begin()) return next->slope;
  if (next == lines_.end()) return lines_.back().slope;
  const Line &a = *(next - 1), &b = *next;
  return a.slope + (b.slope - a.slope) * (along - a.along) / (b.along - a.along);
}

float BorderOutline::continued(float along, float inwards, float outwards) const {
  constexpr int kRounds = 4;  // the place at the border of the line through the point, by fixed point
  float at_border = along;
  for (int round = 0; round < kRounds; ++round) at_border = along + slope_at(at_border) * inwards;
  return at_border + slope_at(at_border) * outwards;
}

}  // namespace portrait_depth
