#include "offex/studies/eval.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "studies/eval_internal.hpp"
#include "studies/scan_walk_internal.hpp"

namespace offex::studies {
namespace {

using columns::Panel;

/// Which sessions to judge, and how far beyond them prices are needed.
struct Span {
  std::vector<market::Day> days;
  std::size_t first{0};
  std::size_t end{0};
};

Result<Span> span_of(const store::Reader& reader, const EvalRequest& request) {
  OFFEX_ASSIGN(const std::vector<market::Day> all, trading_days(reader, request.as_of));
  const market::DayRange asked = request.days.value_or(
      all.empty() ? market::DayRange{} : market::DayRange{all.front(), all.back()});
  const auto place = [&](market::Day day) {
    return static_cast<std::size_t>(std::ranges::lower_bound(all, day) - all.begin());
  };
  const std::size_t first = place(asked.first);
  const std::size_t end = place(asked.last.plus(1));
  if (first >= end) {
    return fail(base::ErrorCode::NotFound, "no session of the store lies in these days");
  }
  const int furthest = std::max(request.options.horizons.back(), kDecayLags.back());
  const std::size_t begin = first - std::min<std::size_t>(first, 1);  // for the return of T itself
  const std::size_t stop = std::min(all.size(), end + static_cast<std::size_t>(furthest));
  return Span{{all.begin() + static_cast<std::ptrdiff_t>(begin),
               all.begin() + static_cast<std::ptrdiff_t>(stop)},
              first - begin,
              end - begin};
}

/// Forgets sessions at the end that have no price at all: their returns are not known yet.
Result<void> end_at_last_price(EvalPanels& panels) {
  std::size_t days = panels.days.size();
  const auto priced = [&](std::size_t day) {
    return std::ranges::any_of(panels.close.row(day), [](double close) { return close > 0.0; });
  };
  while (days > 0 && !priced(days - 1)) {
    --days;
  }
  if (days <= panels.first) {
    return fail(base::ErrorCode::NotFound,
                "the store has no prices of these sessions; an evaluation needs daily bars");
  }
  panels.days.resize(days);
  panels.end = std::min(panels.end, days);
  return {};
}

/// Removes the signal from names outside the universe of their day.
void keep_universe(const EvalWalk& walk, EvalPanels& panels) {
  const std::span<double> cells = panels.signal.cells();
  for (std::size_t cell = 0; cell < walk.universe.size(); ++cell) {
    if (walk.universe[cell] == 0 || !std::isfinite(cells[cell])) {
      cells[cell] = kEvalMissing;
    }
  }
}

std::string universe_text(const EvalRequest& request) {
  std::string out =
      fmt::format("price >= {}, baseline >= {}", request.min_price, request.min_baseline);
  const ScanFilter& filter = request.filter;
  if (filter.min_market_cap) {
    out += fmt::format(", market value >= {}", *filter.min_market_cap);
  }
  if (filter.min_dollar_volume) {
    out += fmt::format(", dollar volume >= {}", *filter.min_dollar_volume);
  }
  if (!filter.sector.empty()) {
    out += ", sector " + filter.sector;
  }
  return out;
}

/// The first and the last session with a signal.
Result<market::DayRange> judged_days(const EvalPanels& panels) {
  std::optional<market::DayRange> out;
  for (std::size_t day = panels.first; day < panels.end; ++day) {
    const auto there = [](double value) { return !std::isnan(value); };
    if (std::ranges::any_of(panels.signal.row(day), there)) {
      out = {out ? out->first : panels.days[day], panels.days[day]};
    }
  }
  if (!out) {
    return fail(base::ErrorCode::NotFound,
                "no name has this signal in these days within the bounds on price, baseline, "
                "market value and sector");
  }
  return *out;
}

Result<void> check_request(const EvalRequest& request) {
  const std::vector<int>& horizons = request.options.horizons;
  const bool sound = !horizons.empty() && horizons.front() >= 1 && horizons.back() <= kMaxHorizon &&
                     std::ranges::adjacent_find(horizons, std::greater_equal<>{}) == horizons.end();
  if (!sound) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("horizons are different numbers of sessions from 1 to {}, ascending",
                            kMaxHorizon));
  }
  return {};
}

}  // namespace

Result<EvalReport> evaluate(const store::Reader& reader, const EvalRequest& request) {
  OFFEX_TRY(check_request(request));
  OFFEX_ASSIGN(const SignalSource source, find_signal(request.signal));
  OFFEX_ASSIGN(Axis axis, store_axis(reader));
  OFFEX_ASSIGN(Span span, span_of(reader, request));
  axis.days = span.days;
  const std::size_t days = axis.days.size();
  const std::size_t symbols = axis.symbols.size();
  EvalPanels panels{.days = std::move(span.days),
                    .first = span.first,
                    .end = span.end,
                    .signal = Panel{days, symbols},
                    .open = Panel{days, symbols},
                    .close = Panel{days, symbols},
                    .broken = {}};
  OFFEX_TRY(load_prices(reader, axis, request.as_of, panels));
  OFFEX_TRY(end_at_last_price(panels));
  EvalReport out;
  out.signal = request.signal;
  out.universe = universe_text(request);
  if (source.kind == SignalKind::Scan) {
    out.version = kernels::surprise_version({});
  } else {
    OFFEX_ASSIGN(out.version, load_signal(reader, source, axis, request, panels));
  }
  OFFEX_ASSIGN(const EvalWalk walk, walk_sessions(reader, source, axis, request, panels));
  keep_universe(walk, panels);
  OFFEX_ASSIGN(out.days, judged_days(panels));
  OFFEX_ASSIGN(const std::vector<PriceAction> actions, load_actions(reader, axis, request.as_of));
  adjust_prices(actions, panels);
  out.sessions = walk.sessions;
  out.partial_days = walk.partial_days;
  out.unknown_days = walk.unknown_days;
  out.evaluation = evaluate(panels, request.options);
  if (request.events) {
    out.hits_version = kernels::surprise_version({});
    out.events = event_study(panels, walk.events, request.options);
  }
  return out;
}

}  // namespace offex::studies
