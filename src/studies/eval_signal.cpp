#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "offex/base/check.hpp"
#include "offex/kernels/tiles.hpp"
#include "offex/market/quantity.hpp"
#include "offex/studies/phase_a.hpp"

#include "studies/build_internal.hpp"
#include "studies/eval_internal.hpp"
#include "studies/v2_stream_internal.hpp"

namespace offex::studies {
namespace {

constexpr auto kScores = std::to_array<std::string_view>({"z_r", "z_v", "z_p", "joint"});
constexpr std::string_view kComposite = "composite";
constexpr std::string_view kCompositeTable = "composite_signal_cs2";
constexpr std::string_view kPhaseAPrefix = "PhaseA_v1.";
// The seed gives weekly figures to days on which nobody knew them: what is made of those is no
// signal of that evening.
constexpr auto kPhaseAScores = std::to_array<std::string_view>(
    {"short_ratio_z", "short_buy_sell_ratio_z", "vw_flow_z", "finra_buy_volume_z"});
constexpr std::size_t kTileWidth = 640;
constexpr std::size_t kBlockDays = 16;
constexpr std::size_t kMemory = std::size_t{256} << 20U;

/// Whether a column of daily_metrics v2 can be a signal.
bool is_signal(const Metric& metric) { return metric.type == columns::Type::Double; }

bool has_v2(std::string_view column) {
  return std::ranges::any_of(find_table("daily_metrics", "v2")->metrics, [&](const Metric& metric) {
    return metric.name == column && is_signal(metric);
  });
}

/// Days of an axis as rows of the panels: -1 outside the judged ones.
std::vector<std::ptrdiff_t> rows_of(std::span<const market::Day> days, const EvalPanels& panels) {
  std::vector<std::ptrdiff_t> out;
  for (const market::Day day : days) {
    const auto at = std::ranges::lower_bound(panels.days, day);
    const std::ptrdiff_t row = at - panels.days.begin();
    const bool judged = at != panels.days.end() && *at == day &&
                        row >= static_cast<std::ptrdiff_t>(panels.first) &&
                        row < static_cast<std::ptrdiff_t>(panels.end);
    out.push_back(judged ? row : -1);
  }
  return out;
}

/// Copies a computed column into the signal. \param columns place of each symbol in the panels
void copy(const columns::Panel& from, std::span<const std::ptrdiff_t> rows,
          std::span<const std::size_t> columns, EvalPanels& panels) {
  for (std::size_t day = 0; day < rows.size(); ++day) {
    if (rows[day] < 0) {
      continue;
    }
    for (std::size_t symbol = 0; symbol < columns.size(); ++symbol) {
      panels.signal.at(static_cast<std::size_t>(rows[day]), columns[symbol]) = from.at(day, symbol);
    }
  }
}

/// Computes a column of v2 for the judged sessions, with the baselines that the table has.
Result<void> load_v2_column(const store::Reader& reader, std::string_view column, const Axis& axis,
                            const EvalRequest& request, EvalPanels& panels) {
  Axis grid{.days = {}, .symbols = axis.symbols, .codes = axis.codes};
  OFFEX_ASSIGN(grid.days, session_grid(reader, request.as_of));
  const std::vector<std::ptrdiff_t> rows = rows_of(grid.days, panels);
  const auto judged = [](std::ptrdiff_t row) { return row >= 0; };
  const auto first = std::ranges::find_if(rows, judged);
  const auto last = std::find_if(rows.rbegin(), rows.rend(), judged);
  const SessionRange range{static_cast<std::size_t>(first - rows.begin()),
                           static_cast<std::size_t>(rows.rend() - last)};
  V2Stream stream{reader, grid, request.as_of};
  for (const SessionRange& block : blocks_of(range, kBlockDays)) {
    OFFEX_TRY(stream.load(block));
    const auto block_rows = std::span{rows}.subspan(block.begin, block.size());
    kernels::for_each_tile(
        axis.symbols.size(), kTileWidth, request.options.threads,
        [&](std::size_t /*tile*/, std::size_t from, std::size_t count) {
          std::vector<std::size_t> places(count);
          for (std::size_t at = 0; at < count; ++at) {
            places[at] = from + at;
          }
          stream.workspaces().with(count, [&](V2Workspace& workspace) {
            copy(workspace.compute(stream.inputs(), stream.warm_up(), from, count).at(column),
                 block_rows, places, panels);
          });
        });
  }
  return {};
}

/// Computes a column of the seed's table.
Result<void> load_phase_a_column(const store::Reader& reader, std::string_view column,
                                 const Axis& axis, const EvalRequest& request, EvalPanels& panels) {
  Axis all{.days = {}, .symbols = axis.symbols, .codes = axis.codes};
  OFFEX_ASSIGN(all.days, session_grid(reader, request.as_of));
  OFFEX_ASSIGN(const Axis universe, phase_a_universe(reader, all, request.as_of));
  const std::vector<std::ptrdiff_t> rows = rows_of(universe.days, panels);
  return phase_a_tiles(reader, universe, ScoreSource::ShortBuySellRatioZ, request.as_of, kMemory,
                       {}, [&](const PhaseATile& tile) -> Result<void> {
                         std::vector<std::size_t> places;
                         for (std::size_t at = 0; at < tile.panels.num_symbols(); ++at) {
                           const market::Symbol& symbol = universe.symbols[tile.first_symbol + at];
                           const auto place = position_of(axis, symbol);
                           OFFEX_CHECK(place.has_value());
                           places.push_back(*place);
                         }
                         copy(tile.panels.at(column), rows, places, panels);
                         return {};
                       });
}

/// Takes the newest version of the stored composite; returns that version.
Result<std::string> load_composite(const store::Reader& reader, const Axis& axis,
                                   const EvalRequest& request, EvalPanels& panels) {
  if (request.as_of) {
    return fail(base::ErrorCode::InvalidArgument,
                "the stored composite knows no --asof; evaluate its parts, or leave --asof out");
  }
  OFFEX_ASSIGN(const std::vector<store::BuildState> builds, reader.builds(kCompositeTable));
  if (builds.empty()) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("{} is not built yet: run `offex build`", kCompositeTable));
  }
  OFFEX_ASSIGN(const std::int64_t newest, reader.last_revision());
  if (builds.front().last_revision != newest) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("{} is older than the newest facts of the store: run `offex build`",
                            kCompositeTable));
  }
  const std::string& version = builds.front().variant;
  const std::vector<store::Parameter> parameters{version, panels.days[panels.first],
                                                 panels.days[panels.end - 1]};
  OFFEX_ASSIGN(store::QueryRows query,
               reader.query(fmt::format("SELECT trade_date, symbol, z FROM {} WHERE "
                                        "inference_version = $1 AND trade_date BETWEEN $2 AND $3 "
                                        "AND z IS NOT NULL",
                                        kCompositeTable),
                            parameters));
  OFFEX_ASSIGN(const columns::Batch rows, query.all());
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const auto day = market::Day::from_days(rows.column(0).values<std::int32_t>()[row]);
    const auto at = std::ranges::lower_bound(panels.days, day);
    OFFEX_ASSIGN(const market::Symbol symbol,
                 market::Symbol::parse(columns::cell_text(rows.column(1), row)));
    const auto place = position_of(axis, symbol);
    if (at != panels.days.end() && *at == day && place) {
      panels.signal.at(static_cast<std::size_t>(at - panels.days.begin()), *place) =
          rows.column(2).values<double>()[row];
    }
  }
  return version;
}

}  // namespace

std::vector<std::string> eval_signals() {
  std::vector<std::string> out{kScores.begin(), kScores.end()};
  out.emplace_back(kComposite);
  for (const Metric& metric : find_table("daily_metrics", "v2")->metrics) {
    if (is_signal(metric)) {
      out.emplace_back(metric.name);
    }
  }
  for (const std::string_view score : kPhaseAScores) {
    out.push_back(fmt::format("{}{}", kPhaseAPrefix, score));
  }
  return out;
}

Result<SignalSource> find_signal(std::string_view name) {
  if (std::ranges::find(kScores, name) != kScores.end()) {
    return SignalSource{SignalKind::Scan, std::string{name}};
  }
  if (name == kComposite) {
    return SignalSource{SignalKind::Composite, "z"};
  }
  if (has_v2(name)) {
    return SignalSource{SignalKind::Daily, std::string{name}};
  }
  if (name.starts_with(kPhaseAPrefix) &&
      std::ranges::find(kPhaseAScores, name.substr(kPhaseAPrefix.size())) != kPhaseAScores.end()) {
    return SignalSource{SignalKind::PhaseA, std::string{name.substr(kPhaseAPrefix.size())}};
  }
  return fail(base::ErrorCode::InvalidArgument,
              fmt::format("no signal `{}`; there are {}", name, fmt::join(eval_signals(), ", ")));
}

Result<std::string> load_signal(const store::Reader& reader, const SignalSource& source,
                                const Axis& axis, const EvalRequest& request, EvalPanels& panels) {
  if (source.kind == SignalKind::Composite) {
    return load_composite(reader, axis, request, panels);
  }
  if (source.kind == SignalKind::PhaseA) {
    OFFEX_TRY(load_phase_a_column(reader, source.column, axis, request, panels));
    return std::string{"daily_metrics PhaseA_v1"};
  }
  OFFEX_TRY(load_v2_column(reader, source.column, axis, request, panels));
  return std::string{"daily_metrics v2"};
}

}  // namespace offex::studies
