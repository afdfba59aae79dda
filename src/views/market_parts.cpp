#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"
#include "offex/market/calendar.hpp"

#include "views/market_parts_internal.hpp"

namespace offex::views {
namespace {

using market::Day;

constexpr double kLabelInches = 0.155;  // height of a label with some air

/// The session on which the options of a month expire: its third Friday, or the one before.
Day expiry_of(Day day) {
  market::CivilDate date = day.civil();
  date.day = 15;
  Day friday = Day::from_civil(date);
  while (friday.weekday() != market::Weekday::Friday) friday = friday.plus(1);
  while (!market::is_session(friday)) friday = friday.plus(-1);
  return friday;
}

bool ends_quarter(Day session) {
  const unsigned month = session.civil().month;
  if (month % 3 != 0) return false;
  const auto next = market::session_after(session);
  return next && next->civil().month != month;
}

bool is_shaded(Day session) {
  if (!market::calendar_range().contains(session)) return false;
  return session == expiry_of(session) || ends_quarter(session);
}

}  // namespace

TimePoints::TimePoints(std::vector<Day> sessions) : weekly_{sessions.size() > kDailySessions} {
  for (const Day day : sessions) {
    const bool same =
        weekly_ && !days_.empty() && market::week_start(days_.back()) == market::week_start(day);
    if (same) {
      days_.back() = day;
    } else {
      days_.push_back(day);
    }
    point_.push_back(days_.size() - 1);
  }
}

std::vector<double> TimePoints::x() const {
  std::vector<double> out(size());
  std::iota(out.begin(), out.end(), 0.0);
  return out;
}

std::vector<double> TimePoints::means(std::span<const double> by_session) const {
  std::vector<double> sums(size(), 0.0);
  std::vector<double> counts(size(), 0.0);
  for (std::size_t i = 0; i < point_.size(); ++i) {
    if (std::isnan(by_session[i])) continue;
    sums[point_[i]] += by_session[i];
    counts[point_[i]] += 1.0;
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sums[i] = counts[i] > 0.0 ? sums[i] / counts[i] : kMissing;
  }
  return sums;
}

std::optional<TimePoints::Span> TimePoints::span(Day first, Day last) const {
  const auto begin = std::ranges::lower_bound(days_, first);
  if (begin == days_.end()) return std::nullopt;
  const auto from = static_cast<std::size_t>(begin - days_.begin());
  // A point of a week holds all of its days.
  const Day from_day = weekly_ ? market::week_start(days_[from]) : days_[from];
  if (from_day > last) return std::nullopt;
  auto end = std::ranges::upper_bound(days_, last);
  if (weekly_ && end != days_.end() && market::week_start(*end) <= last) ++end;
  const auto past = static_cast<std::size_t>(end - days_.begin());
  return Span{from, std::max(past, from + 1) - 1};
}

std::vector<double> by_session(const columns::Batch& rows, std::string_view column,
                               std::span<const Day> sessions, std::optional<GroupKey> group) {
  std::vector<double> out(sessions.size(), kMissing);
  if (rows.find(column) == nullptr) return out;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    if (group && (columns::text_of(rows, "group_kind", row) != group->kind ||
                  columns::text_of(rows, "group_name", row) != group->name)) {
      continue;
    }
    const auto at = std::ranges::lower_bound(sessions, *columns::day_of(rows, "trade_date", row));
    if (at == sessions.end() || *at != *columns::day_of(rows, "trade_date", row)) continue;
    out[static_cast<std::size_t>(at - sessions.begin())] = columns::number_of(rows, column, row);
  }
  return out;
}

std::vector<Day> days_in(const columns::Batch& rows, std::string_view column) {
  std::vector<Day> out;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    if (const auto day = columns::day_of(rows, column, row)) out.push_back(*day);
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

render::Boxes calendar_shades(const TimePoints& time, Limits limits) {
  render::Boxes out;
  // Half of the weeks of some years have one: at that scale they say nothing.
  if (time.weekly()) return out;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (!is_shaded(time.days()[i])) continue;
    const auto at = static_cast<double>(i);
    out.boxes.push_back({.x_low = at - 0.5,
                         .x_high = at + 0.5,
                         .y_low = limits.low,
                         .y_high = limits.high,
                         .ink = render::Ink::Band});
  }
  return out;
}

std::string_view shades_text() {
  return "Shaded days: options expire (third Fridays), or a quarter ends and indexes and funds are "
         "rebalanced.";
}

render::Boxes signed_bars(std::span<const double> values, const std::vector<bool>* coloured) {
  render::Boxes out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    const auto at = static_cast<double>(i);
    const bool grey = coloured != nullptr && !(*coloured)[i];
    out.boxes.push_back({.x_low = at - 0.38,
                         .x_high = at + 0.38,
                         .y_low = std::min(values[i], 0.0),
                         .y_high = std::max(values[i], 0.0),
                         .ink = grey              ? render::Ink::Shade3
                                : values[i] < 0.0 ? render::Ink::Negative
                                                  : render::Ink::Positive});
  }
  return out;
}

render::Panel empty_panel(std::string title, std::string_view why) {
  render::Panel out{.title = std::move(title)};
  out.empty = std::string{why};
  for (render::Axis* axis : {&out.x, &out.y}) {
    axis->labels = false;
    axis->grid = false;
  }
  return out;
}

Limits limits_of(const std::vector<std::span<const double>>& values, bool zero) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const std::span<const double> part : values) {
    for (const double value : part) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (low > high) return {0.0, 1.0};
  if (zero) {
    low = std::min(low, 0.0);
    high = std::max(high, 0.0);
  }
  const double margin = high > low ? 0.07 * (high - low) : std::max(0.05 * std::fabs(high), 0.01);
  return {zero && low == 0.0 ? 0.0 : low - margin, zero && high == 0.0 ? 0.0 : high + margin};
}

void add_line(render::Line line, std::vector<render::Mark>& marks) {
  render::Points alone{.x = {}, .y = {}, .ink = line.ink, .size = 0.8};
  const auto is_there = [&](std::size_t i) { return i < line.y.size() && !std::isnan(line.y[i]); };
  for (std::size_t i = 0; i < line.y.size(); ++i) {
    if (!is_there(i) || is_there(i + 1) || (i > 0 && is_there(i - 1))) continue;
    alone.x.push_back(line.x[i]);
    alone.y.push_back(line.y[i]);
  }
  marks.emplace_back(std::move(line));
  if (!alone.x.empty()) marks.emplace_back(std::move(alone));
}

std::vector<double> spread(std::span<const double> wanted, double gap) {
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::less{}, [&](std::size_t i) { return wanted[i]; });
  // Neighbours that are too close become one pile around the mean of where they want to be.
  struct Pile {
    std::vector<std::size_t> members;
    double centre;
    [[nodiscard]] double half(double g) const {
      return 0.5 * g * static_cast<double>(members.size());
    }
  };
  std::vector<Pile> piles;
  for (const std::size_t i : order) {
    piles.push_back({{i}, wanted[i]});
    while (piles.size() > 1) {
      Pile& below = piles[piles.size() - 2];
      const Pile& above = piles.back();
      if (above.centre - above.half(gap) >= below.centre + below.half(gap)) break;
      const auto a = static_cast<double>(below.members.size());
      const auto b = static_cast<double>(above.members.size());
      below.centre = (a * below.centre + b * above.centre) / (a + b);
      below.members.insert(below.members.end(), above.members.begin(), above.members.end());
      piles.pop_back();
    }
  }
  std::vector<double> out(wanted.size());
  for (const Pile& pile : piles) {
    double at = pile.centre - pile.half(gap) + 0.5 * gap;
    for (const std::size_t i : pile.members) {
      out[i] = at;
      at += gap;
    }
  }
  return out;
}

render::Texts end_labels(std::vector<EndLabel> labels, double x, Limits limits, double inches) {
  std::erase_if(labels, [](const EndLabel& label) { return std::isnan(label.value); });
  std::vector<double> wanted;
  wanted.reserve(labels.size());
  for (const EndLabel& label : labels) {
    wanted.push_back(std::clamp(label.value, limits.low, limits.high));
  }
  const std::vector<double> at = spread(wanted, (limits.high - limits.low) * kLabelInches / inches);
  render::Texts out;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    out.texts.push_back({.x = x,
                         .y = at[i],
                         .text = std::move(labels[i].text),
                         .place = render::Place::Right,
                         .ink = labels[i].ink});
  }
  return out;
}

double last_of(std::span<const double> values) {
  for (std::size_t i = values.size(); i-- > 0;) {
    if (!std::isnan(values[i])) return values[i];
  }
  return kMissing;
}

bool any_value(std::span<const double> values) {
  return std::ranges::any_of(values, [](double value) { return !std::isnan(value); });
}

std::string dollars_text(double value) {
  static constexpr std::array<std::pair<double, std::string_view>, 4> kUnits{
      {{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e3, "k"}}};
  if (std::isnan(value)) return "–";
  for (const auto& [unit, letter] : kUnits) {
    if (value < 0.9995 * unit) continue;
    const double scaled = value / unit;
    return fmt::format("{:.{}f}{}", scaled, scaled < 9.95 ? 1 : 0, letter);
  }
  return fmt::format("{:.0f}", value);
}

}  // namespace offex::views
