#include "offex/studies/features.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "offex/kernels/elementwise.hpp"
#include "offex/studies/load.hpp"

#include "studies/weekly_internal.hpp"

namespace offex::studies {
namespace {

std::optional<market::Instant> weekly_as_of(const FeatureRequest& request) {
  return request.as_of ? request.as_of : request.now;
}

/// The moment of a question in SQL: the second parameter, where there is one.
std::string_view moment_text(std::optional<market::Instant> as_of) {
  return as_of ? "$2" : "TIMESTAMP 'infinity'";
}

/// Files whose rows are in force, by name and hash; both empty when there are none.
struct Provenance {
  std::string files;
  std::string digests;
};

Result<Provenance> short_files(const store::Reader& reader, const FeatureRequest& request) {
  std::vector<store::Parameter> parameters{request.day};
  if (request.as_of) parameters.emplace_back(*request.as_of);
  OFFEX_ASSIGN(store::QueryRows query,
               reader.query(fmt::format("SELECT i.name, i.sha256 FROM consolidated_revision_used({}"
                                        ") r JOIN ingest_file i USING (file_id) WHERE r.key_date = "
                                        "$1 ORDER BY r.facility",
                                        moment_text(request.as_of)),
                            parameters));
  OFFEX_ASSIGN(const columns::Batch rows, query.all());
  Provenance out;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const char* const comma = row == 0 ? "" : ",";
    out.files += comma + columns::cell_text(rows.column(0), row);
    out.digests += comma + columns::cell_text(rows.column(1), row);
  }
  return out;
}

/// The files of a week by cell: tiers come out in different weeks, and a row names only its own.
Result<std::vector<Provenance>> ats_files(const store::Reader& reader,
                                          const FeatureRequest& request, const Axis& axis,
                                          market::Day monday) {
  const auto as_of = weekly_as_of(request);
  std::vector<store::Parameter> parameters{monday};
  if (as_of) parameters.emplace_back(*as_of);
  const std::string sql = fmt::format(
      "SELECT symbol_code, string_agg(name, ',' ORDER BY name, sha256) AS names, "
      "string_agg(sha256, ',' ORDER BY name, sha256) AS digests FROM (SELECT DISTINCT "
      "f.symbol_code, i.name, i.sha256 FROM (SELECT DISTINCT revision_id, symbol_code FROM "
      "fact_weekly_summary WHERE week_start_date = $1 AND (public_from IS NULL OR public_from <= "
      "{0})) f JOIN weekly_summary_revision_used({0}) r USING (revision_id) JOIN ingest_file i "
      "USING (file_id) WHERE r.ats AND r.key_date = $1) GROUP BY symbol_code",
      moment_text(as_of));
  std::vector<Provenance> out(axis.symbols.size());
  std::unordered_map<std::int32_t, std::size_t> cells;
  for (std::size_t cell = 0; cell < axis.codes.size(); ++cell)
    cells.emplace(axis.codes[cell], cell);
  OFFEX_ASSIGN(store::QueryRows query, reader.query(sql, parameters));
  columns::Batch rows;
  while (true) {
    OFFEX_ASSIGN(const bool more, query.next(rows));
    if (!more) break;
    for (std::size_t row = 0; row < rows.num_rows(); ++row) {
      const auto cell = cells.find(rows.column(0).values<std::int32_t>()[row]);
      if (cell == cells.end()) continue;
      out[cell->second] = {.files = columns::cell_text(rows.column(1), row),
                           .digests = columns::cell_text(rows.column(2), row)};
    }
  }
  return out;
}

/// What the rows of a symbol are made of: panels of one day, or of its week.
class Shares {
 public:
  Shares(const V2Inputs& daily, const WeeklyInputs& weekly)
      : short_share(daily.presence.num_symbols()),
        exempt_share(daily.presence.num_symbols()),
        ats_share(daily.presence.num_symbols()),
        ats_from_bars(daily.presence.num_symbols()) {
    kernels::share(daily.short_volume.row(0), daily.total_volume.row(0), short_share);
    kernels::share(daily.short_exempt_volume.row(0), daily.total_volume.row(0), exempt_share);
    kernels::share(weekly.ats.volume.row(0), weekly.reported_total.row(0), ats_share);
    kernels::share(weekly.ats.volume.row(0), weekly.consolidated.row(0), ats_from_bars);
    for (std::size_t cell = 0; cell < ats_share.size(); ++cell) {
      // A total that the file names is never replaced, not even where it makes no share.
      if (std::isnan(weekly.reported_total.at(0, cell))) {
        ats_share[cell] = ats_from_bars[cell];
      } else {
        ats_from_bars[cell] = columns::Panel::kMissing;
      }
    }
  }
  std::vector<double> short_share;
  std::vector<double> exempt_share;
  std::vector<double> ats_share;
  std::vector<double> ats_from_bars;  ///< missing where the file's own total is used
};

void push_share(columns::Column& column, const std::vector<double>& shares,
                std::optional<std::size_t> cell) {
  if (cell && !std::isnan(shares[*cell])) {
    column.push(shares[*cell]);
  } else {
    column.push_missing();
  }
}

void push_text(columns::Column& column, bool present, const std::string& text) {
  if (present && !text.empty()) {
    column.push(text);
  } else {
    column.push_missing();
  }
}

void push_day(columns::Column& column, bool present, double day) {
  if (present && !std::isnan(day)) {
    column.push(static_cast<std::int32_t>(day));
  } else {
    column.push_missing();
  }
}

void push_label(columns::Column& column, bool present, bool second) {
  if (present) {
    column.push(static_cast<std::uint8_t>(second ? 1 : 0));
  } else {
    column.push_missing();
  }
}

/// All that the rows of one day come from.
struct Sources {
  Sources(market::Day asked, market::Day monday, std::size_t symbols)
      : day{asked}, daily{1, symbols}, weekly{{monday}, symbols} {}

  market::Day day;
  V2Inputs daily;
  WeeklyInputs weekly;
  Provenance short_files;
  std::vector<Provenance> ats_files;  ///< by cell
};

void push_row(const market::Symbol& symbol, std::optional<std::size_t> cell, const Sources& sources,
              const Shares& shares, columns::Batch& out) {
  const auto column = [&out](std::string_view name) -> columns::Column& { return *out.find(name); };
  const bool has_short = cell && !std::isnan(sources.daily.presence.at(0, *cell));
  const bool has_ats = cell && !std::isnan(sources.weekly.ats.volume.at(0, *cell));
  column("symbol").push(symbol);
  column("trade_date").push(sources.day.days());
  push_share(column("short_vol_share"), shares.short_share, cell);
  push_share(column("short_exempt_share"), shares.exempt_share, cell);
  push_share(column("ats_share_of_total"), shares.ats_share, cell);
  column("feature_version").push(std::uint8_t{0});
  push_label(column("short_source"), has_short, sources.daily.cnms[0] == 0);
  push_text(column("source_file"), true, sources.short_files.files);
  push_text(column("source_sha256"), true, sources.short_files.digests);
  const bool has_share = cell && !std::isnan(shares.ats_share[*cell]);
  push_label(column("ats_total_source"), has_share,
             has_share && !std::isnan(shares.ats_from_bars[*cell]));
  push_day(column("ats_week_used"), has_ats, sources.weekly.weeks[0].days());
  push_day(column("ats_published_date"), has_ats,
           has_ats ? sources.weekly.published.at(0, *cell) : columns::Panel::kMissing);
  const Provenance ats = has_ats ? sources.ats_files[*cell] : Provenance{};
  push_text(column("ats_source_file"), has_ats, ats.files);
  push_text(column("ats_source_sha256"), has_ats, ats.digests);
}

/// The symbols asked for, or those that the day's short-sale files name; in order, each once.
std::vector<market::Symbol> symbols_of(const FeatureRequest& request, const Axis& axis,
                                       const V2Inputs& daily) {
  std::vector<market::Symbol> out = request.symbols;
  for (std::size_t cell = 0; request.symbols.empty() && cell < axis.symbols.size(); ++cell) {
    if (!std::isnan(daily.presence.at(0, cell))) {
      out.push_back(axis.symbols[cell]);
    }
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

/// Gives all rows the label of the asker, which is no word of the catalogue.
void relabel(const std::string& version, columns::Batch& rows) {
  columns::Column label{"feature_version", columns::Type::Text};
  for (std::size_t row = 0; row < rows.num_rows(); ++row) label.push(version);
  *rows.find("feature_version") = std::move(label);
}

}  // namespace

Result<columns::Batch> features(const store::Reader& reader, const FeatureRequest& request) {
  OFFEX_ASSIGN(Axis axis, store_axis(reader, request.symbols));
  axis.days = {request.day};
  const market::Day monday = market::week_end_friday(request.day).plus(-4);
  Sources sources{request.day, monday, axis.symbols.size()};
  OFFEX_ASSIGN(sources.short_files, short_files(reader, request));
  OFFEX_ASSIGN(sources.ats_files, ats_files(reader, request, axis, monday));
  OFFEX_TRY(load_short(reader, axis, request.as_of, sources.daily));
  OFFEX_ASSIGN(sources.weekly, load_weekly(reader, axis, {&monday, 1}, weekly_as_of(request)));
  const Shares shares{sources.daily, sources.weekly};
  columns::Batch out =
      RowWriter::header(*find_table("daily_features", kFeatureVersion), SymbolColumn::Name);
  for (const market::Symbol& symbol : symbols_of(request, axis, sources.daily)) {
    const auto at = std::ranges::lower_bound(axis.symbols, symbol);
    std::optional<std::size_t> cell;
    if (at != axis.symbols.end() && *at == symbol) {
      cell = static_cast<std::size_t>(at - axis.symbols.begin());
    }
    push_row(symbol, cell, sources, shares, out);
  }
  if (!request.version.empty()) relabel(request.version, out);
  return out;
}

}  // namespace offex::studies
