#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offex/columns/batch.hpp"
#include "offex/market/day.hpp"
#include "offex/render/table_view.hpp"

namespace offex::cli {

/// Returns from the first to the last of the newest `count` weeks of any ticker: one that skips a
/// week shows fewer rows. Nothing without a row.
[[nodiscard]] std::optional<market::DayRange> newest_weeks(const columns::Batch& weekly, int count);

/// Returns the rows of `weekly` in `weeks` with what was expected of them, and a row for each week
/// from then on that is not published yet. Both batches by symbol, then week.
[[nodiscard]] columns::Batch weeks_with_nowcast(const columns::Batch& weekly,
                                                const columns::Batch& nowcast,
                                                const market::DayRange& weeks);

/// Returns the rows of `nowcast` that were published and had been expected.
[[nodiscard]] columns::Batch judged_weeks(const columns::Batch& nowcast);

/// Returns the first `count` venues of the newest week of each symbol.
[[nodiscard]] columns::Batch top_venues(const columns::Batch& venues, int count);

/// Returns a line for each of the first tickers: how far its nowcasts were off.
[[nodiscard]] std::vector<std::string> score_notes(const columns::Batch& scores);

/// Returns how the columns that `offex week` adds to the weekly metrics are shown.
[[nodiscard]] std::vector<render::ColumnFormat> week_formats();

}  // namespace offex::cli
