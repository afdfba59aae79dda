#pragma once

#include <cstddef>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/instant.hpp"
#include "offex/render/figure.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/compare.hpp"
#include "offex/studies/scan_evening.hpp"

namespace offex::views {

struct ScanFigureRequest {
  studies::ScanRequest scan;  ///< its `top` names are listed; all that are tested are drawn
  market::Instant now;        ///< the as-of of the question, for the clock strip
  std::size_t sessions{60};   ///< of what is drawn over time
};

/// An evening's scan and what stands beside it.
struct ScanFigureData {
  studies::ScanResult scan;  ///< rows of all tested names, best first
  studies::RankBy by{};
  std::size_t top{0};
  std::vector<double> returns{};  ///< of the day, by row of the scan; NaN is not known
  studies::Comparison history{};  ///< of the listed names, up to the day
  columns::Batch market{};        ///< macro_daily of the market, the sessions up to the day
  studies::Outcomes outcomes{};   ///< of earlier hits
  std::vector<render::Fact> strip{};
};

/// Scans the session and reads what the figure shows beside it. A day without a short-sale file is
/// NotFound; a day on which no name can be tested is not.
[[nodiscard]] Result<ScanFigureData> load_scan_figure(const store::Reader& reader,
                                                      const ScanFigureRequest& request);

/// Returns the figure: the listed names, all names by both surprises, their scores against chance,
/// discoveries and breadth over time, and what became of earlier hits.
/// \param footer of the command; notes on what is drawn are added
[[nodiscard]] render::Figure scan_figure(const ScanFigureData& data, render::Footer footer);

}  // namespace offex::views
