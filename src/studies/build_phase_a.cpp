#include <algorithm>
#include <string>
#include <string_view>

#include "studies/build_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::size_t kCellsPerSymbolDay = 70;  // 56 columns and the inputs

constexpr std::string_view kIndexVariant{"PhaseA_v1"};

store::BuildState new_state(const BuildRequest& request, std::string variant,
                            std::int64_t last_revision, const Axis& axis) {
  store::BuildState state;
  state.variant = std::move(variant);
  state.variant_value = to_string(request.short_z_source);
  state.last_revision = last_revision;
  if (!axis.days.empty()) {
    state.days = market::DayRange{axis.days.front(), axis.days.back()};
  }
  state.built_at = request.built_at;
  return state;
}

/// Streams the daily table into the store and adds the members of the indexes up on the way.
Result<std::uint64_t> write_daily(store::Writer& writer, const BuildRequest& request,
                                  const Axis& axis, const store::DerivedTable& table,
                                  const store::BuildState& state, IndexAggregate& aggregate) {
  const auto produce = [&](const store::Writer::BatchSink& sink) {
    return phase_a_tiles(
        writer.reader(), axis, request.short_z_source, {}, request.memory_bytes, request.progress,
        [&](const PhaseATile& tile) -> Result<void> {
          aggregate.add(tile.panels, tile.first_symbol);
          columns::Batch rows = RowWriter::header(tile.panels.spec(), SymbolColumn::Code);
          RowWriter{tile.panels, axis, 0, tile.first_symbol, SymbolColumn::Code}.append(
              cells_by_symbol(tile.panels), rows);
          return sink(rows);
        });
  };
  return writer.replace_derived(table, state, {}, produce);
}

}  // namespace

Result<void> phase_a_tiles(const store::Reader& reader, const Axis& axis, ScoreSource source,
                           std::optional<market::Instant> as_of, std::size_t memory_bytes,
                           const Progress& progress,
                           const std::function<Result<void>(const PhaseATile&)>& take) {
  const std::size_t total = axis.symbols.size();
  const std::size_t per_symbol = kCellsPerSymbolDay * sizeof(double) * (axis.days.size() + 1);
  const std::size_t width = std::max<std::size_t>(1, memory_bytes / per_symbol);
  for (std::size_t first = 0; first < total; first += width) {
    const std::size_t count = std::min(width, total - first);
    OFFEX_ASSIGN(const PhaseAInputs inputs, load_phase_a(reader, axis, first, count, as_of));
    const MetricPanels panels = compute_phase_a(inputs, axis.days, source);
    OFFEX_TRY(take({panels, first}));
    if (progress) {
      progress(first + count, total);
    }
  }
  return {};
}

Result<BuildReport> build_phase_a(store::Writer& writer, const BuildRequest& request) {
  const TableSpec& spec = *find_table("daily_metrics", "PhaseA_v1");
  const TableSpec& index_spec = *find_table("index_constituent_short_agg_daily", "PhaseA_v1");
  const store::DerivedTable table = derived_table(spec);
  const store::DerivedTable index_table = derived_table(index_spec);
  OFFEX_TRY(writer.ensure_derived(table));
  OFFEX_TRY(writer.ensure_derived(index_table));
  const store::Reader& reader = writer.reader();
  const std::string variant = "PhaseA_v1/" + std::string{to_string(request.short_z_source)};
  OFFEX_ASSIGN(const std::int64_t newest, reader.last_revision());
  OFFEX_ASSIGN(const auto before, last_build(reader, table, variant));
  OFFEX_ASSIGN(const auto index_before,
               last_build(reader, index_table, std::string{kIndexVariant}));
  BuildReport report;
  const auto current = [&](const std::optional<store::BuildState>& state) {
    return state && state->last_revision == newest && !request.full;
  };
  if (current(before) && current(index_before)) {
    report.tables = {{table.name, 0, 0}, {index_table.name, 0, 0}};
    return report;
  }
  OFFEX_ASSIGN(Axis all, store_axis(reader));
  OFFEX_ASSIGN(all.days, session_grid(reader));
  OFFEX_ASSIGN(const Axis axis, phase_a_universe(reader, all, {}));
  OFFEX_ASSIGN(const auto constituents, reader.constituents());
  const auto indexes =
      index_definitions(constituents, request.proxies, axis, ProxyRule::WhenAbsent);
  IndexAggregate aggregate{indexes, axis.days, "PhaseA_v1"};
  OFFEX_ASSIGN(const std::uint64_t rows,
               write_daily(writer, request, axis, table, new_state(request, variant, newest, axis),
                           aggregate));
  report.tables.push_back({table.name, rows, axis.days.size()});

  const MetricPanels totals = aggregate.finish();
  const Axis by_index = index_axis(indexes, axis.days);
  OFFEX_ASSIGN(const std::uint64_t index_rows,
               writer.replace_derived(
                   index_table, new_state(request, std::string{kIndexVariant}, newest, axis), {},
                   [&](const store::Writer::BatchSink& sink) {
                     columns::Batch batch = RowWriter::header(index_spec, SymbolColumn::Code);
                     RowWriter{totals, by_index, 0, 0, SymbolColumn::Code}.append(
                         cells_by_symbol(totals), batch);
                     return sink(batch);
                   }));
  report.tables.push_back({index_table.name, index_rows, axis.days.size()});
  return report;
}

}  // namespace offex::studies
