#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>

#include "offex/market/calendar.hpp"

#include "views/ticker_internal.hpp"

namespace offex::views {
namespace {

using Value = TickerValue;

/// The slots of one week in the series of a ticker.
struct Span {
  std::size_t first, end;
};

std::vector<Span> weeks_of(const std::vector<market::Day>& days) {
  std::vector<Span> out;
  for (std::size_t i = 0; i < days.size(); ++i) {
    const bool starts = i == 0 || market::week_start(days[i]) != market::week_start(days[i - 1]);
    if (starts) out.push_back({i, i});
    out.back().end = i + 1;
  }
  return out;
}

double first_of(const Series& series, Span span) {
  for (std::size_t i = span.first; i < span.end; ++i) {
    if (!std::isnan(series[i])) return series[i];
  }
  return kMissing;
}

double last_of(const Series& series, Span span) {
  for (std::size_t i = span.end; i > span.first; --i) {
    if (!std::isnan(series[i - 1])) return series[i - 1];
  }
  return kMissing;
}

/// The value that is preferred to all others; a missing one never is.
template <class Better>
double best_of(const Series& series, Span span, Better better) {
  double out = kMissing;
  for (std::size_t i = span.first; i < span.end; ++i) {
    if (std::isnan(series[i])) continue;
    if (std::isnan(out) || better(series[i], out)) out = series[i];
  }
  return out;
}

/// Sums of both over the sessions that have both; so is their ratio that of the same sessions.
double ratio_of_sums(const Series& above, const Series& below, Span span) {
  double top = 0.0;
  double bottom = 0.0;
  for (std::size_t i = span.first; i < span.end; ++i) {
    if (std::isnan(above[i]) || std::isnan(below[i])) continue;
    top += above[i];
    bottom += below[i];
  }
  const double out = top / bottom;
  return bottom > 0.0 && out <= 1.0 ? out : kMissing;
}

double sum_of(const Series& series, Span span) {
  double out = kMissing;
  for (std::size_t i = span.first; i < span.end; ++i) {
    if (!std::isnan(series[i])) out = std::isnan(out) ? series[i] : out + series[i];
  }
  return out;
}

bool has_any_in(const Series& series, Span span) { return !std::isnan(first_of(series, span)); }

/// Buys less sells of the week, of both.
double balance_of(const TickerData& daily, Span span) {
  const double buy = sum_of(daily[Value::LitBuy], span);
  const double sell = sum_of(daily[Value::LitSell], span);
  return (buy - sell) / (buy + sell);
}

double value_of(const TickerData& daily, Value value, Span span) {
  const Series& series = daily[value];
  switch (value) {
    case Value::Open:
      return first_of(series, span);
    case Value::High:
      return best_of(series, span, [](double a, double b) { return a > b; });
    case Value::Low:
      return best_of(series, span, [](double a, double b) { return a < b; });
    case Value::Volume:
    case Value::ShortVolume:
    case Value::TotalVolume:
    case Value::LitBuy:
    case Value::LitSell:
    case Value::LitUnclassified:
      return sum_of(series, span);
    case Value::OffexShare:
      return ratio_of_sums(daily[Value::TotalVolume], daily[Value::Volume], span);
    case Value::ShortRatio:
      return ratio_of_sums(daily[Value::ShortVolume], daily[Value::TotalVolume], span);
    case Value::LitImbalance:
      return has_any_in(series, span) ? balance_of(daily, span) : kMissing;
    case Value::ZR:
    case Value::ZV:
    case Value::ZP:
    case Value::ZShare:
    case Value::ZLit:
      return best_of(series, span, [](double a, double b) { return std::fabs(a) > std::fabs(b); });
    default:
      return last_of(series, span);
  }
}

std::string last_label(const std::vector<std::string>& labels, Span span) {
  for (std::size_t i = span.end; i > span.first; --i) {
    if (!labels[i - 1].empty()) return labels[i - 1];
  }
  return "";
}

/// The first session of a week whose ratio is held against its past: no later one may judge the
/// week, because its past holds a part of it.
std::optional<std::size_t> first_judged(const TickerData& daily, Span span) {
  for (std::size_t i = span.first; i < span.end; ++i) {
    if (!std::isnan(daily[Value::ShortChange][i])) return i;
  }
  return std::nullopt;
}

/// Holds the week's ratio against what its first judged session is held against.
void judge_week(const TickerData& daily, Span span, TickerData& out) {
  const auto judged = first_judged(daily, span);
  const double middle =
      judged ? daily[Value::ShortRatio][*judged] - daily[Value::ShortChange][*judged] : kMissing;
  out[Value::ShortChange].back() = out[Value::ShortRatio].back() - middle;
  out[Value::ShortLow].back() = judged ? daily[Value::ShortLow][*judged] : kMissing;
  out[Value::ShortHigh].back() = judged ? daily[Value::ShortHigh][*judged] : kMissing;
}

}  // namespace

Slots slots_of(const TickerData& data, market::Day first, market::Day last) {
  if (data.by_week) {
    first = market::week_start(first);
    last = market::week_start(last);
  }
  const auto begin = std::ranges::lower_bound(data.days, first);
  const auto end = std::ranges::upper_bound(data.days, last);
  return {begin - data.days.begin(), end - data.days.begin() - 1};
}

Slots slots_of(const TickerData& data, const TickerWeek& week, WeekTime time) {
  if (time == WeekTime::Event) return slots_of(data, week.monday, week.monday.plus(6));
  if (!week.published) return {};
  // Published when no session was, it counts from the next one.
  const market::Day eve = week.published->plus(-1);
  const auto first = market::session_after(eve);
  const auto last = market::session_after(eve, data.by_week ? 1 : kKnownSessions);
  if (!first || !last) return {};
  Slots out = slots_of(data, *first, *last);
  // It is the newest week known until the next one comes out.
  for (const TickerWeek& other : data.weeks) {
    if (!other.published || other.monday <= week.monday) continue;
    const auto next = market::session_after(other.published->plus(-1));
    if (next && *next <= *last)
      out.last = std::min(out.last, slots_of(data, *next, *next).first - 1);
  }
  return out;
}

Series positions(const TickerData& data) {
  Series out(data.days.size());
  std::iota(out.begin(), out.end(), 0.0);
  return out;
}

bool has_any(const Series& series) {
  return std::ranges::any_of(series, [](double value) { return !std::isnan(value); });
}

TickerData by_week(const TickerData& daily) {
  const std::vector<Span> weeks = weeks_of(daily.days);
  TickerData out = daily;
  out.by_week = true;
  out.days.clear();
  out.label.clear();
  out.hits.clear();
  for (Series& series : out.values) series.clear();
  for (const Span span : weeks) {
    for (std::size_t value = 0; value < kTickerValues; ++value) {
      out.values[value].push_back(value_of(daily, static_cast<Value>(value), span));
    }
    for (const TickerHit& hit : daily.hits) {
      if (hit.slot < span.first || hit.slot >= span.end) continue;
      out.hits.push_back({out.days.size(), hit.z_v, hit.z_r});
    }
    out.days.push_back(market::week_start(daily.days[span.first]));
    out.label.push_back(last_label(daily.label, span));
    judge_week(daily, span, out);
  }
  return out;
}

}  // namespace offex::views
