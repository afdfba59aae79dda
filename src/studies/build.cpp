#include "offex/studies/build.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "offex/base/check.hpp"

#include "studies/build_internal.hpp"

namespace offex::studies {
namespace {

Result<void> append_batch(const columns::Batch& from, columns::Batch& to) {
  for (std::size_t index = 0; index < from.num_columns(); ++index) {
    for (std::size_t row = 0; row < from.num_rows(); ++row) {
      to.column(index).push_from(from.column(index), row);
    }
  }
  return {};
}

/// Row numbers by symbol, then day.
std::vector<std::size_t> row_order(const columns::Batch& rows) {
  const auto& symbols = rows.find("symbol")->values<market::Symbol>();
  const auto& days = rows.find("trade_date")->values<std::int32_t>();
  std::vector<std::size_t> order(rows.num_rows());
  for (std::size_t row = 0; row < order.size(); ++row) {
    order[row] = row;
  }
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return symbols[a] != symbols[b] ? symbols[a] < symbols[b] : days[a] < days[b];
  });
  return order;
}

Result<columns::Batch> v2_metrics_of(const store::Reader& reader, const MetricsRequest& request,
                                     const Axis& axis) {
  const TableSpec& spec = *find_table("daily_metrics", "v2");
  columns::Batch rows = RowWriter::header(spec, SymbolColumn::Name);
  std::vector<SessionRange> ranges{{0, axis.days.size()}};
  if (request.days) {
    ranges = clip(ranges, axis.days, *request.days);
  }
  V2Stream stream{reader, axis, request.as_of};
  for (const SessionRange& range : ranges) {
    for (const SessionRange& block : blocks_of(range, BuildRequest{}.block_days)) {
      OFFEX_TRY(stream.load(block));
      for (const columns::Batch& batch :
           v2_batches(stream, axis, block, request.threads, SymbolColumn::Name)) {
        OFFEX_TRY(append_batch(batch, rows));
      }
    }
  }
  columns::Batch sorted = RowWriter::header(spec, SymbolColumn::Name);
  const std::vector<std::size_t> order = row_order(rows);
  for (std::size_t index = 0; index < rows.num_columns(); ++index) {
    for (const std::size_t row : order) {
      sorted.column(index).push_from(rows.column(index), row);
    }
  }
  return sorted;
}

Result<columns::Batch> phase_a_metrics_of(const store::Reader& reader,
                                          const MetricsRequest& request, const Axis& all) {
  const TableSpec& spec = *find_table("daily_metrics", "PhaseA_v1");
  columns::Batch rows = RowWriter::header(spec, SymbolColumn::Name);
  OFFEX_ASSIGN(const Axis axis, phase_a_universe(reader, all, request.as_of));
  OFFEX_TRY(phase_a_tiles(
      reader, axis, request.short_z_source, request.as_of, BuildRequest{}.memory_bytes, {},
      [&](const PhaseATile& tile) -> Result<void> {
        std::vector<std::size_t> cells = cells_by_symbol(tile.panels);
        std::erase_if(cells, [&](std::size_t cell) {
          return request.days &&
                 !request.days->contains(axis.days[cell / tile.panels.num_symbols()]);
        });
        RowWriter{tile.panels, axis, 0, tile.first_symbol, SymbolColumn::Name}.append(cells, rows);
        return {};
      }));
  return rows;
}

base::Error unknown_version(const std::string& version) {
  return {base::ErrorCode::InvalidArgument,
          "unknown version '" + version + "': there are v2 and PhaseA_v1",
          {}};
}

}  // namespace

Result<std::optional<store::BuildState>> last_build(const store::Reader& reader,
                                                    const store::DerivedTable& table,
                                                    const std::string& variant) {
  OFFEX_ASSIGN(const std::vector<store::BuildState> states, reader.builds(table.name));
  const auto found = std::ranges::find(states, variant, &store::BuildState::variant);
  if (found == states.end()) {
    return std::optional<store::BuildState>{};
  }
  return std::optional{*found};
}

Result<void> advance(store::Writer& writer, const store::DerivedTable& table,
                     const store::BuildState& state) {
  OFFEX_CHECK(state.days.has_value());
  const market::Day none = state.days->first.plus(-7);  // before the first day and week
  const auto no_rows = [](const store::Writer::BatchSink&) -> Result<void> { return {}; };
  OFFEX_TRY(writer.replace_derived(table, state, market::DayRange{none, none}, no_rows));
  return {};
}

Result<BuildReport> build(store::Writer& writer, const BuildRequest& request) {
  if (request.version == "v2") {
    OFFEX_ASSIGN(BuildReport report, build_v2(writer, request));
    OFFEX_ASSIGN(TableBuild weekly, build_weekly(writer, request));
    report.tables.push_back(std::move(weekly));
    OFFEX_ASSIGN(BuildReport scanned, build_scan(writer, request));
    std::ranges::move(scanned.tables, std::back_inserter(report.tables));
    return report;
  }
  if (request.version == "PhaseA_v1") {
    return build_phase_a(writer, request);
  }
  return std::unexpected{unknown_version(request.version)};
}

Result<columns::Batch> daily_metrics(const store::Reader& reader, const MetricsRequest& request) {
  if (find_table("daily_metrics", request.version) == nullptr) {
    return std::unexpected{unknown_version(request.version)};
  }
  OFFEX_ASSIGN(Axis axis, store_axis(reader, request.symbols));
  OFFEX_ASSIGN(axis.days, session_grid(reader, request.as_of));
  if (request.version == "v2") {
    return v2_metrics_of(reader, request, axis);
  }
  return phase_a_metrics_of(reader, request, axis);
}

}  // namespace offex::studies
