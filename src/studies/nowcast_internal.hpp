#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/panel.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/metric_panels.hpp"

namespace offex::studies {

/// Weeks before the told one that its ratio and its interval may look at.
inline constexpr std::size_t kNowcastReach = 13;
/// Published weeks of a symbol in its ratio, the newest of those within reach.
inline constexpr std::size_t kNowcastWeeks = 8;
/// A past nowcast looked as far back as this one.
inline constexpr std::size_t kNowcastWarmUp = 2 * kNowcastReach;
/// Weeks from which a symbol's own ratio and spread say something of its tier.
inline constexpr std::size_t kNowcastFull = 2;
/// Such symbols that a tier needs to tell how far its ratios lie apart.
inline constexpr std::size_t kNowcastTier = 8;
/// Past errors without which there is no interval.
inline constexpr std::size_t kNowcastErrors = 10;
/// The part of past errors that the interval holds.
inline constexpr double kNowcastLevel = 0.8;
/// Spread below which errors are not told apart, and the least half of an interval: a hundredth of
/// a percent.
inline constexpr double kNowcastLeastScale = 1e-4;

/// What is known of some weeks, which follow each other, over (weeks x symbols). Volumes are
/// millionths of a share, exact below 2^53; NaN is missing.
struct NowcastInputs {
  NowcastInputs(std::vector<market::Day> mondays, std::size_t symbols);

  std::vector<market::Day> weeks;
  std::vector<int> sessions;           ///< by week
  std::vector<int> sessions_used;      ///< sessions whose files are there
  std::vector<market::Day> evenings;   ///< the last session of each week
  std::vector<std::uint8_t> running;   ///< 1: sessions are still to come
  columns::Panel finra;                ///< FINRA totals of the sessions used
  columns::Panel consolidated;         ///< bars of the same sessions
  columns::Panel published;            ///< ATS and non-ATS, or the total of the weekly table
  columns::Panel week_consolidated;    ///< bars of all sessions of the week
  columns::Panel available;            ///< day of first publication of any weekly row
  std::vector<std::string> tiers;      ///< FINRA's names, sorted
  std::vector<std::int16_t> tier;      ///< by cell, place in `tiers`; -1: none
  std::vector<market::Day> new_rules;  ///< Mondays from which earlier ratios do not count, sorted

  [[nodiscard]] std::size_t num_symbols() const { return finra.num_symbols(); }
};

/// Positions in the words of `status`.
enum class WeekStatus : std::uint8_t { Published, Pending, Running };

/// What was expected of the weeks from `first` on, over (weeks x symbols).
struct NowcastPanels {
  NowcastPanels(std::size_t weeks, std::size_t symbols);

  std::vector<WeekStatus> status;  ///< by cell
  std::vector<std::int16_t> tier;  ///< by cell, of the newest week that was public; -1: none
  columns::Panel ratio, ratio_weeks;
  columns::Panel volume, share, low, high;
  columns::Panel published_share, error, inside;
  columns::Panel last_week;  ///< place in the weeks of the inputs
  columns::Panel last_share;
};

/// Computes the weeks from `first` on; those before are warm-up.
///
/// With kNowcastWarmUp weeks before it (or all there are) a week's result equals that of any longer
/// computation bit for bit, and nothing that was published after the evening of its last session
/// alters the nowcast of a published week.
[[nodiscard]] NowcastPanels compute_nowcast(const NowcastInputs& inputs, std::size_t first);

/// Returns the Mondays of the weeks in which the breaks that bear on the ratio fall.
[[nodiscard]] std::vector<market::Day> nowcast_breaks();

/// Returns the Mondays of all weeks that can be told: from the first week with a weekly fact to the
/// week of the newest FINRA file. Empty without the one or the other.
[[nodiscard]] Result<std::vector<market::Day>> nowcast_grid(const store::Reader& reader,
                                                            std::optional<market::Instant> as_of);

/// Loads the weeks of `mondays`, which follow each other, for the symbols of `axis`.
[[nodiscard]] Result<NowcastInputs> load_nowcast(const store::Reader& reader, const Axis& axis,
                                                 std::span<const market::Day> mondays,
                                                 std::optional<market::Instant> as_of);

}  // namespace offex::studies
