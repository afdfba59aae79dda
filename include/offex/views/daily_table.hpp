#pragma once

#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/instant.hpp"
#include "offex/render/table_view.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/build.hpp"
#include "offex/views/week_time.hpp"

namespace offex::views {

/// What is joined to the daily rows.
struct WeeklyParts {
  columns::Batch weekly{};    ///< of studies::weekly_metrics
  columns::Batch nowcasts{};  ///< of studies::nowcast; may be empty
  WeekTime time{WeekTime::Event};
  market::Instant asked_at{};  ///< nothing published later is in `weekly`
};

/// Adds weekly columns to rows of `daily_metrics`, by symbol and `trade_date`: otc_share,
/// otc_share_z, ats_share, otc_volume, otc_week_used (the Monday), otc_status, has_otc,
/// nowcast_share, nowcast_share_low, nowcast_share_high.
///
/// By event, a day has the figures of its own week once that is published, and never those of
/// another one. `otc_status` is PUBLISHED then; PENDING while the rule or a nowcast says that the
/// week is still to come out, with the nowcast in its own columns; else NONE. By publication, a
/// day has the newest week that came out on it or on the four sessions before, else NONE; a
/// release at 16:00 is known on its own day.
[[nodiscard]] columns::Batch with_weeks(columns::Batch daily, const WeeklyParts& parts);

struct DailyRequest {
  studies::MetricsRequest metrics{};
  WeekTime time{WeekTime::Event};
  market::Instant asked_at{};  ///< `metrics.as_of`, or what the clock says
};

struct DailyTable {
  columns::Batch rows;  ///< all columns; under `v2` with those of with_weeks
  WeeklyParts parts;
};

/// Answers `offex show`. No row is an empty batch.
[[nodiscard]] Result<DailyTable> daily_table(const store::Reader& reader,
                                             const DailyRequest& request);

/// Returns the columns of a version that are shown unless others are asked for, commas between.
[[nodiscard]] std::string_view daily_columns(std::string_view version);

/// Returns how the rows are shown: title, formats with sections and means, the panel above, what
/// the columns in `shown` mean, denominator and coverage. \param shown the chosen columns
[[nodiscard]] render::TableView daily_view(const DailyTable& table, const columns::Batch& shown,
                                           std::string_view version);

}  // namespace offex::views
