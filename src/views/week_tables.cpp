#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"
#include "offex/market/instant.hpp"
#include "offex/render/day_axis.hpp"

#include "views/number_text_internal.hpp"
#include "views/spread_places_internal.hpp"
#include "views/week_internal.hpp"

namespace offex::views {
namespace {

using render::Ink;
using render::Place;

constexpr std::size_t kMostLines = 16;

/// Weeks that have a line in the table, the newest first.
std::vector<const DrawerWeek*> lines_of(const WeekFigureData& data) {
  std::vector<const DrawerWeek*> out;
  for (std::size_t i = data.weeks.size(); i > 0 && out.size() < kMostLines; --i) {
    const DrawerWeek& week = data.weeks[i - 1];
    const bool is_open = week.state == WeekState::Pending || week.state == WeekState::Running;
    if (!is_open && std::isnan(week.nowcast) && std::isnan(week.share)) continue;
    out.push_back(&week);
  }
  return out;
}

double step_of(double span) {
  for (const double step : {0.01, 0.02, 0.05, 0.1, 0.2}) {
    if (span / step <= 4.5) return step;
  }
  return 0.5;
}

std::string due_text(const DrawerWeek& week) {
  if (week.state == WeekState::Running) return "running";
  const market::Instant due = market::weekly_publication(week.monday, week.tier);
  return "due " + short_day(market::to_new_york(due).day);
}

/// A table whose left half is drawn to scale.
class NowcastTable {
 public:
  NowcastTable(std::vector<const DrawerWeek*> lines, double inches) : lines_{std::move(lines)} {
    for (const DrawerWeek* week : lines_) {
      for (const double value :
           {week->share, week->nowcast, week->nowcast_low, week->nowcast_high}) {
        if (std::isnan(value)) continue;
        low_ = std::min(low_, value);
        high_ = std::max(high_, value);
      }
    }
    if (low_ > high_) low_ = high_ = 0.5;
    const double room = std::max(0.08 * (high_ - low_), 0.004);
    low_ -= room;
    high_ += room;
    per_inch_ = (high_ - low_) / (inches - kWords);
  }

  [[nodiscard]] render::Panel panel() && {
    render::Panel out{.title = ""};
    out.x = {.low = low_, .high = high_ + kWords * per_inch_};
    const double step = step_of(high_ - low_);
    for (double at = std::ceil(low_ / step) * step; at <= high_; at += step) {
      out.x.ticks.push_back({at, fmt::format("{:.0f}%", 100.0 * at)});
    }
    const double empty = static_cast<double>(kLeastLines) - static_cast<double>(lines_.size());
    out.y = {.low = -0.6 - std::max(empty, 0.0),
             .high = static_cast<double>(lines_.size()) + 0.1,
             .grid = false};
    heads();
    for (std::size_t line = 0; line < lines_.size(); ++line) {
      const auto y = static_cast<double>(lines_.size() - 1 - line);
      out.y.ticks.push_back({y, short_day(lines_[line]->monday)});
      add(*lines_[line], y);
    }
    out.marks = {std::move(open_), std::move(whiskers_), std::move(expected_),
                 std::move(published_), std::move(texts_)};
    return out;
  }

 private:
  static constexpr double kWords = 2.55;  // inches of the columns of text
  static constexpr double kPublished = 0.85, kExpected = 1.65, kMissed = 2.4;  // right ends

  void word(double inches, double y, std::string text, Ink ink, bool bold = false,
            double size = 0.88) {
    texts_.texts.push_back({.x = high_ + inches * per_inch_,
                            .y = y,
                            .text = std::move(text),
                            .place = Place::Left,
                            .ink = ink,
                            .size = size,
                            .bold = bold});
  }

  void heads() {
    const double y = static_cast<double>(lines_.size()) - 0.25;
    word(kPublished, y, "published", Ink::Quiet, false, 0.78);
    word(kExpected, y, "expected", Ink::Quiet, false, 0.78);
    word(kMissed, y, "missed", Ink::Quiet, false, 0.78);
  }

  void add(const DrawerWeek& week, double y) {
    const bool is_open = week.state == WeekState::Pending || week.state == WeekState::Running;
    if (!std::isnan(week.nowcast_low) && !std::isnan(week.nowcast_high)) {
      if (is_open) {
        open_.boxes.push_back({.x_low = week.nowcast_low,
                               .x_high = week.nowcast_high,
                               .y_low = y - 0.32,
                               .y_high = y + 0.32,
                               .ink = Ink::Shade2,
                               .hatched = true});
      } else {
        whiskers_.segments.push_back({.x_low = week.nowcast_low,
                                      .y_low = y,
                                      .x_high = week.nowcast_high,
                                      .y_high = y,
                                      .ink = Ink::Shade3,
                                      .width = 3.0});
      }
    }
    expected_.x.push_back(week.nowcast);
    expected_.y.push_back(y);
    published_.x.push_back(week.share);
    published_.y.push_back(y);
    word(kPublished, y, is_open ? due_text(week) : percent_text(week.share),
         is_open ? Ink::Quiet : Ink::Text, !is_open);
    word(kExpected, y, percent_text(week.nowcast), Ink::Text);
    const double missed = week.nowcast - week.share;
    word(kMissed, y, std::isnan(missed) ? "" : signed_text(100.0 * missed, 1), Ink::Text);
  }

  std::vector<const DrawerWeek*> lines_;
  double low_{std::numeric_limits<double>::infinity()};
  double high_{-std::numeric_limits<double>::infinity()};
  double per_inch_{1.0};
  render::Boxes open_{};
  render::Segments whiskers_{};
  render::Points expected_{.x = {}, .y = {}, .ink = Ink::Shade1, .shape = render::Shape::Ring};
  render::Points published_{.x = {}, .y = {}, .ink = Ink::Shade1, .size = 0.8};
  render::Texts texts_{};
};

struct Part {
  const char* name;
  double DrawerWeek::* share;
  Ink ink;
};
constexpr std::array<Part, 3> kParts{{{"ATS", &DrawerWeek::ats, Ink::Shade1},
                                      {"Wholesalers", &DrawerWeek::wholesaler, Ink::Shade2},
                                      {"Other", &DrawerWeek::other, Ink::Shade3}}};

bool has_mix(const DrawerWeek& week) {
  return std::ranges::none_of(kParts,
                              [&](const Part& part) { return std::isnan(week.*part.share); });
}

void add_bar(const DrawerWeek& week, double x, render::Boxes& boxes) {
  const bool is_open = week.state == WeekState::Pending || week.state == WeekState::Running;
  if (is_open && !has_mix(week)) {
    boxes.boxes.push_back({.x_low = x - 0.4,
                           .x_high = x + 0.4,
                           .y_low = 0.0,
                           .y_high = 1.0,
                           .ink = Ink::Shade3,
                           .hatched = true});
  }
  if (!has_mix(week)) return;
  double low = 0.0;
  for (const Part& part : kParts) {
    const double high = low + week.*part.share;
    boxes.boxes.push_back(
        {.x_low = x - 0.4, .x_high = x + 0.4, .y_low = low, .y_high = high, .ink = part.ink});
    low = high;
  }
}

render::Texts mix_names(const DrawerWeek& newest, double x) {
  std::vector<double> wanted;
  double low = 0.0;
  for (const Part& part : kParts) {
    wanted.push_back(low + newest.*part.share / 2);
    low += newest.*part.share;
  }
  const std::vector<double> at = spread_places(wanted, 0.085, 0.03, 0.97);
  render::Texts out;
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    out.texts.push_back(
        {.x = x,
         .y = at[i],
         .text = fmt::format("{} {:.0f}%", kParts[i].name, 100.0 * newest.*kParts[i].share),
         .place = Place::Right,
         .ink = i == 0 ? Ink::Text : Ink::Quiet,
         .size = 0.88,
         .bold = i == 0});
  }
  return out;
}

}  // namespace

std::size_t nowcast_lines(const WeekFigureData& data) { return lines_of(data).size(); }

render::Panel nowcast_panel(const WeekFigureData& data, double inches) {
  const std::string title = "Published against expected share";
  std::vector<const DrawerWeek*> lines = lines_of(data);
  if (lines.empty()) {
    return empty_week_panel(title, "no daily totals to expect from: offex sync short bars");
  }
  render::Panel out = NowcastTable{std::move(lines), inches}.panel();
  out.title = title;
  if (data.score.weeks > 1 && !std::isnan(data.score.error)) {
    out.note = fmt::format("mean error {:.1f} points", 100.0 * data.score.error);
  }
  return out;
}

render::Panel mix_panel(const WeekFigureData& data, double inches) {
  const std::string title = "Who traded off exchange";
  if (std::ranges::none_of(data.weeks, has_mix)) {
    return empty_week_panel(title, "no rows that tell firms apart: offex sync weekly");
  }
  render::Panel out{.title = title};
  out.x = render::day_axis(mondays_of(data), inches);
  out.x.grid = false;
  out.y = {.low = 0.0, .high = 1.0, .unit = render::Unit::Percent};
  out.y.title = "of off-exchange volume";
  render::Boxes boxes;
  const DrawerWeek* newest = nullptr;
  bool is_open = false;
  for (std::size_t week = 0; week < data.weeks.size(); ++week) {
    add_bar(data.weeks[week], static_cast<double>(week), boxes);
    if (has_mix(data.weeks[week])) newest = &data.weeks[week];
    is_open = is_open || data.weeks[week].state == WeekState::Pending ||
              data.weeks[week].state == WeekState::Running;
  }
  if (is_open) out.note = "hatched: pending";
  out.marks.emplace_back(std::move(boxes));
  out.marks.emplace_back(mix_names(*newest, *out.x.high + 0.1));
  return out;
}

}  // namespace offex::views
