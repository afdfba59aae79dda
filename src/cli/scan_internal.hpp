#pragma once

#include <string>
#include <vector>

#include "offex/cli/invocation.hpp"
#include "offex/market/day.hpp"
#include "offex/render/table_view.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/scan_evening.hpp"

#include "cli/scan_filter_internal.hpp"

namespace offex::cli {

struct ScanArgs {
  std::string date{"last"};
  std::size_t top{50};
  std::string rank{"omnibus"};
  std::string score{"rv"};
  std::string short_z_source{"short_buy_sell_ratio_z"};
  double rate{0.0};  ///< 0: the default
  FilterArgs filter;
  bool explain{false};
  bool hits{false};
  bool wide{false};
  std::string columns;
  std::vector<std::string> tickers;
};

/// How the columns of a scan are shown to people.
[[nodiscard]] std::vector<render::ColumnFormat> scan_formats();

/// Adds the column `note`: plain words for a row that cannot be told from chance, and warnings.
void add_scan_notes(const studies::ScanResult& result, studies::RankBy by, columns::Batch& rows);

/// Name of the column that `add_scan_trend` adds; for people only.
inline constexpr std::string_view kScanTrend = "volume_trend";

/// Adds the off-exchange volume of the 20 sessions up to `day` as a sparkline of its logarithm.
/// More than 200 rows are left as they are.
[[nodiscard]] Result<void> add_scan_trend(const store::Reader& reader, market::Day day,
                                          market::Instant as_of, columns::Batch& rows);

/// Returns the one-line heading of a scan: names, tested, discoveries and how many are chance.
[[nodiscard]] std::string scan_title(const studies::ScanResult& result, studies::RankBy by);
/// Returns the lines below: what noise would give, why others are not tested, what is missing.
[[nodiscard]] std::vector<std::string> scan_notes(const studies::ScanResult& result,
                                                  studies::RankBy by);

/// `--score PhaseA_v1`: the seed's inclusive z-scores of a day.
[[nodiscard]] Result<void> run_seed_scan(const ScanArgs& args, market::Day day,
                                         Invocation& invocation, const store::Reader& reader);

}  // namespace offex::cli
