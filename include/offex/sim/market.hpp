#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>

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
};

/// How to write it.
struct WriteOptions {
  bool replace{false};       ///< remove an earlier simulated market in the same folder first
  bool compress_bars{true};  ///< day flat files as .csv.gz, else .csv
  bool grouped_json{false};  ///< also the grouped daily replies, the same bars in JSON
  /// Called after each session with the number done and the number of all.
  std::function<void(std::size_t, std::size_t)> progress{};
};

/// Where the files are and how many.
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
  std::uint64_t files{0};
  std::uint64_t rows{0};
  std::uint64_t bytes{0};  ///< before compression
};

/// Writes a simulated market in the published formats below `out_dir`, one session after the other.
///
/// The facility files of a day add up exactly to its CNMS file, consolidated volume is never below
/// FINRA's total, and exempt <= short <= total in every row. A spec that cannot be met is
/// InvalidArgument, as is a folder that already holds a market unless `replace` is set.
[[nodiscard]] Result<WrittenMarket> write_market(const MarketSpec& spec,
                                                 const std::filesystem::path& out_dir,
                                                 const WriteOptions& options = {});

}  // namespace offex::sim
