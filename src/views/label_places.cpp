#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "offex/render/text_width.hpp"

#include "views/label_places_internal.hpp"

namespace offex::views {
namespace {

constexpr double kSize = 0.85;
constexpr double kCharacter = 0.0755 * kSize;  // inches
constexpr double kHeight = 0.14;
constexpr double kAway = 0.09;  // of a label from its point
constexpr double kDot = 0.05;   // half of a point, kept free

/// A rectangle in inches from the lower left corner of the area.
struct Patch {
  double left, right, low, high;

  [[nodiscard]] bool meets(const Patch& other) const {
    return left < other.right && other.left < right && low < other.high && other.low < high;
  }
};

class Places {
 public:
  explicit Places(const PlotArea& area) : area_{area} {}

  [[nodiscard]] double across(double x) const {
    return (x - area_.x_low) / (area_.x_high - area_.x_low) * area_.width;
  }
  [[nodiscard]] double up(double y) const {
    return (y - area_.y_low) / (area_.y_high - area_.y_low) * area_.height;
  }
  [[nodiscard]] double x_at(double inches) const {
    return area_.x_low + inches / area_.width * (area_.x_high - area_.x_low);
  }
  [[nodiscard]] double y_at(double inches) const {
    return area_.y_low + inches / area_.height * (area_.y_high - area_.y_low);
  }
  void take(const Patch& patch) { taken_.push_back(patch); }
  void take_dot(double x, double y) {
    take({across(x) - kDot, across(x) + kDot, up(y) - kDot, up(y) + kDot});
  }
  [[nodiscard]] bool is_free(const Patch& patch) const {
    if (patch.left < 0.0 || patch.right > area_.width || patch.low < 0.0 ||
        patch.high > area_.height) {
      return false;
    }
    return std::ranges::none_of(taken_, [&](const Patch& other) { return patch.meets(other); });
  }

 private:
  PlotArea area_;
  std::vector<Patch> taken_;
};

/// Where a label may stand, seen from its point, in steps of kAway; the best first.
struct Try {
  render::Place place;
  double across, up;
};
constexpr std::array<Try, 12> kTries{{{render::Place::Right, 1.0, 0.0},
                                      {render::Place::Left, -1.0, 0.0},
                                      {render::Place::Right, 0.6, 1.2},
                                      {render::Place::Right, 0.6, -1.2},
                                      {render::Place::Left, -0.6, 1.2},
                                      {render::Place::Left, -0.6, -1.2},
                                      {render::Place::Centre, 0.0, 1.6},
                                      {render::Place::Centre, 0.0, -1.6},
                                      {render::Place::Right, 0.8, 2.4},
                                      {render::Place::Right, 0.8, -2.4},
                                      {render::Place::Left, -0.8, 2.4},
                                      {render::Place::Left, -0.8, -2.4}}};

Patch patch_of(const Places& places, const render::Text& text) {
  const double wide =
      kCharacter * (text.bold ? 1.12 : 1.0) * static_cast<double>(render::display_width(text.text));
  const double x = places.across(text.x);
  const double y = places.up(text.y);
  const double left = text.place == render::Place::Right  ? x
                      : text.place == render::Place::Left ? x - wide
                                                          : x - wide / 2;
  return {left, left + wide, y - kHeight / 2, y + kHeight / 2};
}

/// The first free place beside a point.
std::optional<render::Text> label_in(const Places& places, const NamedPoint& point) {
  for (const Try& attempt : kTries) {
    render::Text out{.x = places.x_at(places.across(point.x) + attempt.across * kAway),
                     .y = places.y_at(places.up(point.y) + attempt.up * kAway),
                     .text = point.name,
                     .place = attempt.place,
                     .ink = point.ink,
                     .size = kSize,
                     .bold = point.bold};
    if (places.is_free(patch_of(places, out))) return out;
  }
  return std::nullopt;
}

}  // namespace

render::Texts place_labels(const std::vector<NamedPoint>& points, const render::Points& dots,
                           const PlotArea& area) {
  Places bare{area};
  for (const NamedPoint& point : points) bare.take_dot(point.x, point.y);
  Places crowded = bare;
  for (std::size_t i = 0; i < dots.x.size(); ++i) crowded.take_dot(dots.x[i], dots.y[i]);
  render::Texts out;
  for (const NamedPoint& point : points) {
    std::optional<render::Text> text = label_in(crowded, point);
    if (!text && point.bold) text = label_in(bare, point);
    if (!text) continue;
    for (Places* places : {&bare, &crowded}) places->take(patch_of(*places, *text));
    out.texts.push_back(std::move(*text));
  }
  return out;
}

}  // namespace offex::views
