#include <algorithm>
#include <iterator>
#include <string>

#include "offex/base/check.hpp"
#include "offex/market/calendar.hpp"

#include "studies/nowcast_load_internal.hpp"
#include "studies/weekly_internal.hpp"

namespace offex::studies {
namespace {

/// A session and whose files are there.
struct Session {
  market::Day day;
  std::size_t week{0};
  bool finra{false};
  bool bars{false};
  bool whole_market{false};  ///< of bars: who is not in the file did not trade
  bool used{false};
};

Result<std::vector<Session>> load_sessions(const NowcastLoad& load) {
  std::vector<Session> out;
  for (std::size_t week = 0; week < load.mondays.size(); ++week) {
    for (std::int32_t ahead = 0; ahead < 5; ++ahead) {
      const market::Day day = load.mondays[week].plus(ahead);
      if (market::calendar_range().contains(day) && market::is_session(day)) {
        out.push_back({.day = day, .week = week});
      }
    }
  }
  const std::string where = ") WHERE rows > 0 AND " + load.between("key_date");
  const auto mark = [&](const columns::Batch& days, auto set) {
    for (std::size_t row = 0; row < days.num_rows(); ++row) {
      const auto day = market::Day::from_days(days.column(0).values<std::int32_t>()[row]);
      const auto at = std::ranges::lower_bound(out, day, {}, &Session::day);
      if (at != out.end() && at->day == day) {
        set(*at, row);
      }
    }
  };
  OFFEX_ASSIGN(const columns::Batch finra,
               load.ask.all("SELECT DISTINCT key_date FROM consolidated_revision_used(" +
                            load.ask.moment() + where));
  mark(finra, [](Session& session, std::size_t) { session.finra = true; });
  OFFEX_ASSIGN(const columns::Batch bars,
               load.ask.all("SELECT key_date, bool_or(dataset IN ('daily_bar_flat_file', "
                            "'daily_bar_grouped')) FROM daily_bar_revision_used(" +
                            load.ask.moment() + where + " GROUP BY 1"));
  mark(bars, [&](Session& session, std::size_t row) {
    session.bars = true;
    session.whole_market = bars.column(1).values<std::int8_t>()[row] != 0;
  });
  std::vector<std::uint8_t> has_bars(load.mondays.size(), 0);
  for (const Session& session : out) {
    has_bars[session.week] |= session.bars ? 1U : 0U;
  }
  for (Session& session : out) {
    session.used = session.finra && (session.bars || has_bars[session.week] == 0);
  }
  return out;
}

/// A table of sessions for a join: day, its Monday, bit of its weekday, whether it is used.
std::string table_of(std::span<const Session> sessions) {
  std::string out;
  for (const Session& session : sessions) {
    out += fmt::format("{}(DATE '{}', DATE '{}', {}, {})", out.empty() ? "(VALUES " : ", ",
                       session.day.iso(), market::week_start(session.day).iso(),
                       1 << static_cast<int>(session.day.weekday()), session.used);
  }
  return out + ") AS session(day, monday, bit, used)";
}

Result<void> load_finra(const NowcastLoad& load, std::span<const Session> sessions,
                        NowcastInputs& out) {
  std::vector<Session> used;
  std::ranges::copy_if(sessions, std::back_inserter(used), &Session::used);
  for (const Session& session : used) {
    ++out.sessions_used[session.week];
  }
  if (used.empty()) return {};
  const std::string sql =
      "SELECT session.monday, f.symbol_code, CASE WHEN count(f.total_volume) = count(*) "
      "THEN sum(f.total_volume)::DECIMAL(18,6) END FROM fact_short f JOIN " +
      table_of(used) +
      " ON session.day = f.trade_date WHERE f.revision_id IN (SELECT revision_id FROM "
      "consolidated_revision_used(" +
      load.ask.moment() + ") WHERE " + load.between("key_date") + ") AND " +
      load.between("f.trade_date") + " GROUP BY ALL";
  return load.ask.each(sql, [&](const columns::Batch& rows) {
    const auto& days = rows.column(0).values<std::int32_t>();
    const auto& codes = rows.column(1).values<std::int32_t>();
    const auto& volumes = rows.column(2).values<std::int64_t>();
    for (std::size_t row = 0; row < rows.num_rows(); ++row) {
      const auto cell = load.finder.find(days[row], codes[row]);
      if (cell && rows.column(2).valid(row)) {
        out.finra.at(cell->row, cell->symbol) = static_cast<double>(volumes[row]);
      }
    }
  });
}

/// Weekdays of some weeks in which a symbol without a bar has no known volume.
struct Uncovered {
  explicit Uncovered(std::size_t weeks) : all(weeks, 0), used(weeks, 0) {}
  std::vector<std::int64_t> all;
  std::vector<std::int64_t> used;
};

Uncovered uncovered(std::span<const Session> sessions, std::size_t weeks) {
  Uncovered out{weeks};
  for (const Session& session : sessions) {
    if (session.whole_market) continue;
    const std::int64_t bit = std::int64_t{1} << static_cast<int>(session.day.weekday());
    out.all[session.week] |= bit;
    out.used[session.week] |= session.used ? bit : 0;
  }
  return out;
}

Result<void> load_bars(const NowcastLoad& load, std::span<const Session> sessions,
                       NowcastInputs& out) {
  std::vector<Session> with_bars;
  std::ranges::copy_if(sessions, std::back_inserter(with_bars), &Session::bars);
  if (with_bars.empty()) return {};
  const Uncovered missing = uncovered(sessions, load.mondays.size());
  const std::string sql =
      "SELECT session.monday, f.symbol_code, sum(f.volume)::DECIMAL(18,6), "
      "coalesce(sum(f.volume) FILTER (session.used), 0)::DECIMAL(18,6), "
      "bit_or(session.bit)::BIGINT, count(f.volume) = count(*) FROM fact_bar f JOIN " +
      table_of(with_bars) +
      " ON session.day = f.trade_date WHERE f.revision_id IN (SELECT revision_id FROM "
      "daily_bar_revision_used(" +
      load.ask.moment() + ") WHERE " + load.between("key_date") + ") AND " +
      load.between("f.trade_date") + " GROUP BY ALL";
  return load.ask.each(sql, [&](const columns::Batch& rows) {
    const auto& days = rows.column(0).values<std::int32_t>();
    const auto& codes = rows.column(1).values<std::int32_t>();
    const auto& whole = rows.column(2).values<std::int64_t>();
    const auto& used = rows.column(3).values<std::int64_t>();
    const auto& weekdays = rows.column(4).values<std::int64_t>();
    const auto& complete = rows.column(5).values<std::int8_t>();
    for (std::size_t row = 0; row < rows.num_rows(); ++row) {
      const auto cell = load.finder.find(days[row], codes[row]);
      if (!cell || complete[row] == 0) continue;
      if ((missing.all[cell->row] & ~weekdays[row]) == 0) {
        out.week_consolidated.at(cell->row, cell->symbol) = static_cast<double>(whole[row]);
      }
      if ((missing.used[cell->row] & ~weekdays[row]) == 0) {
        out.consolidated.at(cell->row, cell->symbol) = static_cast<double>(used[row]);
      }
    }
  });
}

/// Whether sessions of a week were still to come.
std::vector<std::uint8_t> running_weeks(const NowcastInputs& in, std::span<const Session> sessions,
                                        std::optional<market::Instant> as_of) {
  std::optional<market::Day> newest;
  if (as_of) {
    newest = market::last_published_session(*as_of);
  } else {
    for (const Session& session : sessions) {
      newest = session.finra ? session.day : newest;
    }
  }
  std::vector<std::uint8_t> out(in.weeks.size(), 0);
  for (std::size_t week = 0; week < out.size(); ++week) {
    out[week] = !newest || *newest < in.evenings[week] ? 1 : 0;
  }
  return out;
}

}  // namespace

Result<std::vector<market::Day>> nowcast_grid(const store::Reader& reader,
                                              std::optional<market::Instant> as_of) {
  OFFEX_ASSIGN(std::vector<market::Day> out, weekly_grid(reader, as_of));
  const NowcastQuestion question{reader, as_of};
  OFFEX_ASSIGN(const columns::Batch newest,
               question.all("SELECT max(key_date) FROM consolidated_revision_used(" +
                            question.moment() + ") WHERE rows > 0"));
  if (out.empty() || newest.num_rows() == 0 || !newest.column(0).valid(0)) {
    return std::vector<market::Day>{};
  }
  const auto last =
      market::week_start(market::Day::from_days(newest.column(0).values<std::int32_t>()[0]));
  for (market::Day monday = out.back().plus(7); monday <= last; monday = monday.plus(7)) {
    out.push_back(monday);
  }
  std::erase_if(out, [&](market::Day monday) { return monday > last; });
  return out;
}

Result<NowcastInputs> load_nowcast(const store::Reader& reader, const Axis& axis,
                                   std::span<const market::Day> mondays,
                                   std::optional<market::Instant> as_of) {
  OFFEX_CHECK(!mondays.empty());
  const Axis weeks{{mondays.begin(), mondays.end()}, {}, axis.codes};
  const NowcastLoad load{
      {reader, as_of}, mondays, CellFinder{weeks, 0, mondays.size(), 0, axis.codes.size()}};
  NowcastInputs out{{mondays.begin(), mondays.end()}, axis.symbols.size()};
  OFFEX_ASSIGN(const std::vector<Session> sessions, load_sessions(load));
  out.running = running_weeks(out, sessions, as_of);
  OFFEX_TRY(load_finra(load, sessions, out));
  OFFEX_TRY(load_bars(load, sessions, out));
  OFFEX_TRY(load_nowcast_weekly(load, out));
  return out;
}

}  // namespace offex::studies
