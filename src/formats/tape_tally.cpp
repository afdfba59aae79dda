#include <algorithm>
#include <limits>

#include "offex/base/multiversion.hpp"
#include "offex/market/instant.hpp"

#include "formats/tape_tally_internal.hpp"

namespace offex::formats {
namespace {

// Without initialisers: clang loses a constructor that only clones call.
struct TimeSpan {
  std::int64_t first;
  std::int64_t last;
};

OFFEX_WIDE_CLONES TimeSpan span_of(const std::int64_t* times, std::size_t count) {
  TimeSpan out{.first = std::numeric_limits<std::int64_t>::max(),
               .last = std::numeric_limits<std::int64_t>::min()};
  for (std::size_t i = 0; i < count; ++i) {
    out.first = times[i] < out.first ? times[i] : out.first;
    out.last = times[i] > out.last ? times[i] : out.last;
  }
  return out;
}

}  // namespace

const TapeTally::Window& TapeTally::window_of(std::int64_t time) {
  if (time >= window_.begin && time < window_.end) return window_;
  const market::Day day = market::to_new_york(market::Instant::from_nanos(time)).day;
  window_ = {.day = day,
             .begin = market::from_new_york(day, 0).nanos(),
             .end = market::from_new_york(day, 24).nanos()};
  return window_;
}

void TapeTally::add(std::span<const columns::TapeRun> runs, std::span<const std::int64_t> times,
                    std::span<const std::int64_t> sip_times) {
  for (const columns::TapeRun& run : runs) {
    if (run.symbol == last_symbol_) continue;
    ++sum_.symbols;
    last_symbol_ = run.symbol;
  }
  if (times.empty()) return;
  sum_.rows += times.size();
  const TimeSpan span = span_of(times.data(), times.size());
  sum_.first_ns = std::min(span.first, sum_.first_ns.value_or(span.first));
  sum_.last_ns = std::max(span.last, sum_.last_ns.value_or(span.last));
  const TimeSpan sip = span_of(sip_times.data(), sip_times.size());
  sum_.first_sip_ns = std::min(sip.first, sum_.first_sip_ns.value_or(sip.first));
  sum_.last_sip_ns = std::max(sip.last, sum_.last_sip_ns.value_or(sip.last));
  const Window& first = window_of(span.first);
  if (span.last < first.end) {
    rows_of_day_[first.day] += times.size();
    return;
  }
  for (const std::int64_t time : times) ++rows_of_day_[window_of(time).day];
}

TapeSummary TapeTally::summary() const {
  TapeSummary out = sum_;
  for (const auto& [day, rows] : rows_of_day_) out.days.push_back({.day = day, .rows = rows});
  // The earlier of two days with as many rows.
  const auto most =
      std::ranges::max_element(rows_of_day_, {}, [](const auto& entry) { return entry.second; });
  if (most != rows_of_day_.end()) out.day = most->first;
  return out;
}

}  // namespace offex::formats
