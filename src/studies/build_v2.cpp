#include <algorithm>
#include <string>
#include <string_view>

#include "studies/build_internal.hpp"
#include "studies/index_table_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::string_view kVariant{"v2"};

/// What to build of one table and how to say so afterwards.
struct Plan {
  std::vector<SessionRange> ranges;
  std::int64_t before{0};  ///< newest revision that the table held
  std::int64_t after{0};   ///< newest revision that it will hold
};

Result<std::int64_t> newest_constituents(const store::Reader& reader) {
  OFFEX_ASSIGN(store::QueryRows rows,
               reader.query("SELECT coalesce(max(revision_id), 0)::BIGINT FROM revision WHERE "
                            "dataset = 'index_constituents'"));
  OFFEX_ASSIGN(const columns::Batch all, rows.all());
  return all.column(0).values<std::int64_t>().front();
}

/// \param also a revision that, when newer than the build, makes everything stale
Result<Plan> plan(const store::Reader& reader, const store::DerivedTable& table,
                  const BuildRequest& request, const Axis& axis, std::int64_t also) {
  Plan out;
  OFFEX_ASSIGN(out.after, reader.last_revision());
  OFFEX_ASSIGN(const auto state, last_build(reader, table, std::string{kVariant}));
  out.before = state ? state->last_revision : 0;
  if (axis.days.empty()) {
    return out;
  }
  if (!state || request.full || also > out.before) {
    out.ranges = {{0, axis.days.size()}};
  } else {
    OFFEX_ASSIGN(const std::vector<market::Day> changed, reader.changed_days(out.before));
    out.ranges = affected_sessions(axis.days, changed);
  }
  if (request.days) {
    out.ranges = clip(out.ranges, axis.days, *request.days);
    out.after = out.before;  // the other days may be stale still
  }
  return out;
}

/// Replaces the planned ranges, each in a transaction; only the last one claims the new revision,
/// so that a killed build is done again.
Result<TableBuild> replace(
    store::Writer& writer, const store::DerivedTable& table, const BuildRequest& request,
    const Axis& axis, const Plan& plan,
    const std::function<Result<void>(SessionRange, const store::Writer::BatchSink&)>& produce) {
  TableBuild out{table.name, 0, 0};
  if (axis.days.empty()) {
    return out;
  }
  store::BuildState state{.variant = std::string{kVariant},
                          .last_revision = plan.after,
                          .days = market::DayRange{axis.days.front(), axis.days.back()},
                          .built_at = request.built_at};
  if (plan.ranges.empty() && plan.after > plan.before) {
    OFFEX_TRY(advance(writer, table, state));
  }
  for (std::size_t index = 0; index < plan.ranges.size(); ++index) {
    const SessionRange& range = plan.ranges[index];
    state.last_revision = index + 1 == plan.ranges.size() ? plan.after : plan.before;
    OFFEX_ASSIGN(
        const std::uint64_t rows,
        writer.replace_derived(
            table, state, market::DayRange{axis.days[range.begin], axis.days[range.end - 1]},
            [&](const store::Writer::BatchSink& sink) { return produce(range, sink); }));
    out.rows += rows;
    out.sessions += range.size();
  }
  return out;
}

Result<TableBuild> build_daily(store::Writer& writer, const BuildRequest& request,
                               const Axis& axis) {
  const store::DerivedTable table = derived_table(*find_table("daily_metrics", "v2"));
  OFFEX_TRY(writer.ensure_derived(table));
  OFFEX_ASSIGN(const Plan todo, plan(writer.reader(), table, request, axis, 0));
  std::size_t total = 0;
  for (const SessionRange& range : todo.ranges) {
    total += range.size();
  }
  std::size_t done = 0;
  const auto produce = [&](SessionRange range,
                           const store::Writer::BatchSink& sink) -> Result<void> {
    V2Stream stream{writer.reader(), axis, {}};
    for (const SessionRange& block : blocks_of(range, request.block_days)) {
      OFFEX_TRY(stream.load(block));
      for (const columns::Batch& batch :
           v2_batches(stream, axis, block, request.threads, SymbolColumn::Code)) {
        OFFEX_TRY(sink(batch));
      }
      done += block.size();
      if (request.progress) {
        request.progress(done, total);
      }
    }
    return {};
  };
  return replace(writer, table, request, axis, todo, produce);
}

/// One block of the index table.
Result<columns::Batch> index_rows(const V2Stream& stream, const Axis& axis, SessionRange block,
                                  std::span<const IndexDefinition> indexes) {
  const MetricPanels totals = index_totals(stream, axis, block, indexes);
  const Axis by_index =
      index_axis(indexes, std::span{axis.days}.subspan(block.begin, block.size()));
  columns::Batch batch = RowWriter::header(totals.spec(), SymbolColumn::Code);
  RowWriter{totals, by_index, 0, 0, SymbolColumn::Code}.append(cells_by_symbol(totals), batch);
  return batch;
}

Result<TableBuild> build_index(store::Writer& writer, const BuildRequest& request,
                               const Axis& axis) {
  const store::DerivedTable table =
      derived_table(*find_table("index_constituent_short_agg_daily", "v2"));
  OFFEX_TRY(writer.ensure_derived(table));
  const store::Reader& reader = writer.reader();
  OFFEX_ASSIGN(std::vector<store::Constituent> constituents, reader.constituents());
  settle_members(constituents, axis);
  OFFEX_ASSIGN(const std::int64_t listed, newest_constituents(reader));
  OFFEX_ASSIGN(const Plan todo, plan(reader, table, request, axis, listed));
  const Axis members = index_universe(axis, constituents, request.proxies);
  const auto indexes = index_definitions(constituents, request.proxies, members, ProxyRule::Always);
  const auto produce = [&](SessionRange range,
                           const store::Writer::BatchSink& sink) -> Result<void> {
    if (indexes.empty()) {
      return {};
    }
    V2Stream stream{reader, members, {}};
    for (const SessionRange& block : blocks_of(range, kIndexBlockDays)) {
      OFFEX_TRY(stream.load(block));
      OFFEX_ASSIGN(const columns::Batch batch, index_rows(stream, members, block, indexes));
      OFFEX_TRY(sink(batch));
    }
    return {};
  };
  return replace(writer, table, request, axis, todo, produce);
}

}  // namespace

Result<BuildReport> build_v2(store::Writer& writer, const BuildRequest& request) {
  OFFEX_ASSIGN(Axis axis, store_axis(writer.reader()));
  OFFEX_ASSIGN(axis.days, session_grid(writer.reader()));
  BuildReport report;
  OFFEX_ASSIGN(TableBuild daily, build_daily(writer, request, axis));
  report.tables.push_back(std::move(daily));
  OFFEX_ASSIGN(TableBuild index, build_index(writer, request, axis));
  report.tables.push_back(std::move(index));
  return report;
}

}  // namespace offex::studies
