#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "offex/studies/composite_signal.hpp"

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

columns::Batch rows_of(const MetricPanels& panels, const Axis& axis, std::size_t first_symbol,
                       std::span<const std::size_t> cells) {
  columns::Batch rows = RowWriter::header(panels.spec(), SymbolColumn::Code);
  RowWriter{panels, axis, 0, first_symbol, SymbolColumn::Code}.append(cells, rows);
  return rows;
}

/// What the build fills: the first two in one pass over the symbols.
struct SeedTables {
  store::DerivedTable metrics;
  store::DerivedTable composite;
  store::DerivedTable index;
};

Result<SeedTables> seed_tables(store::Writer& writer) {
  SeedTables out{derived_table(*find_table("daily_metrics", "PhaseA_v1")),
                 derived_table(*find_table("composite_signal", "cs/1.0.0")),
                 derived_table(*find_table("index_constituent_short_agg_daily", "PhaseA_v1"))};
  OFFEX_TRY(writer.ensure_derived(out.metrics));
  OFFEX_TRY(writer.ensure_derived(out.composite));
  OFFEX_TRY(writer.ensure_derived(out.index));
  return out;
}

/// Whether all tables know the revision.
Result<bool> know(const store::Reader& reader, const SeedTables& tables, const std::string& variant,
                  std::int64_t revision) {
  OFFEX_ASSIGN(const auto metrics, last_build(reader, tables.metrics, variant));
  OFFEX_ASSIGN(const auto composite, last_build(reader, tables.composite, variant));
  OFFEX_ASSIGN(const auto index, last_build(reader, tables.index, std::string{kIndexVariant}));
  return std::ranges::all_of(std::array{metrics, composite, index}, [&](const auto& state) {
    return state && state->last_revision == revision;
  });
}

/// Rows that were written.
struct SeedRows {
  std::uint64_t metrics{0};
  std::uint64_t composite{0};
};

/// Streams the daily table and the composite into the store, in one transaction, and adds the
/// members of the indexes up on the way.
Result<SeedRows> write_daily(store::Writer& writer, const BuildRequest& request, const Axis& axis,
                             const SeedTables& tables, const store::BuildState& state,
                             IndexAggregate& aggregate) {
  using Sink = store::Writer::BatchSink;
  SeedRows out;
  const auto fill = [&](const Sink& metrics, const Sink& composite) {
    return phase_a_tiles(
        writer.reader(), axis, request.short_z_source, {}, request.memory_bytes, request.progress,
        [&](const PhaseATile& tile) -> Result<void> {
          aggregate.add(tile.panels, tile.first_symbol);
          OFFEX_TRY(
              metrics(rows_of(tile.panels, axis, tile.first_symbol, cells_by_symbol(tile.panels))));
          const MetricPanels seed = compute_seed_composite(tile.panels, request.short_z_source);
          return composite(rows_of(seed, axis, tile.first_symbol, seed_composite_cells(seed)));
        });
  };
  const auto both = [&](const Sink& composite) -> Result<void> {
    const auto produce = [&](const Sink& metrics) { return fill(metrics, composite); };
    OFFEX_ASSIGN(out.metrics, writer.replace_derived(tables.metrics, state, {}, produce));
    return {};
  };
  OFFEX_ASSIGN(out.composite, writer.replace_derived(tables.composite, state, {}, both));
  return out;
}

Result<std::uint64_t> write_index(store::Writer& writer, const store::DerivedTable& table,
                                  const store::BuildState& state,
                                  std::span<const IndexDefinition> indexes, const Axis& axis,
                                  const IndexAggregate& aggregate) {
  const MetricPanels totals = aggregate.finish();
  const Axis by_index = index_axis(indexes, axis.days);
  return writer.replace_derived(table, state, {}, [&](const store::Writer::BatchSink& sink) {
    return sink(rows_of(totals, by_index, 0, cells_by_symbol(totals)));
  });
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
  OFFEX_ASSIGN(const SeedTables tables, seed_tables(writer));
  const store::Reader& reader = writer.reader();
  const std::string variant = "PhaseA_v1/" + std::string{to_string(request.short_z_source)};
  OFFEX_ASSIGN(const std::int64_t newest, reader.last_revision());
  OFFEX_ASSIGN(const bool current, know(reader, tables, variant, newest));
  BuildReport report;
  report.tables = {
      {tables.metrics.name, 0, 0}, {tables.index.name, 0, 0}, {tables.composite.name, 0, 0}};
  if (current && !request.full) {
    return report;
  }
  OFFEX_ASSIGN(Axis all, store_axis(reader));
  OFFEX_ASSIGN(all.days, session_grid(reader));
  OFFEX_ASSIGN(const Axis axis, phase_a_universe(reader, all, {}));
  OFFEX_ASSIGN(const auto constituents, reader.constituents());
  const auto indexes =
      index_definitions(constituents, request.proxies, axis, ProxyRule::WhenAbsent);
  IndexAggregate aggregate{indexes, axis.days, "PhaseA_v1"};
  OFFEX_ASSIGN(const SeedRows rows,
               write_daily(writer, request, axis, tables, new_state(request, variant, newest, axis),
                           aggregate));
  OFFEX_ASSIGN(const std::uint64_t index_rows,
               write_index(writer, tables.index,
                           new_state(request, std::string{kIndexVariant}, newest, axis), indexes,
                           axis, aggregate));
  const std::array written{rows.metrics, index_rows, rows.composite};
  for (std::size_t table = 0; table < written.size(); ++table) {
    report.tables[table].rows = written[table];
    report.tables[table].sessions = axis.days.size();
  }
  return report;
}

}  // namespace offex::studies
