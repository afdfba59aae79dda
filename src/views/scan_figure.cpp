#include "offex/views/scan_figure.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"
#include "offex/market/calendar.hpp"
#include "offex/studies/macro.hpp"
#include "offex/views/clock.hpp"

#include "views/market_parts_internal.hpp"
#include "views/scan_panels_internal.hpp"

namespace offex::views {
namespace {

using market::Symbol;

std::vector<Symbol> first_names(const columns::Batch& rows, std::size_t count) {
  std::vector<Symbol> out;
  for (std::size_t row = 0; row < std::min(count, rows.num_rows()); ++row) {
    out.push_back(Symbol::from_trusted(columns::text_of(rows, "symbol", row)));
  }
  return out;
}

Result<studies::Comparison> history_of(const store::Reader& reader,
                                       const ScanFigureRequest& request,
                                       std::vector<Symbol> symbols, market::DayRange days) {
  if (symbols.empty()) return studies::Comparison{};
  studies::CompareRequest out;
  out.symbols = std::move(symbols);
  out.days = days;
  out.as_of = request.scan.as_of;
  out.parameters = request.scan.parameters;
  out.threads = request.scan.threads;
  return studies::compare(reader, out);
}

/// Returns of the day by row of the scan.
Result<std::vector<double>> returns_of(const store::Reader& reader,
                                       const ScanFigureRequest& request,
                                       const columns::Batch& rows) {
  std::vector<double> out(rows.num_rows(), kMissing);
  OFFEX_ASSIGN(const studies::Comparison day,
               history_of(reader, request, first_names(rows, rows.num_rows()),
                          {request.scan.day, request.scan.day}));
  if (day.days.empty()) return out;
  std::map<std::string_view, double> by_name;
  for (std::size_t i = 0; i < day.symbols.size(); ++i) {
    by_name[day.symbols[i].view()] =
        day.at(i, day.days.size() - 1)[studies::CompareMetric::Return1d];
  }
  for (std::size_t row = 0; row < out.size(); ++row) {
    const auto found = by_name.find(columns::text_of(rows, "symbol", row));
    if (found != by_name.end()) out[row] = found->second;
  }
  return out;
}

Result<columns::Batch> market_of(const store::Reader& reader, const ScanFigureRequest& request,
                                 market::DayRange days) {
  studies::MacroRequest out;
  out.days = days;
  out.as_of = request.scan.as_of;
  out.parameters = request.scan.parameters;
  out.threads = request.scan.threads;
  return studies::macro(reader, out);
}

Result<studies::Outcomes> outcomes_before(const store::Reader& reader,
                                          const ScanFigureRequest& request) {
  studies::OutcomeRequest out;
  out.day = request.scan.day;
  out.as_of = request.scan.as_of;
  out.parameters = request.scan.parameters;
  out.threads = request.scan.threads;
  return studies::scan_outcomes(reader, out);
}

std::string title_of(const ScanFigureData& data) {
  return fmt::format("Scan of {}{}", data.scan.day.iso(),
                     data.scan.status == studies::SessionStatus::Partial ? ", partial file" : "");
}

std::string subtitle_of(const ScanFigureData& data) {
  const studies::ScanResult& scan = data.scan;
  return fmt::format(
      "{} names in the file, {} tested, {} flagged by {} at a false discovery rate of {:g} % "
      "(about {:.1f} of them chance). Beyond 3: z_v {} names (chance alone {:.1f}), z_r {} "
      "({:.1f})",
      scan.names, scan.family, scan.discoveries, studies::to_string(data.by), 100.0 * scan.rate,
      scan.expected_by_chance, scan.surges.count, scan.surges.expected, scan.ratios.count,
      scan.ratios.expected);
}

std::vector<std::string> definitions() {
  return {
      "z_v: surprise of the off-exchange volume; z_r: of the short ratio, given that volume; both "
      "against the name's own past and less the market's move. SHORT and LONG describe the "
      "reported mix, not an opinion. q: of the names with a q this small or smaller, this part is "
      "expected to be chance. × usual: volume over what the past lets expect.",
      "Earlier hits: the first names of that evening's list, also where chance explains them. "
      "Excess: next open to this close, less three names without a tag on that evening, nearest in "
      "usual volume; unadjusted but for known splits. One evening's hits move together: the "
      "standard error is a lower bound. Not a forecast."};
}

}  // namespace

Result<ScanFigureData> load_scan_figure(const store::Reader& reader,
                                        const ScanFigureRequest& request) {
  ScanFigureData out;
  out.by = request.scan.by;
  out.top = request.scan.top;
  studies::ScanRequest all = request.scan;
  all.top = std::numeric_limits<std::size_t>::max();
  OFFEX_ASSIGN(out.scan, studies::scan(reader, all));
  const int before = static_cast<int>(std::max<std::size_t>(request.sessions, 2)) - 1;
  const market::Day day = request.scan.day;
  const market::DayRange window{market::session_before(day, before).value_or(day), day};
  OFFEX_ASSIGN(out.returns, returns_of(reader, request, out.scan.rows));
  OFFEX_ASSIGN(out.history,
               history_of(reader, request, first_names(out.scan.rows, out.top), window));
  OFFEX_ASSIGN(out.market, market_of(reader, request, window));
  OFFEX_ASSIGN(out.outcomes, outcomes_before(reader, request));
  OFFEX_ASSIGN(out.strip, clock_strip(reader, request.now));
  return out;
}

render::Figure scan_figure(const ScanFigureData& data, render::Footer footer) {
  // Shares of height: the two that show all names, and the row below them.
  const double pictures = data.scan.rows.num_rows() > 0 ? 40.0 : 10.0;
  const double lower =
      data.market.num_rows() > 0 || data.outcomes.rows.num_rows() > 0 ? 24.0 : 10.0;
  render::Figure out;
  out.title = title_of(data);
  out.subtitle = subtitle_of(data);
  out.strip = data.strip;
  out.width = kScanWidth;
  out.right_margin = kScanRight;
  out.rows.push_back(ranked_names(data));

  render::Panel scatter =
      surprise_scatter(data, kScanWidth * 0.55 - render::kLeftMargin - kScanRight,
                       pictures * render::kInchesPerShare);
  render::Panel scores = score_distribution(data);
  scatter.width = 0.55;
  scores.width = 0.45;
  out.rows.push_back({pictures, {std::move(scatter), std::move(scores)}});

  const double third = kScanWidth / 3.0 - render::kLeftMargin - kScanRight;
  out.rows.push_back({lower,
                      {discoveries_over_time(data, third), breadth_over_time(data, third),
                       outcomes_of_hits(data)}});
  footer.notes.insert(footer.notes.begin(), fmt::format("{}.", data.scan.version));
  const std::vector<std::string> meaning = definitions();
  footer.notes.insert(footer.notes.begin(), meaning.begin(), meaning.end());
  out.small_print = render::footer_lines(footer);
  return out;
}

}  // namespace offex::views
