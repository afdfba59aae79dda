#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/instant.hpp"
#include "offex/render/figure.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/macro.hpp"
#include "offex/views/index_figure.hpp"

namespace offex::views {

struct MacroFigureRequest {
  market::DayRange days;
  std::optional<market::Instant> as_of{};  ///< use only what was known then
  market::Instant now;                     ///< the as-of of the question, for the clock strip
  std::optional<market::Symbol> index{};  ///< whose ratio; empty: SPX, or the one with most members
  studies::ProxyMap proxies{studies::default_proxies()};
  unsigned threads{1};
};

/// The shares that traded in a week, of names with bars. What is not published yet is expected.
struct WeekVolume {
  market::Day monday;
  double lit{0.0}, ats{0.0}, non_ats{0.0};      ///< of names whose week is published
  double expected_off{0.0}, expected_lit{0.0};  ///< of the others
};

/// The market over some sessions.
struct MacroFigureData {
  std::vector<market::Day> sessions;       ///< that are shown
  columns::Batch rows{};                   ///< macro_daily of the market, tiers and sectors
  std::optional<IndexFigureData> index{};  ///< nothing when no list of members is known
  std::vector<WeekVolume> weeks{};
  std::vector<render::Fact> strip{};
};

struct MacroFigureOptions {
  render::Footer footer{};            ///< of the command; notes on what is drawn are added
  std::vector<std::string> panels{};  ///< names of macro_panels in order; empty: the usual ones
};

/// A panel that can be asked for.
struct MacroPanelName {
  std::string_view name, meaning;
  bool usual;  ///< drawn when none is asked for
};
[[nodiscard]] std::span<const MacroPanelName> macro_panels();

[[nodiscard]] Result<MacroFigureData> load_macro_figure(const store::Reader& reader,
                                                        const MacroFigureRequest& request);

/// Adds the rows of `weekly_metrics` and `nowcast` up to weeks. Names without both sides, or
/// without bars, are left out.
[[nodiscard]] std::vector<WeekVolume> week_volumes(const columns::Batch& weekly,
                                                   const columns::Batch& nowcasts);

/// A panel of an unknown name is InvalidArgument.
[[nodiscard]] Result<render::Figure> macro_figure(const MacroFigureData& data,
                                                  const MacroFigureOptions& options);

}  // namespace offex::views
