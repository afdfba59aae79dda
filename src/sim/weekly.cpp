#include <algorithm>
#include <functional>
#include <span>
#include <utility>

#include "offex/market/calendar.hpp"

#include "sim/random_internal.hpp"
#include "sim/real_math_internal.hpp"
#include "sim/text_internal.hpp"
#include "sim/weekly_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::uint64_t kWeekStream = 0x3EE4000000;
constexpr double kLargeDollarVolume = 17.5;  // logarithm of dollars a session, about 40 million

// The spellings are real, the volumes and the names are not.
constexpr std::array kAts{
    Firm{"UBSA", 0, "UBSA SIMULATED ATS A", 1.9}, Firm{"SGMT", 0, "SGMT SIMULATED ATS B", 1.4},
    Firm{"INCR", 0, "INCR SIMULATED ATS C", 1.2}, Firm{"JPMX", 0, "JPMX SIMULATED ATS D", 1.1},
    Firm{"JPBX", 0, "JPBX SIMULATED ATS E", 0.5}, Firm{"EBXL", 0, "EBXL SIMULATED ATS F", 0.8},
    Firm{"LATS", 0, "LATS SIMULATED ATS G", 0.7}, Firm{"MSPL", 0, "MSPL SIMULATED ATS H", 1.0},
    Firm{"IATS", 0, "IATS SIMULATED ATS I", 0.6}, Firm{"BIDS", 0, "BIDS SIMULATED ATS J", 0.8},
    Firm{"CGXS", 0, "CGXS SIMULATED ATS K", 0.3}, Firm{"ICBX", 0, "ICBX SIMULATED ATS L", 0.4},
    Firm{"KCGM", 0, "KCGM SIMULATED ATS M", 0.5},
};
constexpr std::array kOthers{
    Firm{"", 0, "De Minimis Firms", 0.0},  // its share is drawn apart
    Firm{"", 900'001, "SIMULATED WHOLESALER 1", 3.0},
    Firm{"", 900'002, "SIMULATED WHOLESALER 2", 2.2},
    Firm{"", 900'003, "SIMULATED WHOLESALER 3", 1.1},
    Firm{"", 900'011, "SIMULATED BANK DESK 1", 1.6},
    Firm{"", 900'012, "SIMULATED BANK DESK 2", 1.3},
    Firm{"", 900'013, "SIMULATED BANK DESK 3", 0.9},
    Firm{"", 900'014, "SIMULATED BANK DESK 4", 0.5},
};

// Indices of well-known names: one changes its tape, one ticker goes to another company.
constexpr std::size_t kMovesTape = 9;     // ON
constexpr std::size_t kReusedTicker = 7;  // NULL

struct Amount {
  std::int64_t shares{0};
  std::int64_t trades{0};
  std::int64_t cents{0};
};

Amount operator-(const Amount& a, const Amount& b) {
  return {a.shares - b.shares, a.trades - b.trades, a.cents - b.cents};
}

std::int64_t part_of(std::int64_t whole, double fraction) {
  return static_cast<std::int64_t>(static_cast<double>(whole) * fraction);
}

/// Takes a part that is whole shares and at least one trade; what is left keeps as much.
Amount take(const Amount& whole, double fraction) {
  const std::int64_t shares = part_of(whole.shares / kShare, fraction) * kShare;
  if (shares < kShare || whole.shares - shares < kShare || whole.trades < 2) return {};
  return {.shares = shares,
          .trades = std::clamp<std::int64_t>(part_of(whole.trades, fraction), 1, whole.trades - 1),
          .cents = part_of(whole.cents, fraction)};
}

/// Firms by weight for one security: the same ones lead from week to week.
std::vector<std::pair<double, std::uint16_t>> ranked(std::span<const Firm> firms, std::size_t first,
                                                     std::size_t count, Random& stable,
                                                     Random& random) {
  std::vector<std::pair<double, std::uint16_t>> out;
  for (std::size_t i = first; i < firms.size(); ++i) {
    const double taste = 0.8 * stable.normal() + 0.25 * random.normal();
    out.emplace_back(firms[i].weight * portable_exp(taste), static_cast<std::uint16_t>(i));
  }
  std::ranges::sort(out, std::greater{});
  out.resize(std::min(out.size(), count));
  return out;
}

class Splitter {
 public:
  Splitter(const Security& security, std::uint32_t index, const WeekPlan& plan, WeekTable& out)
      : security_{security},
        index_{index},
        plan_{plan},
        out_{out},
        stable_{plan.seed, kWeekStream + index, 0},
        random_{plan.seed, kWeekStream + index, static_cast<std::uint64_t>(plan.monday.days())} {
    const double usual = security_.kind == Kind::Otc ? 0.0 : -0.85;
    ats_share_ = logistic(usual + 0.35 * stable_.normal() + 0.15 * random_.normal());
  }

  void split(const Amount& all, Issue issue) {
    const Amount ats = take(all, ats_share_);
    put(kAtsSymbol, 0, issue, ats);
    put(kOtcSymbol, 0, issue, all - ats);
    if (!plan_.firms) return;
    const double size = security_.log_volume - 6.0;
    by_firm(kAtsFirm, kAts, 0, size * 1.1, ats, issue);
    const Amount others = all - ats;
    // Small firms report under one roof.
    const Amount small = take(others, 0.25 + 0.11 * random_.uniform());
    put(kOtcFirm, 0, issue, small);
    by_firm(kOtcFirm, kOthers, 1, size * 0.6, others - small, issue);
  }

 private:
  void put(std::size_t grain, std::uint16_t firm, Issue issue, const Amount& amount) {
    if (amount.shares == 0) return;
    out_.rows[grain].push_back({.security = index_,
                                .firm = firm,
                                .issue = issue,
                                .shares = amount.shares,
                                .trades = amount.trades,
                                .cents = amount.cents});
  }

  void by_firm(std::size_t grain, std::span<const Firm> firms, std::size_t first, double size,
               const Amount& all, Issue issue) {
    if (all.shares == 0) return;
    const auto wanted = static_cast<std::size_t>(std::clamp(size, 1.0, 20.0));
    const auto ranks = ranked(firms, first, wanted, stable_, random_);
    double weight = 0.0;
    for (const auto& [share, firm] : ranks) weight += share;
    Amount left = all;
    // The last ones first: the leader takes what is left, fractions too.
    for (std::size_t i = ranks.size() - 1; i > 0; --i) {
      const Amount part = take(left, ranks[i].first / weight);
      weight -= ranks[i].first;
      put(grain, ranks[i].second, issue, part);
      left = left - part;
    }
    put(grain, ranks.front().second, issue, left);
  }

  const Security& security_;
  std::uint32_t index_;
  const WeekPlan& plan_;
  WeekTable& out_;
  Random stable_;
  Random random_;
  double ats_share_{0.0};
};

Issue change_of(std::size_t index, const WeekPlan& plan) {
  if (!plan.changes) return Issue::Usual;
  if (index == kMovesTape) return Issue::OtherTape;
  return index == kReusedTicker ? Issue::OtherName : Issue::Usual;
}

}  // namespace

Tier tier_of(const Security& security) {
  if (security.kind == Kind::Otc) return Tier::Otce;
  const bool eligible = security.kind == Kind::Common || security.kind == Kind::Fund;
  const double dollars = security.log_volume + portable_log(security.first_price);
  return eligible && dollars >= kLargeDollarVolume ? Tier::T1 : Tier::T2;
}

market::Day publication_day(market::Day monday, Tier tier) {
  const market::Day due = monday.plus(tier == Tier::T1 ? 21 : 35);
  if (!market::calendar_range().contains(due) || market::is_session(due)) return due;
  const auto next = market::session_after(due);
  return next ? *next : due;
}

void add_session(std::vector<WeekSum>& sums, const std::vector<Trading>& trading) {
  sums.resize(trading.size());
  for (std::size_t i = 0; i < trading.size(); ++i) {
    const Trading& row = trading[i];
    const std::int64_t volume = row.facility_volume() + row.extended;
    WeekSum& sum = sums[i];
    sum.volume += volume;
    sum.consolidated += row.volume;
    sum.trades += row.extended_trades;
    for (const std::int32_t trades : row.venue_trades) sum.trades += trades;
    sum.dollars += static_cast<double>(volume) / static_cast<double>(kShare) *
                   (static_cast<double>(row.close) / static_cast<double>(kDollar));
  }
}

const Firm& ats_firm(std::size_t index) { return kAts.at(index); }
const Firm& otc_firm(std::size_t index) { return kOthers.at(index); }

WeekTable break_down(const std::vector<Security>& universe, const std::vector<WeekSum>& sums,
                     const WeekPlan& plan) {
  WeekTable out{.monday = plan.monday, .rows = {}};
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i].volume == 0) continue;
    Splitter splitter{universe[i], static_cast<std::uint32_t>(i), plan, out};
    const Amount all{.shares = sums[i].volume,
                     .trades = sums[i].trades,
                     .cents = static_cast<std::int64_t>(sums[i].dollars * 100.0)};
    const Issue change = change_of(i, plan);
    const Amount before = change == Issue::Usual ? Amount{} : take(all, 0.4);
    if (before.shares > 0) splitter.split(before, change);
    splitter.split(all - before, Issue::Usual);
  }
  return out;
}

}  // namespace offex::sim
