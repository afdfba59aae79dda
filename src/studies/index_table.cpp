#include "offex/studies/index_table.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "offex/kernels/rolling.hpp"
#include "offex/studies/load.hpp"

#include "studies/index_table_internal.hpp"

namespace offex::studies {
namespace {

using columns::Panel;

constexpr std::string_view kRatio = "dollar_weighted_short_ratio";
constexpr std::string_view kPercentile = "dollar_weighted_short_ratio_percentile";

/// The ratios of all rows, then the place of each among those before it.
std::vector<double> percentiles_of(const columns::Batch& rows) {
  const columns::Column& ratios = *rows.find(kRatio);
  Panel in{rows.num_rows(), 1};
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    in.at(row, 0) = ratios.valid(row) ? ratios.values<double>()[row] : Panel::kMissing;
  }
  Panel out{rows.num_rows(), 1};
  kernels::rolling_percentile(
      kernels::block_of(std::as_const(in)), 0, kernels::block_of(out),
      {static_cast<int>(kIndexPercentileSessions), static_cast<int>(kIndexPercentileValues),
       kernels::Baseline::Lagged});
  return {out.cells().begin(), out.cells().end()};
}

/// The rows from `first` on with their percentiles.
columns::Batch finished_rows(const columns::Batch& all, std::size_t first) {
  columns::Batch out = all;
  out.clear();
  for (std::size_t index = 0; index < all.num_columns(); ++index) {
    for (std::size_t row = first; row < all.num_rows(); ++row) {
      out.column(index).push_from(all.column(index), row);
    }
  }
  const std::vector<double> places = percentiles_of(all);
  columns::Column& percentile =
      out.add(columns::Column{std::string{kPercentile}, columns::Type::Double});
  for (std::size_t row = first; row < places.size(); ++row) {
    if (std::isnan(places[row])) {
      percentile.push_missing();
    } else {
      percentile.push<double>(places[row]);
    }
  }
  return out;
}

std::vector<market::Symbol> names_of(std::span<const store::Constituent> constituents) {
  std::vector<market::Symbol> out;
  for (const store::Constituent& row : constituents) {
    out.push_back(row.index);
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

}  // namespace

Result<market::Symbol> find_index(const store::Reader& reader, std::string_view typed,
                                  std::optional<market::Instant> as_of) {
  OFFEX_ASSIGN(const auto constituents, reader.constituents(as_of));
  const std::vector<market::Symbol> names = names_of(constituents);
  if (names.empty()) {
    return fail(base::ErrorCode::NotFound,
                "the store has no list of index members: import a table with the columns "
                "index_symbol and symbol");
  }
  auto found = market::resolve_symbol(typed, names);
  if (found || found.error().code != base::ErrorCode::NotFound) {
    return found;
  }
  std::vector<std::string_view> known;
  known.reserve(names.size());
  for (const market::Symbol& name : names) {
    known.push_back(name.view());
  }
  return fail(base::ErrorCode::NotFound,
              fmt::format("no index `{}` in the store; there are {}",
                          base::printable_excerpt(typed), fmt::join(known, ", ")));
}

Result<IndexSource> IndexSource::load(const store::Reader& reader, const IndexRequest& request) {
  OFFEX_ASSIGN(Axis all, store_axis(reader));
  OFFEX_ASSIGN(all.days, session_grid(reader, request.as_of));
  OFFEX_ASSIGN(std::vector<store::Constituent> constituents, reader.constituents(request.as_of));
  std::erase_if(constituents,
                [&](const store::Constituent& row) { return row.index != request.index; });
  if (constituents.empty()) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("no index `{}` in the store", request.index.view()));
  }
  settle_members(constituents, all);
  IndexSource out;
  out.axis_ = std::make_unique<Axis>(index_universe(all, constituents, request.proxies));
  out.indexes_ = index_definitions(constituents, request.proxies, *out.axis_, ProxyRule::Always);
  out.stream_ = std::make_unique<V2Stream>(reader, *out.axis_, request.as_of);
  return out;
}

SessionRange IndexSource::sessions(market::DayRange days) const {
  const std::vector<SessionRange> found = clip({{0, axis_->days.size()}}, axis_->days, days);
  return found.empty() ? SessionRange{} : found.front();
}

Result<MetricPanels> IndexSource::metrics(SessionRange block) {
  OFFEX_TRY(stream_->load(block));
  return compute_v2(stream_->inputs(), stream_->warm_up(), 0, axis_->symbols.size());
}

Result<MetricPanels> IndexSource::totals(SessionRange block) {
  OFFEX_TRY(stream_->load(block));
  return index_totals(*stream_, *axis_, block, indexes_);
}

MetricPanels index_totals(const V2Stream& stream, const Axis& axis, SessionRange block,
                          std::span<const IndexDefinition> indexes) {
  const std::size_t warm_up = stream.warm_up();
  const std::span<const market::Day> days =
      std::span{axis.days}.subspan(block.begin - warm_up, warm_up + block.size());
  IndexAggregate aggregate{indexes, days, "v2"};
  aggregate.add(compute_v2(stream.inputs(), 0, 0, axis.symbols.size()), 0);
  return aggregate.finish(warm_up);
}

Result<columns::Batch> index_table(const store::Reader& reader, const IndexRequest& request) {
  OFFEX_ASSIGN(IndexSource source, IndexSource::load(reader, request));
  const SessionRange shown = source.sessions(request.days);
  const std::size_t first = shown.begin - std::min(shown.begin, kIndexPercentileSessions);
  columns::Batch all =
      RowWriter::header(*find_table("index_constituent_short_agg_daily", "v2"), SymbolColumn::Name);
  for (const SessionRange& block : blocks_of({first, shown.end}, kIndexBlockDays)) {
    OFFEX_ASSIGN(const MetricPanels totals, source.totals(block));
    const Axis axis = index_axis(source.indexes(),
                                 std::span{source.axis().days}.subspan(block.begin, block.size()));
    RowWriter{totals, axis, 0, 0, SymbolColumn::Name}.append(cells_by_symbol(totals), all);
  }
  return finished_rows(all, shown.begin - first);
}

}  // namespace offex::studies
