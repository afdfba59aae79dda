#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "offex/kernels/order_statistics.hpp"
#include "offex/render/day_axis.hpp"

#include "views/week_internal.hpp"

namespace offex::views {
namespace {

using render::Ink;
using render::Place;

constexpr double kLowestRank = 10.0;  // drawn; a venue beyond it leaves the panel
constexpr double kLetter = 0.0145;    // of the width of the plane
constexpr double kLine = 0.045;       // of its height

/// A week that has both a share and a trade size.
struct Spot {
  market::Day monday;
  double size, share;
};

std::vector<Spot> spots_of(const WeekFigureData& data) {
  std::vector<Spot> out;
  for (const DrawerWeek& week : data.weeks) {
    if (std::isnan(week.share) || std::isnan(week.trade_size)) continue;
    out.push_back({.monday = week.monday, .size = week.trade_size, .share = week.share});
  }
  return out;
}

/// A range around values, at least `least` long, with room on both sides.
std::pair<double, double> widened(double low, double high, double least, double part) {
  const double lack = std::max(least - (high - low), 0.0) / 2;
  const double room = part * (high - low + 2 * lack);
  return {low - lack - room, high + lack + room};
}

/// The trail of a ticker through the plane, the older the paler.
class Trail {
 public:
  explicit Trail(std::vector<Spot> spots) : spots_{std::move(spots)} {}

  void draw(render::Panel& out) {
    range(out);
    halves(out);
    words();
    for (std::size_t i = 1; i < spots_.size(); ++i) {
      trail_.segments.push_back({.x_low = spots_[i - 1].size,
                                 .y_low = spots_[i - 1].share,
                                 .x_high = spots_[i].size,
                                 .y_high = spots_[i].share,
                                 .ink = ink_of(i),
                                 .width = 0.8 + age(i)});
    }
    out.marks.emplace_back(std::move(trail_));
    points(out);
    names();
    out.marks.emplace_back(std::move(texts_));
  }

 private:
  /// 0 for the oldest, 1 for the newest.
  [[nodiscard]] double age(std::size_t i) const {
    return spots_.size() < 2 ? 1.0
                             : static_cast<double>(i) / static_cast<double>(spots_.size() - 1);
  }
  [[nodiscard]] Ink ink_of(std::size_t i) const {
    return age(i) > 0.7 ? Ink::Shade1 : age(i) > 0.35 ? Ink::Shade2 : Ink::Shade3;
  }

  void range(render::Panel& out) {
    const auto by_size = std::ranges::minmax(spots_, {}, &Spot::size);
    const auto by_share = std::ranges::minmax(spots_, {}, &Spot::share);
    // Room for the words in the corners.
    std::tie(x_low_, x_high_) =
        widened(by_size.min.size, by_size.max.size, 0.05 * by_size.max.size, 0.14);
    std::tie(y_low_, y_high_) = widened(by_share.min.share, by_share.max.share, 0.01, 0.2);
    out.x.low = x_low_;
    out.x.high = x_high_;
    out.y.low = y_low_;
    out.y.high = y_high_;
  }

  void halves(render::Panel& out) const {
    std::vector<double> sizes;
    std::vector<double> shares;
    for (const Spot& spot : spots_) {
      sizes.push_back(spot.size);
      shares.push_back(spot.share);
    }
    out.marks.emplace_back(render::Rule{
        .at = kernels::median(sizes), .vertical = true, .ink = Ink::Shade3, .width = 1.0});
    out.marks.emplace_back(
        render::Rule{.at = kernels::median(shares), .ink = Ink::Shade3, .width = 1.0});
  }

  void words() {
    const double left = x_low_ + 0.015 * (x_high_ - x_low_);
    const double right = x_high_ - 0.015 * (x_high_ - x_low_);
    const double top = y_high_ - 0.045 * (y_high_ - y_low_);
    const double bottom = y_low_ + 0.045 * (y_high_ - y_low_);
    const auto word = [&](double x, double y, const char* text, Place place) {
      texts_.texts.push_back(
          {.x = x, .y = y, .text = text, .place = place, .ink = Ink::Quiet, .bold = true});
    };
    word(left, top, "retail-like", Place::Right);
    word(right, top, "block-like", Place::Left);
    word(left, bottom, "fragmented", Place::Right);
    word(right, bottom, "quiet", Place::Left);
  }

  void points(render::Panel& out) const {
    for (const Ink ink : {Ink::Shade3, Ink::Shade2, Ink::Shade1}) {
      render::Points points{.x = {}, .y = {}, .ink = ink};
      for (std::size_t i = 0; i < spots_.size(); ++i) {
        if (ink_of(i) != ink) continue;
        points.x.push_back(spots_[i].size);
        points.y.push_back(spots_[i].share);
        points.sizes.push_back(i + 1 == spots_.size() ? 1.7 : 0.6 + 0.4 * age(i));
      }
      if (!points.x.empty()) out.marks.emplace_back(std::move(points));
    }
  }

  /// Names the newest week, and the oldest where the two do not meet.
  void names() {
    const Spot& newest = spots_.back();
    name(newest, Ink::Text, true);
    const Spot& oldest = spots_.front();
    const bool apart = std::fabs(oldest.size - newest.size) > 0.12 * (x_high_ - x_low_) ||
                       std::fabs(oldest.share - newest.share) > 0.08 * (y_high_ - y_low_);
    if (spots_.size() > 1 && apart) name(oldest, Ink::Quiet, false);
  }
  void name(const Spot& spot, Ink ink, bool bold) {
    const std::string text = short_day(spot.monday);
    const double wide = kLetter * static_cast<double>(text.size()) * (x_high_ - x_low_);
    const double high = kLine * (y_high_ - y_low_);
    render::Text best{.x = 0.0, .y = 0.0, .text = text, .ink = ink, .size = 0.9, .bold = bold};
    std::size_t least = std::numeric_limits<std::size_t>::max();
    for (const double up : {1.0, -1.0, 0.0}) {
      for (const bool right : {true, false}) {
        const double x = spot.size + (right ? 1.0 : -1.0) * 0.022 * (x_high_ - x_low_);
        const double y = spot.share + up * 0.9 * high;
        const double left = right ? x : x - wide;
        const std::size_t covered = covered_by(left, left + wide, y - high / 2, y + high / 2);
        if (covered >= least) continue;
        least = covered;
        best.x = x;
        best.y = y;
        best.place = right ? Place::Right : Place::Left;
      }
    }
    texts_.texts.push_back(std::move(best));
  }

  /// How much of the trail a rectangle covers.
  [[nodiscard]] std::size_t covered_by(double left, double right, double low, double high) const {
    constexpr int kSteps = 60;
    std::size_t out = 0;
    if (left < x_low_ || right > x_high_) out += kSteps;
    for (std::size_t i = 1; i < spots_.size(); ++i) {
      for (int step = 0; step <= kSteps; ++step) {
        const double part = static_cast<double>(step) / kSteps;
        const double x = std::lerp(spots_[i - 1].size, spots_[i].size, part);
        const double y = std::lerp(spots_[i - 1].share, spots_[i].share, part);
        if (x > left && x < right && y > low && y < high) ++out;
      }
    }
    return out;
  }

  std::vector<Spot> spots_;
  double x_low_{0.0}, x_high_{1.0}, y_low_{0.0}, y_high_{1.0};
  render::Segments trail_;
  render::Texts texts_;
};

Ink ink_of(VenueSort sort) {
  switch (sort) {
    case VenueSort::Ats:
      return Ink::Shade1;
    case VenueSort::Wholesaler:
      return Ink::Shade2;
    case VenueSort::Other:
      return Ink::Shade3;
  }
  return Ink::Shade3;
}

/// The last rank that the panel has a line for.
double lowest_rank(const WeekFigureData& data) {
  double out = 3.0;
  for (const DrawerVenue& venue : data.venues) {
    for (const double rank : venue.ranks) out = std::isnan(rank) ? out : std::max(out, rank);
  }
  return std::min(out, kLowestRank);
}

void add_venue(const DrawerVenue& venue, double per_inch, render::Panel& out,
               render::Texts& names) {
  constexpr std::size_t kLongestName = 26;
  render::Line line{.x = {}, .y = {}, .ink = ink_of(venue.sort), .width = 2.4};
  render::Points points{.x = {}, .y = {}, .ink = ink_of(venue.sort), .size = 0.9};
  double last = 0.0;
  double rank = DrawerWeek::kMissing;
  for (std::size_t week = 0; week < venue.ranks.size(); ++week) {
    const double here = venue.ranks[week];
    const bool shown = here <= kLowestRank;
    line.x.push_back(static_cast<double>(week));
    line.y.push_back(shown ? -here : DrawerWeek::kMissing);
    if (!shown) continue;
    last = static_cast<double>(week);
    rank = here;
  }
  points.x = line.x;
  points.y = line.y;
  out.marks.emplace_back(std::move(line));
  out.marks.emplace_back(std::move(points));
  names.texts.push_back({.x = last + 0.14 * per_inch,
                         .y = -rank,
                         .text = shortened(venue.name, kLongestName),
                         .place = Place::Right,
                         .ink = venue.sort == VenueSort::Ats ? Ink::Text : Ink::Quiet,
                         .size = 0.82,
                         .bold = venue.sort == VenueSort::Ats});
}

}  // namespace

render::Panel size_panel(const WeekFigureData& data) {
  const std::string title = "Share against trade size";
  std::vector<Spot> spots = spots_of(data);
  if (spots.empty()) {
    const bool published = std::ranges::any_of(
        data.weeks, [](const DrawerWeek& week) { return week.state == WeekState::Published; });
    return empty_week_panel(title, published ? "no daily volume of these weeks: offex sync bars"
                                             : "no published week: offex sync weekly");
  }
  render::Panel out{.title = title};
  out.y.unit = render::Unit::Percent;
  out.y.title = "of consolidated volume";
  out.x.unit = render::Unit::Short;
  out.x.title = "shares a trade";
  Trail{std::move(spots)}.draw(out);
  return out;
}

render::Panel rank_panel(const WeekFigureData& data, double inches) {
  const std::string title = "Ranks of venues";
  if (data.venues.empty()) {
    return empty_week_panel(title, "no rows by venue: offex sync weekly");
  }
  render::Panel out{.title = title, .note = "dark: ATS · middle: wholesaler · pale: other"};
  out.x = render::day_axis(mondays_of(data), inches);
  out.x.grid = false;
  const double lowest = lowest_rank(data);
  out.y.low = -lowest - 0.6;
  out.y.high = -0.4;
  for (int rank = 1; rank <= static_cast<int>(lowest); ++rank) {
    out.y.ticks.push_back({-static_cast<double>(rank), std::to_string(rank)});
  }
  const double per_inch = (*out.x.high - *out.x.low) / inches;
  render::Texts names;
  // The largest is drawn last, on top.
  for (std::size_t i = std::min(data.venues.size(), kDrawerVenues); i > 0; --i) {
    add_venue(data.venues[i - 1], per_inch, out, names);
  }
  out.marks.emplace_back(std::move(names));
  return out;
}

}  // namespace offex::views
