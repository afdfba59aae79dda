#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "offex/studies/load.hpp"
#include "offex/studies/venue_mix.hpp"

#include "studies/nowcast_load_internal.hpp"
#include "studies/venue_mix_internal.hpp"
#include "studies/weekly_internal.hpp"

namespace offex::studies {
namespace {

/// Rows of venues by place of the symbol, then week.
using Cells = std::map<std::pair<std::size_t, std::size_t>, std::vector<VenueRow>>;

/// Codes of the symbols as a condition; empty when they are all there are.
std::string only(const Axis& axis, bool all) {
  if (all) return {};
  std::string out;
  for (const std::int32_t code : axis.codes) {
    out += fmt::format("{}{}", out.empty() ? " AND f.symbol_code IN (" : ", ", code);
  }
  return out + ')';
}

std::optional<std::int64_t> number_at(const columns::Column& column, std::size_t row) {
  return column.valid(row) ? std::optional{column.values<std::int64_t>()[row]} : std::nullopt;
}

VenueRow row_at(const columns::Batch& rows, std::size_t row) {
  return {.ats = rows.column(2).values<std::int8_t>()[row] != 0,
          .tiered = rows.column(3).values<std::int8_t>()[row] != 0,
          .mpid = rows.column(4).values<std::string>()[row],
          .crd = number_at(rows.column(5), row),
          .name = rows.column(6).values<std::string>()[row],
          .volume = number_at(rows.column(7), row),
          .trades = number_at(rows.column(8), row)};
}

Result<Cells> load_venues(const NowcastLoad& load, const std::string& symbols) {
  Cells out;
  const std::string sql =
      "SELECT f.week_start_date, f.symbol_code, r.ats, r.tier IS NOT NULL, coalesce(v.mpid, ''), "
      "v.crd, coalesce(v.name, ''), f.share_quantity, f.trade_count FROM fact_weekly_summary f "
      "JOIN weekly_summary_revision_used(" +
      load.ask.moment() +
      ") r USING (revision_id) JOIN venue v USING (venue_code) WHERE r.firm AND " +
      load.between("r.key_date") + " AND " + load.between("f.week_start_date") +
      " AND (f.public_from IS NULL OR f.public_from <= " + load.ask.moment() + ")" + symbols;
  OFFEX_TRY(load.ask.each(sql, [&](const columns::Batch& rows) {
    for (std::size_t row = 0; row < rows.num_rows(); ++row) {
      const auto cell = load.find(rows.column(0).values<std::int32_t>()[row],
                                  rows.column(1).values<std::int32_t>()[row]);
      if (cell) {
        out[{cell->symbol, cell->row}].push_back(row_at(rows, row));
      }
    }
  }));
  // Of two sources of one week only that which tells the tier.
  for (auto& [cell, rows] : out) {
    for (const bool ats : {true, false}) {
      const bool tiered = std::ranges::any_of(
          rows, [ats](const VenueRow& row) { return row.ats == ats && row.tiered; });
      std::erase_if(rows,
                    [&](const VenueRow& row) { return tiered && row.ats == ats && !row.tiered; });
    }
  }
  return out;
}

}  // namespace

Result<columns::Batch> venue_mix(const store::Reader& reader, const VenueMixRequest& request) {
  columns::Batch out = venue_mix_header();
  OFFEX_ASSIGN(Axis axis, store_axis(reader, request.symbols));
  OFFEX_ASSIGN(axis.days, weekly_grid(reader, request.as_of));
  if (request.weeks) {
    std::erase_if(axis.days, [&](market::Day monday) { return !request.weeks->contains(monday); });
  }
  if (axis.days.empty() || axis.codes.empty()) return out;
  const NowcastLoad load{{reader, request.as_of},
                         axis.days,
                         CellFinder{axis, 0, axis.days.size(), 0, axis.codes.size()}};
  OFFEX_ASSIGN(const Cells cells, load_venues(load, only(axis, request.symbols.empty())));
  NowcastInputs whole{axis.days, axis.symbols.size()};
  OFFEX_TRY(load_nowcast_weekly(load, whole));
  for (const auto& [cell, rows] : cells) {
    const double volume = whole.published.at(cell.second, cell.first);
    append_venues(
        axis.symbols[cell.first], axis.days[cell.second], rows,
        std::isnan(volume) ? std::nullopt : std::optional{static_cast<std::int64_t>(volume)}, out);
  }
  return out;
}

}  // namespace offex::studies
