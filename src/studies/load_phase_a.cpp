#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/market/calendar.hpp"
#include "offex/market/quantity.hpp"
#include "offex/studies/load.hpp"

#include "studies/load_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::string_view kPhaseA = "PhaseA_v1";

using columns::Panel;

using Amounts = store::ChunkColumn<std::int64_t>;

double shares(const Amounts& column, std::size_t row) {
  return column.valid(row) ? market::Quantity::from_millionths(column.values[row]).to_double()
                           : Panel::kMissing;
}

double dollars(const Amounts& column, std::size_t row) {
  return column.valid(row) ? market::Price::from_nanos(column.values[row]).to_double()
                           : Panel::kMissing;
}

/// The seed's sum: a missing part counts as 0, and no row at all stays missing.
void add(Panel& panel, CellFinder::Cell at, const Amounts& column, std::size_t row) {
  const double value = shares(column, row);
  double& cell = panel.at(at.row, at.symbol);
  cell = (std::isnan(cell) ? 0.0 : cell) + (std::isnan(value) ? 0.0 : value);
}

/// Calls `take(chunk, row of the chunk, cell)` for the rows inside the panel.
template <class Chunk, class Take>
auto each_cell(const CellFinder& finder, const Take& take) {
  return [&finder, take](const Chunk& chunk) {
    for (std::size_t row = 0; row < chunk.rows; ++row) {
      if (const auto cell = finder.find(chunk.day.values[row], chunk.symbol.values[row])) {
        take(chunk, row, *cell);
      }
    }
  };
}

Result<void> load_daily(const store::Reader& reader, const store::Scan& scan,
                        const CellFinder& finder, PhaseAInputs& out) {
  OFFEX_TRY(reader.scan_short(
      scan, each_cell<store::ShortChunk>(
                finder, [&](const auto& chunk, std::size_t row, CellFinder::Cell at) {
                  add(out.short_volume, at, chunk.short_volume, row);
                  add(out.short_exempt_volume, at, chunk.short_exempt_volume, row);
                  add(out.total_volume, at, chunk.total_volume, row);
                })));
  OFFEX_TRY(reader.scan_bars(
      scan, each_cell<store::BarChunk>(
                finder, [&](const auto& chunk, std::size_t row, CellFinder::Cell at) {
                  out.high.at(at.row, at.symbol) = dollars(chunk.high, row);
                  out.low.at(at.row, at.symbol) = dollars(chunk.low, row);
                  out.close.at(at.row, at.symbol) = dollars(chunk.close, row);
                  out.vwap.at(at.row, at.symbol) = dollars(chunk.vwap, row);
                  out.volume.at(at.row, at.symbol) = shares(chunk.volume, row);
                  out.has_bar.at(at.row, at.symbol) = 1.0;
                })));
  return reader.scan_lit(
      scan, kPhaseA,
      each_cell<store::LitChunk>(
          finder, [&](const auto& chunk, std::size_t row, CellFinder::Cell at) {
            out.lit_buy_volume.at(at.row, at.symbol) = shares(chunk.buy_volume, row);
            out.lit_sell_volume.at(at.row, at.symbol) = shares(chunk.sell_volume, row);
          }));
}

/// Weeks of the tile's symbols, tiers added up in exact integers, and the newest week of all.
Result<void> load_weeks(const store::Reader& reader, const Axis& axis, std::size_t first_symbol,
                        std::size_t count, std::optional<market::Instant> as_of,
                        PhaseAInputs& out) {
  std::map<std::int32_t, std::size_t> cells;
  for (std::size_t symbol = 0; symbol < count; ++symbol) {
    cells.emplace(axis.codes[first_symbol + symbol], symbol);
  }
  std::vector<std::map<std::int32_t, std::int64_t>> sums(count);
  std::optional<std::int32_t> newest;
  OFFEX_TRY(reader.scan_weekly(
      {market::calendar_range(), as_of, {}}, [&](const store::WeeklyChunk& chunk) {
        for (std::size_t row = 0; row < chunk.rows; ++row) {
          const std::int32_t week = chunk.day.values[row];
          newest = std::max(newest.value_or(week), week);
          const auto cell = cells.find(chunk.symbol.values[row]);
          if (cell != cells.end()) {
            const Amounts& volume = chunk.off_exchange_volume;
            sums[cell->second][week] += volume.valid(row) ? volume.values[row] : 0;
          }
        }
      }));
  for (std::size_t symbol = 0; symbol < count; ++symbol) {
    for (const auto& [week, volume] : sums[symbol]) {
      out.weeks[symbol].push_back(
          {market::Day::from_days(week), market::Quantity::from_millionths(volume).to_double()});
    }
  }
  if (newest) {
    out.newest_week = market::Day::from_days(*newest);
  }
  return {};
}

}  // namespace

Result<Axis> phase_a_universe(const store::Reader& reader, const Axis& axis,
                              std::optional<market::Instant> as_of) {
  if (axis.days.empty() || axis.symbols.empty()) {
    return Axis{axis.days, {}, {}};
  }
  OFFEX_ASSIGN(const std::vector<market::Symbol> known, reader.symbols());
  std::vector<char> seen(known.size(), 0);
  const auto see = [&seen](const auto& chunk) {
    for (std::size_t row = 0; row < chunk.rows; ++row) {
      seen[static_cast<std::size_t>(chunk.symbol.values[row])] = 1;
    }
  };
  const store::Scan scan{{axis.days.front(), axis.days.back()},
                         as_of,
                         scan_codes(axis, 0, axis.symbols.size(), known.size())};
  OFFEX_TRY(reader.scan_short(scan, [&](const store::ShortChunk& chunk) { see(chunk); }));
  OFFEX_TRY(reader.scan_bars(scan, [&](const store::BarChunk& chunk) { see(chunk); }));
  OFFEX_TRY(reader.scan_lit(scan, kPhaseA, [&](const store::LitChunk& chunk) { see(chunk); }));
  Axis out;
  out.days = axis.days;
  for (std::size_t symbol = 0; symbol < axis.symbols.size(); ++symbol) {
    if (seen[static_cast<std::size_t>(axis.codes[symbol])] != 0) {
      out.symbols.push_back(axis.symbols[symbol]);
      out.codes.push_back(axis.codes[symbol]);
    }
  }
  return out;
}

Result<PhaseAInputs> load_phase_a(const store::Reader& reader, const Axis& axis,
                                  std::size_t first_symbol, std::size_t count,
                                  std::optional<market::Instant> as_of) {
  OFFEX_CHECK(first_symbol + count <= axis.symbols.size() && !axis.days.empty());
  PhaseAInputs out{axis.days.size(), count};
  OFFEX_ASSIGN(const std::vector<market::Symbol> known, reader.symbols());
  const CellFinder finder{axis, 0, axis.days.size(), first_symbol, count};
  const store::Scan scan{{axis.days.front(), axis.days.back()},
                         as_of,
                         scan_codes(axis, first_symbol, count, known.size())};
  OFFEX_TRY(load_daily(reader, scan, finder, out));
  OFFEX_TRY(load_weeks(reader, axis, first_symbol, count, as_of, out));
  return out;
}

}  // namespace offex::studies
