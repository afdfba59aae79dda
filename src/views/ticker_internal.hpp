#pragma once

#include <limits>
#include <vector>

#include "offex/views/ticker_figure.hpp"

namespace offex::views {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// The first and the last slot of something; none when `last` is before `first`.
struct Slots {
  std::ptrdiff_t first{0}, last{-1};
  [[nodiscard]] bool empty() const { return last < first; }
};

/// Returns the slots of the sessions from `first` on to `last`.
[[nodiscard]] Slots slots_of(const TickerData& data, market::Day first, market::Day last);

/// Returns where a week's numbers stand; `Known` moves published weeks to the five sessions from
/// publication, and gives others none.
[[nodiscard]] Slots slots_of(const TickerData& data, const TickerWeek& week, WeekTime time);

/// Whether a panel of the request needs it.
[[nodiscard]] bool wants(const TickerRequest& request, TickerPanel panel);

/// Adds the weeks of all tickers: published shares, their past, the mix, what is expected.
[[nodiscard]] Result<void> load_weeks(const store::Reader& reader, const TickerRequest& request,
                                      std::vector<TickerData>& tickers);

/// Makes one panel, without its horizontal axis.
[[nodiscard]] render::Panel ticker_panel(const TickerData& data, TickerPanel panel, WeekTime time);
/// Panels of flows and scores: a part of `ticker_panel`.
[[nodiscard]] render::Panel flow_panel(const TickerData& data, TickerPanel panel, WeekTime time);

/// Returns 0, 1, 2, ... for the slots.
[[nodiscard]] Series positions(const TickerData& data);

/// Whether any value is there.
[[nodiscard]] bool has_any(const Series& series);

}  // namespace offex::views
