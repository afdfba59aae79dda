#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/market/calendar.hpp"

#include "studies/load_internal.hpp"
#include "studies/weekly_internal.hpp"

namespace offex::studies {
namespace {

/// What a query as known at a moment needs: the moment as SQL and its parameters.
struct Moment {
  std::string sql{"TIMESTAMP 'infinity'"};
  std::vector<store::Parameter> parameters;
};

Moment moment_of(std::optional<market::Instant> as_of, std::vector<store::Parameter> first) {
  Moment out{.parameters = std::move(first)};
  if (as_of) {
    out.parameters.emplace_back(*as_of);
    out.sql = '$' + std::to_string(out.parameters.size());
  }
  return out;
}

Result<columns::Batch> ask(const store::Reader& reader, const std::string& sql,
                           const Moment& moment) {
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql, moment.parameters));
  return rows.all();
}

/// Finds the panel cell of a row by week and code.
class Places {
 public:
  Places(const Axis& axis, std::span<const market::Day> mondays)
      : axis_{{mondays.begin(), mondays.end()}, {}, axis.codes},
        finder_{axis_, 0, mondays.size(), 0, axis.codes.size()} {}

  [[nodiscard]] std::optional<CellFinder::Cell> find(std::int32_t day, std::int32_t code) const {
    return finder_.find(market::week_start(market::Day::from_days(day)).days(), code);
  }

 private:
  Axis axis_;
  CellFinder finder_;
};

/// What one load of some weeks shares.
struct Load {
  const store::Reader& reader;
  market::DayRange days;
  std::optional<market::Instant> as_of;
  std::vector<std::int32_t> codes;
  Places places;

  [[nodiscard]] store::Scan scan() const { return {days, as_of, codes}; }
};

/// When the revisions in force were known, by week and kind (`ATS_W_SMBL T1`).
using KnownFrom = std::map<std::pair<std::int32_t, std::string>, std::int64_t>;

Result<KnownFrom> known_summaries(const Load& load) {
  const Moment moment = moment_of(load.as_of, {load.days.first, load.days.last});
  const std::string sql =
      "SELECT key_date, facility, epoch_us(known_from)::BIGINT FROM revision_used(" + moment.sql +
      ") WHERE dataset IN ('weekly_summary', 'weekly_download', 'ats_summary') AND key_date "
      "BETWEEN $1 AND $2";
  OFFEX_ASSIGN(const columns::Batch rows, ask(load.reader, sql, moment));
  KnownFrom out;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    std::int64_t& known = out[{rows.column(0).values<std::int32_t>()[row],
                               rows.column(1).values<std::string>()[row]}];
    known = std::max(known, rows.column(2).values<std::int64_t>()[row]);
  }
  return out;
}

std::string kind_of(const WeeklyRow& row, std::span<const std::string> tiers) {
  std::string out = row.ats ? "ATS_W_SMBL" : "OTC_W_SMBL";
  out += row.firm ? "_FIRM" : "";
  if (row.tier) {
    out += ' ' + tiers[static_cast<std::size_t>(*row.tier)];
  }
  return out;
}

template <class To, class From>
std::optional<To> value_at(const store::ChunkColumn<From>& column, std::size_t row) {
  return column.valid(row) ? std::optional<To>{column.values[row]} : std::nullopt;
}

WeeklyRow row_at(const store::WeeklySummaryChunk& chunk, std::size_t row, CellFinder::Cell cell) {
  return {.week = static_cast<std::uint32_t>(cell.row),
          .symbol = static_cast<std::uint32_t>(cell.symbol),
          .ats = chunk.ats.values[row] != 0,
          .firm = chunk.firm.values[row] != 0,
          .venue = value_at<std::int32_t>(chunk.venue, row),
          .tier = value_at<std::int32_t>(chunk.tier, row),
          .shares = value_at<std::int64_t>(chunk.share_quantity, row),
          .trades = value_at<std::int64_t>(chunk.trade_count, row),
          .total = value_at<std::int64_t>(chunk.total_share_quantity, row),
          .published = value_at<std::int32_t>(chunk.initial_published_date, row),
          .updated = value_at<std::int32_t>(chunk.last_update_date, row)};
}

/// Names of firms without an MPID, by week and CRD number: those of the week's own rows, so that a
/// later change of name does not reach back.
using FirmNames = std::map<std::pair<std::int32_t, std::int64_t>, std::string>;

Result<FirmNames> firm_names(const Load& load) {
  const Moment moment = moment_of(load.as_of, {load.days.first, load.days.last});
  const std::string sql =
      "SELECT f.week_start_date, v.crd, min(v.name) FROM fact_weekly_summary f JOIN "
      "weekly_summary_revision_used(" +
      moment.sql +
      ") r USING (revision_id) JOIN venue v USING (venue_code) WHERE f.week_start_date BETWEEN $1 "
      "AND $2 AND v.mpid IS NULL AND v.crd IS NOT NULL AND v.name IS NOT NULL AND "
      "(f.public_from IS NULL OR f.public_from <= " +
      moment.sql + ") GROUP BY ALL";
  OFFEX_ASSIGN(const columns::Batch rows, ask(load.reader, sql, moment));
  FirmNames out;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    out[{rows.column(0).values<std::int32_t>()[row], rows.column(1).values<std::int64_t>()[row]}] =
        rows.column(2).values<std::string>()[row];
  }
  return out;
}

/// Gives every week venues of its own, under the names that they had then.
Result<void> name_venues(const Load& load, const WeeklyInputs& inputs, std::vector<WeeklyRow>& rows,
                         std::vector<store::Venue>& venues) {
  OFFEX_ASSIGN(const FirmNames names, firm_names(load));
  std::map<std::pair<std::uint32_t, std::int32_t>, std::int32_t> places;
  std::vector<store::Venue> named;
  for (WeeklyRow& row : rows) {
    if (!row.venue) {
      continue;
    }
    const auto [place, fresh] =
        places.try_emplace({row.week, *row.venue}, static_cast<std::int32_t>(named.size()));
    if (fresh) {
      store::Venue& venue = named.emplace_back(venues[static_cast<std::size_t>(*row.venue)]);
      const auto name = names.find({inputs.weeks[row.week].days(), venue.crd.value_or(-1)});
      if (venue.mpid.empty() && name != names.end()) {
        venue.name = name->second;
      }
    }
    row.venue = place->second;
  }
  venues = std::move(named);
  return {};
}

Result<void> load_summaries(const Load& load, WeeklyInputs& out) {
  OFFEX_ASSIGN(const KnownFrom known, known_summaries(load));
  std::vector<WeeklyRow> rows;
  std::vector<store::Venue> venues;
  std::vector<std::string> tiers;
  const auto visit = [&](const store::WeeklySummaryChunk& chunk) {
    for (std::size_t row = 0; row < chunk.rows; ++row) {
      if (const auto cell = load.places.find(chunk.day.values[row], chunk.symbol.values[row])) {
        rows.push_back(row_at(chunk, row, *cell));
      }
    }
  };
  OFFEX_TRY(load.reader.scan_weekly_summary(load.scan(), venues, tiers, visit));
  for (WeeklyRow& row : rows) {
    const auto found = known.find({out.weeks[row.week].days(), kind_of(row, tiers)});
    OFFEX_CHECK(found != known.end());  // a row belongs to a revision
    row.known_from = found->second;
    if (row.published) {
      // A revision may hold rows of several releases; each is known from its own.
      const auto release = market::weekly_release(market::Day::from_days(*row.published));
      row.known_from = std::max(row.known_from, release.nanos() / 1'000);
    }
  }
  OFFEX_TRY(name_venues(load, out, rows, venues));
  take_weekly_rows(rows, venues, tiers, out);
  return {};
}

Result<void> load_table(const Load& load, WeeklyInputs& out) {
  const Moment moment = moment_of(load.as_of, {load.days.first, load.days.last});
  const std::string sql =
      "SELECT f.week_start_date, f.symbol_code, r.facility, f.off_exchange_volume, "
      "epoch_us(r.known_from)::BIGINT FROM fact_weekly f JOIN revision_used(" +
      moment.sql + ") r USING (revision_id) WHERE f.week_start_date BETWEEN $1 AND $2 ORDER BY ALL";
  OFFEX_ASSIGN(const columns::Batch batch, ask(load.reader, sql, moment));
  std::vector<WeeklyTableRow> rows;
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    const auto cell = load.places.find(batch.column(0).values<std::int32_t>()[row],
                                       batch.column(1).values<std::int32_t>()[row]);
    if (!cell) {
      continue;
    }
    WeeklyTableRow& added = rows.emplace_back();
    added.week = static_cast<std::uint32_t>(cell->row);
    added.symbol = static_cast<std::uint32_t>(cell->symbol);
    added.tier = batch.column(2).values<std::string>()[row];
    if (batch.column(3).valid(row)) {
      added.shares = batch.column(3).values<std::int64_t>()[row];
    }
    added.known_from = batch.column(4).values<std::int64_t>()[row];
  }
  take_weekly_table(rows, out);
  return {};
}

Result<void> load_bars(const Load& load, WeeklyInputs& out) {
  WeeklyBars bars{out.weeks, out.num_symbols()};
  const Moment moment = moment_of(load.as_of, {load.days.first, load.days.last});
  const std::string sql =
      "SELECT key_date, dataset IN ('daily_bar_flat_file', 'daily_bar_grouped'), "
      "epoch_us(known_from)::BIGINT FROM daily_bar_revision_used(" +
      moment.sql + ") WHERE rows > 0 AND key_date BETWEEN $1 AND $2";
  OFFEX_ASSIGN(const columns::Batch days, ask(load.reader, sql, moment));
  for (std::size_t row = 0; row < days.num_rows(); ++row) {
    bars.add_day(market::Day::from_days(days.column(0).values<std::int32_t>()[row]),
                 days.column(1).values<std::int8_t>()[row] != 0,
                 days.column(2).values<std::int64_t>()[row]);
  }
  OFFEX_TRY(load.reader.scan_bars(load.scan(), [&](const store::BarChunk& chunk) {
    for (std::size_t row = 0; row < chunk.rows; ++row) {
      if (const auto cell = load.places.find(chunk.day.values[row], chunk.symbol.values[row])) {
        bars.add(market::Day::from_days(chunk.day.values[row]), cell->symbol,
                 value_at<std::int64_t>(chunk.volume, row));
      }
    }
  }));
  bars.finish(out);
  return {};
}

}  // namespace

Result<std::vector<market::Day>> weekly_grid(const store::Reader& reader,
                                             std::optional<market::Instant> as_of) {
  const Moment moment = moment_of(as_of, {});
  const std::string sql =
      "SELECT min(key_date), max(key_date) FROM revision_used(" + moment.sql +
      ") WHERE dataset IN ('weekly_summary', 'weekly_download', 'ats_summary', 'otc_weekly_table')";
  OFFEX_ASSIGN(const columns::Batch rows, ask(reader, sql, moment));
  std::vector<market::Day> out;
  if (rows.num_rows() == 0 || !rows.column(0).valid(0)) {
    return out;
  }
  const auto end = market::Day::from_days(rows.column(1).values<std::int32_t>()[0]);
  const auto first = market::Day::from_days(rows.column(0).values<std::int32_t>()[0]);
  for (market::Day monday = market::week_start(first); monday <= end; monday = monday.plus(7)) {
    out.push_back(monday);
  }
  return out;
}

Result<WeeklyInputs> load_weekly(const store::Reader& reader, const Axis& axis,
                                 std::span<const market::Day> mondays,
                                 std::optional<market::Instant> as_of) {
  OFFEX_CHECK(!mondays.empty());
  OFFEX_ASSIGN(const std::vector<market::Symbol> known, reader.symbols());
  const Load load{reader,
                  {mondays.front(), mondays.back().plus(6)},
                  as_of,
                  scan_codes(axis, 0, axis.symbols.size(), known.size()),
                  Places{axis, mondays}};
  WeeklyInputs out{{mondays.begin(), mondays.end()}, axis.symbols.size()};
  if (axis.symbols.empty()) {
    return out;
  }
  OFFEX_TRY(load_summaries(load, out));
  OFFEX_TRY(load_table(load, out));
  OFFEX_TRY(load_bars(load, out));
  return out;
}

}  // namespace offex::studies
