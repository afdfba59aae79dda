#include <algorithm>
#include <map>
#include <utility>

#include "offex/kernels/special_functions.hpp"
#include "offex/market/calendar.hpp"
#include "offex/studies/composite_signal.hpp"
#include "offex/studies/load.hpp"
#include "offex/studies/weekly.hpp"

#include "studies/build_internal.hpp"

namespace offex::studies {
namespace {

/// Rows by symbol, then day.
columns::Batch by_symbol(const columns::Batch& rows) {
  const auto& symbols = rows.find("symbol")->values<market::Symbol>();
  const auto& days = rows.find("trade_date")->values<std::int32_t>();
  std::vector<std::size_t> order(rows.num_rows());
  for (std::size_t row = 0; row < order.size(); ++row) {
    order[row] = row;
  }
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return symbols[a] != symbols[b] ? symbols[a] < symbols[b] : days[a] < days[b];
  });
  columns::Batch out = rows;
  out.clear();
  for (std::size_t column = 0; column < rows.num_columns(); ++column) {
    out.column(column).reserve(rows.num_rows());
    for (const std::size_t row : order) {
      out.column(column).push_from(rows.column(column), row);
    }
  }
  return out;
}

Result<columns::Batch> calibrated(const store::Reader& reader, const CompositeRequest& request) {
  const std::unique_ptr<SessionTable> table =
      composite_table(request.formula, SymbolColumn::Name, request.symbols);
  const ScanStreamRequest walk{.days = request.days,
                               .as_of = request.as_of,
                               .parameters = request.formula.surprise,
                               .threads = request.threads,
                               .parts = true};
  // The rows of a session depend on its scores alone.
  const SecurityFacts facts;
  const Ranking ranking;
  OFFEX_TRY(scan_sessions(reader, walk, [&](const ScanSession& session) {
    return table->add(session, facts, ranking);
  }));
  return by_symbol(table->take());
}

Result<columns::Batch> seeds_own(const store::Reader& reader, const CompositeRequest& request) {
  columns::Batch rows =
      RowWriter::header(*find_table("composite_signal", "cs/1.0.0"), SymbolColumn::Name);
  OFFEX_ASSIGN(Axis all, store_axis(reader, request.symbols));
  OFFEX_ASSIGN(all.days, session_grid(reader, request.as_of));
  OFFEX_ASSIGN(const Axis axis, phase_a_universe(reader, all, request.as_of));
  OFFEX_TRY(phase_a_tiles(
      reader, axis, request.short_z_source, request.as_of, BuildRequest{}.memory_bytes, {},
      [&](const PhaseATile& tile) -> Result<void> {
        const MetricPanels panels = compute_seed_composite(tile.panels, request.short_z_source);
        std::vector<std::size_t> cells = seed_composite_cells(panels);
        std::erase_if(cells, [&](std::size_t cell) {
          return request.days && !request.days->contains(axis.days[cell / panels.num_symbols()]);
        });
        RowWriter{panels, axis, 0, tile.first_symbol, SymbolColumn::Name}.append(cells, rows);
        return {};
      }));
  return rows;
}

/// How unusual a week was, by symbol and Monday.
using Weeks = std::map<std::pair<market::Symbol, std::int32_t>, double>;

Result<Weeks> published_weeks(const store::Reader& reader, std::optional<market::Instant> as_of,
                              const columns::Batch& rows) {
  const auto& symbols = rows.find("symbol")->values<market::Symbol>();
  const auto& days = rows.find("trade_date")->values<std::int32_t>();
  const auto [first, last] = std::ranges::minmax(days);
  WeeklyRequest request;
  request.symbols = symbols;
  std::ranges::sort(request.symbols);
  request.symbols.erase(std::unique(request.symbols.begin(), request.symbols.end()),
                        request.symbols.end());
  request.weeks = market::DayRange{market::week_start(market::Day::from_days(first)),
                                   market::week_start(market::Day::from_days(last))};
  request.as_of = as_of;
  OFFEX_ASSIGN(const columns::Batch weekly, weekly_metrics(reader, request));
  const auto& names = weekly.find("symbol")->values<market::Symbol>();
  const auto& mondays = weekly.find("week_start_date")->values<std::int32_t>();
  const columns::Column& z = *weekly.find("otc_share_z");
  Weeks out;
  for (std::size_t row = 0; row < weekly.num_rows(); ++row) {
    if (z.valid(row)) {
      out.emplace(std::pair{names[row], mondays[row]}, z.values<double>()[row]);
    }
  }
  return out;
}

}  // namespace

Result<columns::Batch> composite_signal(const store::Reader& reader,
                                        const CompositeRequest& request) {
  if (request.version == "cs/2.0.0") {
    return calibrated(reader, request);
  }
  if (request.version == "cs/1.0.0") {
    return seeds_own(reader, request);
  }
  return fail(base::ErrorCode::InvalidArgument,
              "unknown version '" + request.version + "': there are cs/2.0.0 and cs/1.0.0");
}

Result<void> append_otc_participation(const store::Reader& reader,
                                      std::optional<market::Instant> as_of, columns::Batch& rows) {
  columns::Column share{"otc_participation", columns::Type::Double};
  columns::Column week{"otc_week", columns::Type::Day};
  if (rows.num_rows() > 0) {
    OFFEX_ASSIGN(const Weeks weeks, published_weeks(reader, as_of, rows));
    const auto& symbols = rows.find("symbol")->values<market::Symbol>();
    const auto& days = rows.find("trade_date")->values<std::int32_t>();
    for (std::size_t row = 0; row < rows.num_rows(); ++row) {
      const std::int32_t monday = market::week_start(market::Day::from_days(days[row])).days();
      const auto found = weeks.find({symbols[row], monday});
      if (found == weeks.end()) {
        share.push_missing();
        week.push_missing();
      } else {
        share.push(100.0 * kernels::normal_cdf(found->second));
        week.push(monday);
      }
    }
  }
  rows.add(std::move(share));
  rows.add(std::move(week));
  return {};
}

}  // namespace offex::studies
