#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/studies/scan.hpp"

namespace offex::studies {

struct ScanRequest {
  market::Day day;
  std::optional<market::Instant> as_of{};  ///< use only what was known then
  ScanFilter filter{};
  RankBy by{RankBy::Omnibus};
  std::optional<double> rate{};  ///< false discovery rate; empty: that of the parameters
  std::size_t top{50};
  std::vector<market::Symbol> symbols{};  ///< rows of these instead of the first `top`
  bool excluded{false};                   ///< the names that are not tested, and why, instead
  kernels::SurpriseParameters parameters{};
  unsigned threads{1};
};

/// How many names are past a fixed score, beside what chance alone would give.
struct Flagged {
  double bound;  ///< of the score
  std::size_t count;
  double expected;
};

/// What an evening's scan found.
struct ScanResult {
  columns::Batch rows;  ///< columns of `scan_hit`; with `excluded`: symbol, reason and numbers
  market::Day day;
  SessionStatus status{};
  bool after_break{false};
  double usual_rows{0.0};
  std::size_t names{0};     ///< rows of the file that were accepted
  std::size_t rejected{0};  ///< rows that were not
  std::size_t default_family{0};
  std::size_t family{0};  ///< after the filter
  double rate{0.0};
  std::size_t discoveries{0};      ///< in the chosen channel
  double expected_by_chance{0.0};  ///< of them
  Flagged surges{};                ///< z_v > 3
  Flagged ratios{};                ///< |z_r| > 3
  double scale_r{1.0}, scale_v{1.0};
  std::string version;
  bool has_sector{false}, has_market_cap{false}, has_fund{false};  ///< of some security that day
  bool has_prices{false};
  std::vector<std::size_t> excluded;  ///< names by Exclusion
};

/// Scans one session as it was known. A day without a short-sale file is NotFound.
[[nodiscard]] Result<ScanResult> scan(const store::Reader& reader, const ScanRequest& request);

/// What became of earlier hits.
struct Outcomes {
  columns::Batch rows;  ///< one a hit: hit_date, sessions, symbol, rank, tag, ..., excess_return
  struct Mean {
    int sessions{0};
    market::Day hit_date{};
    std::size_t hits{0};         ///< with a return and at least one control
    double mean_excess{0.0};     ///< NaN for none
    double standard_error{0.0};  ///< NaN for fewer than 2
  };
  std::vector<Mean> means;
};

struct OutcomeRequest {
  market::Day day;                   ///< close of this session ends every return
  std::vector<int> sessions{5, 20};  ///< how many ago the hits were
  std::optional<market::Instant> as_of{};
  kernels::SurpriseParameters parameters{};
  unsigned threads{1};
};

/// Returns the hits of some sessions ago with what came after: the return from the open of the next
/// session to the close of `day`, unadjusted but for known splits, less the mean of the names they
/// are held against. Prices that are missing are null.
[[nodiscard]] Result<Outcomes> scan_outcomes(const store::Reader& reader,
                                             const OutcomeRequest& request);

}  // namespace offex::studies
