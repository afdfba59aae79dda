#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/columns/panel.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/reader.hpp"
#include "offex/store/types.hpp"
#include "offex/studies/metric_panels.hpp"

namespace offex::studies {

/// Weeks of baseline before the judged one, and how many of them must have a value.
inline constexpr std::size_t kWeeklyWindow = 26;
inline constexpr std::size_t kWeeklyMinimum = 8;

/// One row of a weekly summary, with its week and symbol as places in the panels.
struct WeeklyRow {
  std::uint32_t week{0};
  std::uint32_t symbol{0};
  bool ats{false};
  bool firm{false};                      ///< a row of one venue, else of the symbol
  std::optional<std::int32_t> venue{};   ///< place in the venues
  std::optional<std::int32_t> tier{};    ///< place in the tiers
  std::optional<std::int64_t> shares{};  ///< millionths of a share
  std::optional<std::int64_t> trades{};
  std::optional<std::int64_t> total{};      ///< the week's total that ATS summary files name
  std::optional<std::int32_t> published{};  ///< days since 1970
  std::optional<std::int32_t> updated{};
  std::int64_t known_from{0};  ///< of its revision, microseconds since 1970
};

/// One row of the seed's weekly table: the off-exchange total alone.
struct WeeklyTableRow {
  std::uint32_t week{0};
  std::uint32_t symbol{0};
  std::string tier;  ///< empty: not told
  std::optional<std::int64_t> shares{};
  std::int64_t known_from{0};
};

/// ATS or non-ATS volume over (weeks x symbols). The rows of the symbol count; where there are
/// none, the sum of the rows of its venues; never both.
struct WeeklySide {
  WeeklySide() = default;
  WeeklySide(std::size_t weeks, std::size_t symbols);

  columns::Panel volume, trades;  ///< missing when a part is
  columns::Panel source;          ///< 0: rows of the symbol, 1: of its venues
  columns::Panel symbol_rows;     ///< number of rows of the symbol
  columns::Panel twice;           ///< 1: the symbol, or one of its venues, has several rows
  columns::Panel disagrees;       ///< 1: the venues do not add up to the symbol
  columns::Panel venues;          ///< number of named venues
  columns::Panel top_share;       ///< share of the largest named venue in the sum of all venues
  columns::Panel concentration;   ///< sum of the squared shares of named venues
  columns::Panel de_minimis;      ///< share of the bucket of small firms
  std::vector<std::string> top;   ///< the five largest as text, by cell; empty: none
};

/// Inputs of `weekly_metrics` over (weeks x symbols): millionths of a share, days, microseconds as
/// doubles, exact below 2^53; NaN is missing.
struct WeeklyInputs {
  WeeklyInputs(std::vector<market::Day> mondays, std::size_t symbols);

  std::vector<market::Day> weeks;
  std::vector<int> sessions;  ///< by week
  WeeklySide ats, non_ats;
  columns::Panel published, updated, restated;
  columns::Panel available;   ///< day of first publication, by the rule where no date is given
  columns::Panel known_from;  ///< of the newest revision that the summary rows come from
  columns::Panel reported_total;
  std::vector<std::string> tiers;  ///< by cell
  columns::Panel table_volume, table_available, table_known_from;
  columns::Panel consolidated, bars_known_from;

  [[nodiscard]] std::size_t num_symbols() const { return published.num_symbols(); }
};

/// Adds the rows of some weeks up. Rows that name a tier win over such that do not, so that two
/// sources of one week are not added. \pre `out` is empty there
void take_weekly_rows(std::span<const WeeklyRow> rows, std::span<const store::Venue> venues,
                      std::span<const std::string> tiers, WeeklyInputs& out);

/// Adds the rows of the seed's weekly table up over the tiers. \pre `out` is empty there
void take_weekly_table(std::span<const WeeklyTableRow> rows, WeeklyInputs& out);

/// Adds daily bars up to weeks.
///
/// The sum of a week is missing when a session has neither a bar of the symbol nor a file of the
/// whole market (in which a symbol that did not trade is absent), when a bar has no volume, and
/// when the symbol has no bar at all.
class WeeklyBars {
 public:
  WeeklyBars(std::span<const market::Day> mondays, std::size_t symbols);

  /// Tells that bars of a day are there. Days that are no session are left out.
  void add_day(market::Day day, bool whole_market, std::int64_t known_from);
  void add(market::Day day, std::size_t symbol, std::optional<std::int64_t> volume);
  /// Fills `consolidated` and `bars_known_from`.
  void finish(WeeklyInputs& out) const;

 private:
  static constexpr std::size_t kDays = 5;
  struct Session {
    bool whole_market{false};
    std::int64_t known_from{0};  // 0: no file
  };
  struct Cell {
    std::int64_t volume{0};
    std::uint8_t days{0};  // a bit a weekday
    bool incomplete{false};
  };
  struct Slot {
    std::size_t week;
    std::size_t weekday;
  };
  [[nodiscard]] std::optional<Slot> slot_of(market::Day day) const;

  std::span<const market::Day> mondays_;
  std::size_t symbols_;
  std::vector<std::uint8_t> is_session_;  // by week x weekday
  std::vector<Session> sessions_;
  std::vector<Cell> cells_;
};

/// The series that the z-scores of `weekly_metrics` judge, over (weeks x symbols).
struct WeeklySeries {
  columns::Panel log_volume;  ///< ln of off-exchange shares per session
  columns::Panel otc_share, ats_share;
  columns::Panel available;  ///< day of first publication

  /// Drops all but the last kWeeklyWindow weeks, puts `next` behind them and returns their number.
  std::size_t extend(const WeeklySeries& next);
};

[[nodiscard]] WeeklySeries weekly_series(const WeeklyInputs& inputs);

/// Returns for each week whether a change of what weekly numbers mean falls into it or into the
/// weeks of its baseline.
[[nodiscard]] std::vector<std::uint8_t> weekly_breaks(std::span<const market::Day> mondays);

/// Computes `weekly_metrics` v2 of the weeks of `inputs`, which are the rows `first` and later of
/// `series`; those before are warm-up.
///
/// A baseline holds the weeks before the judged one that were published no later than it: no week
/// looks ahead. With kWeeklyWindow warm-up weeks (or all there are) the result equals the same
/// weeks of any longer computation bit for bit.
[[nodiscard]] MetricPanels compute_weekly(const WeeklyInputs& inputs, const WeeklySeries& series,
                                          std::size_t first);

/// Returns the cells that have a row: any weekly row of the symbol; week by week.
[[nodiscard]] std::vector<std::size_t> weekly_cells(const WeeklyInputs& inputs);

struct WeeklyRequest {
  std::vector<market::Symbol> symbols{};    ///< empty: all
  std::optional<market::DayRange> weeks{};  ///< Mondays; empty: all
  std::optional<market::Instant> as_of{};   ///< use only what was known then
};

/// Computes `weekly_metrics` v2 in memory from the facts, as known at `as_of`, by the code that
/// builds the stored table. Rows by symbol, then week; the columns of the view.
[[nodiscard]] Result<columns::Batch> weekly_metrics(const store::Reader& reader,
                                                    const WeeklyRequest& request);

}  // namespace offex::studies
