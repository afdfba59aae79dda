#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "offex/cli/invocation.hpp"
#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"
#include "offex/render/figure.hpp"
#include "offex/render/html_report.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/scan_evening.hpp"

namespace offex::cli {

/// Returns the five symbols with the largest dollar volume of the newest day.
[[nodiscard]] Result<std::vector<std::string>> demo_tickers(const std::filesystem::path& home,
                                                            const Invocation& invocation);

/// What a report is about.
struct ReportRequest {
  std::string title;
  std::string about;                      ///< one sentence below it
  std::optional<market::Day> day{};       ///< the evening; empty: the newest
  std::vector<market::Symbol> symbols{};  ///< the group; empty: the first names of the scan
  std::string group{};                    ///< what the group is called
  int sessions{60};                       ///< of the figures
  std::size_t figures{4};                 ///< tickers of the group that get a figure of their own
};

/// Writes one self-contained page about an evening: figures, tables, and what is missing. Without
/// gnuplot it has the tables and says what is needed. Replaces `target`.
/// \param invocation its home is the store, its `--asof` is respected
[[nodiscard]] Result<void> write_report(const std::filesystem::path& target,
                                        const ReportRequest& request, const Invocation& invocation);

/// A figure of the page and the SVG that it becomes.
struct ReportFigure {
  render::Figure figure;
  std::string svg{};
};

/// The figures of a report, drawn together.
struct ReportFigures {
  std::optional<ReportFigure> scan, market, group;
  std::vector<ReportFigure> tickers;
  std::string why_none{};  ///< why there is none, or not all; empty: all were drawn
};

/// Describes the figures of a report. One that has no data is left out.
[[nodiscard]] Result<ReportFigures> report_figures(const store::Reader& reader,
                                                   const ReportRequest& request, market::Day day,
                                                   const Invocation& invocation);

/// Draws them. Without gnuplot `why_none` tells how to install it.
[[nodiscard]] Result<void> draw_report_figures(const Invocation& invocation,
                                               ReportFigures& figures);

/// Adds the section on what is not there and why: gaps, late releases, weeks to come, names that
/// are not tested.
/// \param scan of the evening, if there is a file of it
[[nodiscard]] Result<void> add_missing(const store::Reader& reader, market::Day day,
                                       const std::optional<studies::ScanResult>& scan,
                                       const Invocation& invocation, render::HtmlReport& page);

}  // namespace offex::cli
