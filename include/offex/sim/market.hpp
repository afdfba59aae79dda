#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"

namespace offex::sim {

/// Name of the simulated index. A fund of the same name tracks it in the bars.
inline constexpr const char* kIndexName = "SIMX";

/// What to simulate. Equal specs give equal files, on every machine.
struct MarketSpec {
  std::size_t symbols{300};  ///< listed securities; a few OTC names come on top
  int days{60};              ///< sessions, the newest is `last_day`
  std::uint64_t seed{1};
  /// Does not follow the clock, so that a demo always shows the same. 60 sessions that end here
  /// span the break of 2026-02-23, when share volumes became fractional.
  market::Day last_day{market::Day::from_days(20560)};  // 2026-04-17
  /// Shares of a trade on average, at least 20. A larger one makes a shorter tape: trade counts
  /// follow it everywhere, volumes nowhere.
  double trade_size{110.0};
};

/// How to write it.
struct WriteOptions {
  bool replace{false};       ///< remove an earlier simulated market in the same folder first
  bool compress_bars{true};  ///< flat files of bars and tape as .csv.gz, else .csv
  bool grouped_json{false};  ///< also the grouped daily replies, the same bars in JSON
  bool weekly{true};         ///< weekly summaries of all complete weeks
  /// Newest complete weeks whose rows by firm are written as well: they are most of the bytes.
  std::size_t firm_weeks{13};
  bool reference{true};  ///< directory, exchanges, conditions, short interest, threshold list, API
  std::size_t tape_days{0};     ///< newest sessions with trades, quotes and minute bars
  std::size_t tape_symbols{8};  ///< most active listed names; a quarter of them names in an episode
  bool tape_quotes{true};       ///< else the tape has trades and minute bars only
  std::size_t rest_symbols{3};  ///< names of the tape that also come as REST pages
  std::size_t rest_page_rows{5'000};  ///< trades or quotes of a REST page, at most 50,000
  /// Called after each session with the number done and the number of all.
  std::function<void(std::size_t, std::size_t)> progress{};
};

/// Where the files are and how many. A folder whose part was not asked for, or has nothing to
/// show (a market shorter than a week has no weekly file), does not exist.
struct WrittenMarket {
  market::DayRange sessions;
  std::filesystem::path short_dir;     ///< CNMS, FNSQ, FNYX, FNQC, FNRA and FORF files
  std::filesystem::path bars_dir;      ///< day flat files, in the vendor's folders
  std::filesystem::path grouped_dir;   ///< empty unless asked for
  std::filesystem::path constituents;  ///< index_symbol,symbol,from,to; both ends included
  std::filesystem::path securities;    ///< name, type, sector, market value of each symbol
  std::filesystem::path
      corrections_dir;          ///< corrected short files of one session, to be read later
  std::filesystem::path truth;  ///< injected episodes: symbol,first,last,kind,strength
  market::Day corrected_day;

  /// Pages of weeklySummary of weeks and tiers that are public on the last day.
  std::filesystem::path weekly_dir;
  std::filesystem::path weekly_later_dir;     ///< the same, published after the last day
  std::filesystem::path weekly_restated_dir;  ///< changed rows of one week, to be read later
  /// `OTC_ats_` and `OTC_non_ats_` downloads of the newest week that all tiers have published.
  std::filesystem::path weekly_download_dir;
  std::filesystem::path ats_zip_dir;  ///< the second seed's ATS_W_Summary archives, all tiers
  std::vector<market::Day> weeks;     ///< Mondays of the complete weeks, published or not

  std::filesystem::path tape_dir;          ///< trades, quotes, minute bars in the vendor's folders
  std::filesystem::path truth_trades_dir;  ///< side of every continuous trade on an exchange
  std::vector<market::Day> tape_days;
  std::vector<std::string> tape_symbols;  ///< in the order of the files

  std::filesystem::path rest_dir;       ///< REST pages: trades, quotes, minute, daily
  std::filesystem::path reference_dir;  ///< all files of reference data
  std::filesystem::path finra_api_dir;  ///< regShoDaily, short interest and threshold list

  std::uint64_t files{0};
  std::uint64_t rows{0};
  std::uint64_t tape_rows{0};  ///< trades and quotes in flat files, part of `rows`
  std::uint64_t bytes{0};      ///< before compression
};

/// Writes a simulated market in the published formats below `out_dir`, one session after the other.
///
/// All parts agree. The facility files of a day add up exactly to its CNMS file, consolidated
/// volume is never below FINRA's total, and exempt <= short <= total in every row. Weekly rows by
/// symbol are the sums of those by firm and hold the facilities' totals of the week plus the hours
/// before and after. The counted trades of a tape give the day's bar and, in regular hours, the
/// facilities' totals, to a millionth of a share. Uses a second thread; memory is bounded by the
/// day of the most active symbol. A spec that cannot be met is InvalidArgument, as is a folder that
/// already holds a market unless `replace` is set.
[[nodiscard]] Result<WrittenMarket> write_market(const MarketSpec& spec,
                                                 const std::filesystem::path& out_dir,
                                                 const WriteOptions& options = {});

}  // namespace offex::sim
