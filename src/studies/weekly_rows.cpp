#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/market/calendar.hpp"

#include "studies/weekly_internal.hpp"

namespace offex::studies {
namespace {

using columns::Panel;

constexpr double kNan = Panel::kMissing;

using Rows = std::vector<const WeeklyRow*>;

/// Sum of a value, missing when there is no row or a part is missing.
double sum_of(const Rows& rows, std::optional<std::int64_t> WeeklyRow::* value) {
  std::int64_t sum = 0;
  for (const WeeklyRow* row : rows) {
    const std::optional<std::int64_t>& part = row->*value;
    if (!part) {
      return kNan;
    }
    sum += *part;
  }
  return rows.empty() ? kNan : static_cast<double>(sum);
}

void raise(double& cell, double value) {
  if (std::isnan(cell) || cell < value) {
    cell = value;
  }
}

/// Day of publication by the rule, where the source tells none.
double rule_day(market::Day monday, std::string_view tier) {
  return market::to_new_york(market::weekly_publication(monday, tier)).day.days();
}

/// Rows of one symbol, week and side; of two sources only those of the one that tells tiers.
struct SideRows {
  Rows symbol;
  Rows firm;

  [[nodiscard]] const Rows& that_count() const { return symbol.empty() ? firm : symbol; }
};

void keep_tiered(Rows& rows) {
  if (std::ranges::any_of(rows, [](const WeeklyRow* row) { return row->tier.has_value(); })) {
    std::erase_if(rows, [](const WeeklyRow* row) { return !row->tier; });
  }
}

void fill_side(const SideRows& rows, const VenueNames& names, std::size_t week, std::size_t symbol,
               WeeklySide& out) {
  const Rows& used = rows.that_count();
  if (used.empty()) {
    return;
  }
  const double firm_volume = sum_of(rows.firm, &WeeklyRow::shares);
  const VenueSummary venues = names.summarize(rows.firm);
  const double volume = sum_of(used, &WeeklyRow::shares);
  out.volume.at(week, symbol) = volume;
  out.trades.at(week, symbol) = sum_of(used, &WeeklyRow::trades);
  out.source.at(week, symbol) = rows.symbol.empty() ? 1.0 : 0.0;
  out.symbol_rows.at(week, symbol) = static_cast<double>(rows.symbol.size());
  const bool twice = rows.symbol.empty() ? venues.twice : rows.symbol.size() > 1;
  out.twice.at(week, symbol) = twice ? 1.0 : 0.0;
  if (!rows.symbol.empty() && !std::isnan(firm_volume) && !std::isnan(volume)) {
    out.disagrees.at(week, symbol) = firm_volume == volume ? 0.0 : 1.0;
  }
  out.venues.at(week, symbol) = venues.count;
  out.top_share.at(week, symbol) = venues.top_share;
  out.concentration.at(week, symbol) = venues.concentration;
  out.de_minimis.at(week, symbol) = venues.de_minimis;
  out.top[week * out.volume.num_symbols() + symbol] = venues.top;
}

/// The tier with the most shares; a symbol has one in all but damaged weeks.
std::string_view tier_of(const std::array<SideRows, 2>& sides, std::span<const std::string> tiers) {
  std::vector<std::int64_t> shares(tiers.size(), -1);
  for (const SideRows& side : sides) {
    for (const WeeklyRow* row : side.that_count()) {
      if (row->tier) {
        std::int64_t& sum = shares[static_cast<std::size_t>(*row->tier)];
        sum = std::max<std::int64_t>(sum, 0) + row->shares.value_or(0);
      }
    }
  }
  std::string_view out;
  std::int64_t most = -1;
  for (std::size_t tier = 0; tier < tiers.size(); ++tier) {
    if (shares[tier] > most || (shares[tier] == most && most >= 0 && tiers[tier] < out)) {
      most = shares[tier];
      out = tiers[tier];
    }
  }
  return out;
}

void fill_dates(const WeeklyRow& row, std::string_view tier, std::size_t week, std::size_t symbol,
                WeeklyInputs& out) {
  if (row.published) {
    raise(out.published.at(week, symbol), *row.published);
    raise(out.available.at(week, symbol), *row.published);
  } else {
    raise(out.available.at(week, symbol), rule_day(out.weeks[week], tier));
  }
  if (row.updated) {
    raise(out.updated.at(week, symbol), *row.updated);
  }
  if (row.published && row.updated) {
    raise(out.restated.at(week, symbol), *row.updated > *row.published ? 1.0 : 0.0);
  }
}

/// All rows of one symbol and week, in the order in which they came.
void fill_cell(std::span<const WeeklyRow* const> rows, const VenueNames& names,
               std::span<const std::string> tiers, WeeklyInputs& out) {
  const std::size_t week = rows.front()->week;
  const std::size_t symbol = rows.front()->symbol;
  std::array<SideRows, 2> sides;
  for (const WeeklyRow* row : rows) {
    SideRows& side = sides[row->ats ? 0 : 1];
    (row->firm ? side.firm : side.symbol).push_back(row);
    if (const std::int64_t total = row->total.value_or(0); total > 0) {
      out.reported_total.at(week, symbol) = static_cast<double>(total);  // the last one stays
    }
  }
  for (SideRows& side : sides) {
    keep_tiered(side.symbol);
    keep_tiered(side.firm);
  }
  fill_side(sides[0], names, week, symbol, out.ats);
  fill_side(sides[1], names, week, symbol, out.non_ats);
  const std::string_view tier = tier_of(sides, tiers);
  out.tiers[week * out.num_symbols() + symbol] = tier;
  for (const SideRows& side : sides) {
    for (const WeeklyRow* row : side.that_count()) {
      fill_dates(*row, tier, week, symbol, out);
    }
    for (const Rows* level : {&side.symbol, &side.firm}) {
      for (const WeeklyRow* row : *level) {
        raise(out.known_from.at(week, symbol), static_cast<double>(row->known_from));
      }
    }
  }
}

}  // namespace

WeeklySide::WeeklySide(std::size_t weeks, std::size_t symbols) : top(weeks * symbols) {
  for (Panel* panel : {&volume, &trades, &source, &symbol_rows, &twice, &disagrees, &venues,
                       &top_share, &concentration, &de_minimis}) {
    *panel = Panel{weeks, symbols};
  }
}

WeeklyInputs::WeeklyInputs(std::vector<market::Day> mondays, std::size_t symbols)
    : weeks{std::move(mondays)},
      ats{weeks.size(), symbols},
      non_ats{weeks.size(), symbols},
      tiers(weeks.size() * symbols) {
  for (const market::Day monday : weeks) {
    sessions.push_back(market::sessions_in_week(monday));
  }
  for (Panel* panel :
       {&published, &updated, &restated, &available, &known_from, &reported_total, &table_volume,
        &table_available, &table_known_from, &consolidated, &bars_known_from}) {
    *panel = Panel{weeks.size(), symbols};
  }
}

void take_weekly_rows(std::span<const WeeklyRow> rows, std::span<const store::Venue> venues,
                      std::span<const std::string> tiers, WeeklyInputs& out) {
  const VenueNames names{venues};
  std::vector<const WeeklyRow*> order(rows.size());
  std::ranges::transform(rows, order.begin(), [](const WeeklyRow& row) { return &row; });
  const auto place = [](const WeeklyRow* row) { return std::pair{row->week, row->symbol}; };
  std::ranges::stable_sort(order, {}, place);
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && place(order[end]) == place(order[begin])) {
      ++end;
    }
    OFFEX_CHECK(order[begin]->week < out.weeks.size() && order[begin]->symbol < out.num_symbols());
    fill_cell(std::span{order}.subspan(begin, end - begin), names, tiers, out);
    begin = end;
  }
}

void take_weekly_table(std::span<const WeeklyTableRow> rows, WeeklyInputs& out) {
  for (const WeeklyTableRow& row : rows) {
    OFFEX_CHECK(row.week < out.weeks.size() && row.symbol < out.num_symbols());
    double& volume = out.table_volume.at(row.week, row.symbol);
    double& known_from = out.table_known_from.at(row.week, row.symbol);
    const double shares = row.shares ? static_cast<double>(*row.shares) : kNan;
    // A part that is missing makes the sum missing.
    volume = std::isnan(known_from) ? shares : volume + shares;
    raise(known_from, static_cast<double>(row.known_from));
    raise(out.table_available.at(row.week, row.symbol), rule_day(out.weeks[row.week], row.tier));
    std::string& tier = out.tiers[row.week * out.num_symbols() + row.symbol];
    if (tier.empty()) {
      tier = row.tier;
    }
  }
}

}  // namespace offex::studies
