#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/columns/panel.hpp"
#include "offex/kernels/surprise_filter.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/scan.hpp"

namespace offex::studies {

/// What tickers can be held beside each other by.
enum class CompareMetric : std::uint8_t {
  ZR,
  ZV,
  ZP,
  ShortRatio,
  OffexShare,  ///< FINRA total / consolidated volume; null above 1
  Multiple,    ///< of the usual off-exchange volume
  Return1d,    ///< of unadjusted closes; null over a known or likely split
};
inline constexpr std::size_t kCompareMetrics = 7;
[[nodiscard]] std::string_view to_string(CompareMetric metric);  ///< "z_r"
[[nodiscard]] std::optional<CompareMetric> parse_compare_metric(std::string_view text);
/// Whether it is a normal score, so that a group of names has one, too.
[[nodiscard]] bool is_score(CompareMetric metric);

/// One symbol on one session; NaN is null.
struct CompareCell {
  CompareCell() { values.fill(columns::Panel::kMissing); }
  [[nodiscard]] double operator[](CompareMetric metric) const {
    return values[static_cast<std::size_t>(metric)];
  }

  std::array<double, kCompareMetrics> values{};
  bool scored{false};  ///< whether the rest says something
  Tag tag{Tag::None};
  std::uint8_t grade{0};
  std::int32_t streak{0};
  /// q of the omnibus test in the default family; NaN unless asked for, and outside the family.
  double q{columns::Panel::kMissing};
};

/// Tickers by session. Symbols stand by sector, and inside one as they were asked for; names
/// without a known sector come last.
struct Comparison {
  std::vector<market::Day> days;
  std::vector<market::Symbol> symbols;
  std::vector<std::string> sectors;  ///< by symbol, empty is not known
  std::vector<CompareCell> cells;    ///< symbol x days + day

  [[nodiscard]] const CompareCell& at(std::size_t symbol, std::size_t day) const {
    return cells[symbol * days.size() + day];
  }
};

struct CompareRequest {
  std::vector<market::Symbol> symbols;
  std::optional<market::DayRange> days{};  ///< empty: all
  std::optional<market::Instant> as_of{};  ///< use only what was known then
  kernels::SurpriseParameters parameters{};
  unsigned threads{1};
  bool ranked{false};  ///< also test the whole session, so that cells have a q
};

/// Computes what the scanner says of some symbols, from the facts.
[[nodiscard]] Result<Comparison> compare(const store::Reader& reader,
                                         const CompareRequest& request);

/// Returns one row a symbol: symbol, sector, a column for each session, then the newest value,
/// streak, tag and grade of the last session. The last row, "all", holds the score of the whole
/// group on each day where the metric is a score, and the median elsewhere.
[[nodiscard]] columns::Batch compare_matrix(const Comparison& comparison, CompareMetric metric);

/// Returns one row for each symbol and session with a score or a return, all metrics beside each
/// other.
[[nodiscard]] columns::Batch compare_long(const Comparison& comparison);

}  // namespace offex::studies
