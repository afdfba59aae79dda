#include "offex/studies/load.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <string>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/market/calendar.hpp"

#include "studies/load_internal.hpp"

namespace offex::studies {
namespace {

using columns::Panel;

/// An `--asof` far in the future means "the newest revision of everything".
constexpr std::string_view kNewest = "TIMESTAMP 'infinity'";

/// Days with rows, from the small table of revisions rather than from the facts.
Result<std::vector<market::Day>> days_with_facts(const store::Reader& reader,
                                                 std::optional<market::Instant> as_of) {
  std::vector<store::Parameter> parameters;
  if (as_of) {
    parameters.emplace_back(*as_of);
  }
  const std::string sql = "SELECT DISTINCT key_date FROM revision_used(" +
                          std::string{as_of ? std::string_view{"$1"} : kNewest} +
                          ") WHERE family IN ('short', 'bar', 'lit') AND facility <> 'FORF' AND "
                          "rows > 0 ORDER BY key_date";
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql, parameters));
  OFFEX_ASSIGN(const columns::Batch all, rows.all());
  std::vector<market::Day> out;
  for (const std::int32_t day : all.column(0).values<std::int32_t>()) {
    out.push_back(market::Day::from_days(day));
  }
  return out;
}

/// Marks the sessions whose short rows come from the consolidated file.
Result<void> mark_cnms(const store::Reader& reader, const Axis& axis, std::size_t first,
                       std::size_t end, std::size_t row, std::optional<market::Instant> as_of,
                       V2Inputs& out) {
  std::vector<store::Parameter> parameters{axis.days[first], axis.days[end - 1]};
  if (as_of) {
    parameters.emplace_back(*as_of);
  }
  const std::string sql = "SELECT DISTINCT key_date FROM consolidated_revision_used(" +
                          std::string{as_of ? std::string_view{"$3"} : kNewest} +
                          ") WHERE facility = 'CNMS' AND key_date BETWEEN $1 AND $2";
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql, parameters));
  OFFEX_ASSIGN(const columns::Batch all, rows.all());
  for (const std::int32_t day : all.column(0).values<std::int32_t>()) {
    const auto at = std::ranges::lower_bound(axis.days, market::Day::from_days(day));
    if (at != axis.days.end() && at->days() == day) {
      out.cnms[row + static_cast<std::size_t>(at - axis.days.begin()) - first] = 1;
    }
  }
  return {};
}

double number(const store::ChunkColumn<std::int64_t>& column, std::size_t row) {
  return column.valid(row) ? static_cast<double>(column.values[row]) : Panel::kMissing;
}

void mark(Panel& presence, std::size_t row, std::size_t symbol, unsigned kind) {
  double& cell = presence.at(row, symbol);
  const unsigned before = std::isnan(cell) ? 0U : static_cast<unsigned>(cell);
  cell = static_cast<double>(before | kind);
}

void take_short(const store::ShortChunk& chunk, std::size_t index, std::size_t row,
                std::size_t symbol, V2Inputs& out) {
  const double presence = out.presence.at(row, symbol);
  const bool more =
      !std::isnan(presence) && (static_cast<unsigned>(presence) & V2Inputs::kShort) != 0;
  const auto add = [&](Panel& panel, const store::ChunkColumn<std::int64_t>& column) {
    // A part that is missing makes the sum missing: NaN + x is NaN.
    double& cell = panel.at(row, symbol);
    cell = more ? cell + number(column, index) : number(column, index);
  };
  add(out.short_volume, chunk.short_volume);
  add(out.short_exempt_volume, chunk.short_exempt_volume);
  add(out.total_volume, chunk.total_volume);
  mark(out.presence, row, symbol, V2Inputs::kShort);
}

void take_bar(const store::BarChunk& chunk, std::size_t index, std::size_t row, std::size_t symbol,
              V2Inputs& out) {
  out.open.at(row, symbol) = number(chunk.open, index);
  out.high.at(row, symbol) = number(chunk.high, index);
  out.low.at(row, symbol) = number(chunk.low, index);
  out.close.at(row, symbol) = number(chunk.close, index);
  out.vwap.at(row, symbol) = number(chunk.vwap, index);
  out.volume.at(row, symbol) = number(chunk.volume, index);
  mark(out.presence, row, symbol, V2Inputs::kBar);
}

void take_lit(const store::LitChunk& chunk, std::size_t index, std::size_t row, std::size_t symbol,
              V2Inputs& out) {
  out.lit_buy_volume.at(row, symbol) = number(chunk.buy_volume, index);
  out.lit_sell_volume.at(row, symbol) = number(chunk.sell_volume, index);
  mark(out.presence, row, symbol, V2Inputs::kLit);
}

/// A scan of some sessions and the way from its rows to cells of a panel.
struct DailyScan {
  CellFinder finder;
  store::Scan scan;
  std::size_t row;  ///< panel row of the first session

  /// Returns a visitor that hands every row inside to `take`. \pre this outlives it
  template <class Chunk, class Take>
  [[nodiscard]] std::function<void(const Chunk&)> visitor(Take take, V2Inputs& out) const {
    return [this, take, &out](const Chunk& chunk) {
      for (std::size_t index = 0; index < chunk.rows; ++index) {
        if (const auto cell = finder.find(chunk.day.values[index], chunk.symbol.values[index])) {
          take(chunk, index, row + cell->row, cell->symbol, out);
        }
      }
    };
  }
};

Result<DailyScan> daily_scan(const store::Reader& reader, const Axis& axis, std::size_t first,
                             std::size_t end, std::size_t row,
                             std::optional<market::Instant> as_of) {
  OFFEX_ASSIGN(const std::vector<market::Symbol> known, reader.symbols());
  return DailyScan{CellFinder{axis, first, end, 0, axis.symbols.size()},
                   {{axis.days[first], axis.days[end - 1]},
                    as_of,
                    scan_codes(axis, 0, axis.symbols.size(), known.size())},
                   row};
}

}  // namespace

CellFinder::CellFinder(const Axis& axis, std::size_t first_day, std::size_t end_day,
                       std::size_t first_symbol, std::size_t count) {
  if (first_day < end_day) {
    first_ = axis.days[first_day].days();
    rows_.assign(static_cast<std::size_t>(axis.days[end_day - 1].days() - first_) + 1, -1);
  }
  for (std::size_t day = first_day; day < end_day; ++day) {
    rows_[static_cast<std::size_t>(axis.days[day].days() - first_)] =
        static_cast<std::int32_t>(day - first_day);
  }
  for (std::size_t symbol = first_symbol; symbol < first_symbol + count; ++symbol) {
    const auto code = static_cast<std::size_t>(axis.codes[symbol]);
    if (code >= symbols_.size()) {
      symbols_.resize(code + 1, -1);
    }
    symbols_[code] = static_cast<std::int32_t>(symbol - first_symbol);
  }
}

std::optional<CellFinder::Cell> CellFinder::find(std::int32_t day, std::int32_t code) const {
  const std::int64_t offset = std::int64_t{day} - first_;
  if (offset < 0 || static_cast<std::size_t>(offset) >= rows_.size() || code < 0 ||
      static_cast<std::size_t>(code) >= symbols_.size()) {
    return std::nullopt;
  }
  const std::int32_t row = rows_[static_cast<std::size_t>(offset)];
  const std::int32_t symbol = symbols_[static_cast<std::size_t>(code)];
  if (row < 0 || symbol < 0) {
    return std::nullopt;
  }
  return Cell{static_cast<std::size_t>(row), static_cast<std::size_t>(symbol)};
}

std::vector<std::int32_t> scan_codes(const Axis& axis, std::size_t first_symbol, std::size_t count,
                                     std::size_t known) {
  if (count == known) {
    return {};
  }
  const auto begin = axis.codes.begin() + static_cast<std::ptrdiff_t>(first_symbol);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

Result<std::vector<market::Day>> session_grid(const store::Reader& reader,
                                              std::optional<market::Instant> as_of) {
  OFFEX_ASSIGN(std::vector<market::Day> facts, days_with_facts(reader, as_of));
  if (facts.empty()) {
    return facts;
  }
  OFFEX_ASSIGN(const std::vector<market::Day> sessions,
               market::sessions({facts.front(), facts.back()}));
  std::vector<market::Day> out;
  std::ranges::set_union(facts, sessions, std::back_inserter(out));
  return out;
}

Result<Axis> store_axis(const store::Reader& reader, std::span<const market::Symbol> wanted) {
  OFFEX_ASSIGN(const std::vector<market::Symbol> known, reader.symbols());
  std::vector<market::Symbol> sorted{wanted.begin(), wanted.end()};
  std::ranges::sort(sorted);
  std::vector<std::pair<market::Symbol, std::int32_t>> pairs;
  for (std::size_t code = 0; code < known.size(); ++code) {
    if (wanted.empty() || std::ranges::binary_search(sorted, known[code])) {
      pairs.emplace_back(known[code], static_cast<std::int32_t>(code));
    }
  }
  std::ranges::sort(pairs);
  Axis out;
  for (const auto& [symbol, code] : pairs) {
    out.symbols.push_back(symbol);
    out.codes.push_back(code);
  }
  return out;
}

Result<void> load_v2(const store::Reader& reader, const Axis& axis, std::size_t first,
                     std::size_t end, std::size_t row, std::optional<market::Instant> as_of,
                     V2Inputs& out) {
  OFFEX_CHECK(first < end && end <= axis.days.size() &&
              row + (end - first) <= out.presence.num_days());
  OFFEX_ASSIGN(const DailyScan scan, daily_scan(reader, axis, first, end, row, as_of));
  OFFEX_TRY(mark_cnms(reader, axis, first, end, row, as_of, out));
  OFFEX_TRY(reader.scan_short(scan.scan, scan.visitor<store::ShortChunk>(take_short, out)));
  OFFEX_TRY(reader.scan_bars(scan.scan, scan.visitor<store::BarChunk>(take_bar, out)));
  return reader.scan_lit(scan.scan, "v2", scan.visitor<store::LitChunk>(take_lit, out));
}

Result<void> load_short(const store::Reader& reader, const Axis& axis,
                        std::optional<market::Instant> as_of, V2Inputs& out) {
  const std::size_t days = axis.days.size();
  OFFEX_CHECK(days > 0 && days <= out.presence.num_days());
  OFFEX_ASSIGN(const DailyScan scan, daily_scan(reader, axis, 0, days, 0, as_of));
  OFFEX_TRY(mark_cnms(reader, axis, 0, days, 0, as_of, out));
  return reader.scan_short(scan.scan, scan.visitor<store::ShortChunk>(take_short, out));
}

}  // namespace offex::studies
