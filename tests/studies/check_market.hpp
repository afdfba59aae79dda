#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"
#include "offex/studies/check.hpp"
#include "offex/studies/lit_direction.hpp"

#include "studies/weekly_files.hpp"
#include "support/scratch.hpp"

namespace offex::studies::test {

using Lines = std::vector<std::string>;

/// A healthy market of ten symbols: three weeks of short files and bars, two weeks of summaries, a
/// day of lit direction. Each test puts one fault beside it.
class CheckMarket : public testing::Test {
 protected:
  CheckMarket() {
    names_.reserve(10);
    for (int number = 0; number < 10; ++number) names_.push_back("AA" + std::to_string(number));
    for (const market::Day one : days_) {
      put_short(one, names_);
      put_day_bars(one, 2000);
    }
    put_summaries(store_, "first", week_of("2026-03-02"));
    put_summaries(store_, "second", week_of("2026-03-09"));
    put_lit("AA0", lit_row());
  }

  void put_short(market::Day one, const std::vector<std::string>& names,
                 const std::string& revision = "") {
    columns::Batch rows{{columns::Column{"symbol", columns::Type::Symbol},
                         columns::Column{"market_mask", columns::Type::Int32},
                         columns::Column{"short_volume", columns::Type::Quantity},
                         columns::Column{"short_exempt_volume", columns::Type::Quantity},
                         columns::Column{"total_volume", columns::Type::Quantity}}};
    for (const std::string& name : names) {
      rows.column(0).push(market::Symbol::from_trusted(name));
      rows.column(1).push<std::int32_t>(7);
      for (const std::int64_t shares : {400, 4, 900}) {
        rows.column(shares == 400 ? 2
                    : shares == 4 ? 3
                                  : 4)
            .push<std::int64_t>(shares * market::Quantity::kPerShare);
      }
    }
    store_.put("short " + one.iso() + revision, {.dataset = market::Dataset::FinraShortDaily,
                                                 .day = one,
                                                 .facility = market::Facility::Cnms,
                                                 .rows = &rows});
  }
  void put_day_bars(market::Day one, std::int64_t shares, const std::string& revision = "") {
    std::vector<std::pair<std::string, std::int64_t>> volumes;
    volumes.reserve(names_.size());
    for (const std::string& name : names_) volumes.emplace_back(name, shares);
    put_bars(store_, one, volumes, revision);
  }

  static SummaryRow summary(const std::string& week, const std::string& type, std::int64_t shares) {
    return {.week = week,
            .symbol = "AA0",
            .tier = "T1",
            .type = type,
            .shares = shares,
            .trades = 5,
            .published = day(week).plus(21).iso(),
            .updated = day(week).plus(21).iso()};
  }
  static SummaryRow firm(const std::string& week, const std::string& mpid, std::int64_t shares) {
    SummaryRow out = summary(week, "ATS_W_SMBL_FIRM", shares);
    out.mpid = mpid;
    out.name = mpid + " ATS";
    return out;
  }
  static std::vector<SummaryRow> week_of(const std::string& week) {
    return {summary(week, "ATS_W_SMBL", 1000), summary(week, "OTC_W_SMBL", 2000),
            firm(week, "EBXL", 600), firm(week, "UBSA", 400)};
  }

  static LitRow lit_row() {
    constexpr std::int64_t kShare = market::Quantity::kPerShare;
    LitRow out;
    out.buy_volume = 500 * kShare;
    out.sell_volume = 400 * kShare;
    out.midpoint_volume = 50 * kShare;
    out.unclassified_volume = 50 * kShare;
    out.off_exchange_volume = 1000 * kShare;
    out.off_exchange_midpoint_volume = 200 * kShare;
    out.tape_volume = 2000 * kShare;
    out.trade_count = 9;
    out.method = "LEE_READY";
    out.coverage_pct = 90.0;
    return out;
  }
  void put_lit(const std::string& name, LitRow row, const std::string& revision = "") {
    row.symbol = market::Symbol::from_trusted(name);
    const columns::Batch rows = lit_batch(days_.back(), "v2", {&row, 1});
    store_.put("lit " + name + revision,
               {.dataset = market::Dataset::LitDirectionTape, .rows = &rows});
  }

  /// "severity subject: message" of the findings of one check; of all but the archive's without it,
  /// since these facts came from no files.
  Lines findings(std::string_view check = "") {
    const store::Reader reader = store_.reader();
    const auto outcomes = run_checks(reader, home_.path());
    EXPECT_TRUE(outcomes) << (outcomes ? "" : base::format_error(outcomes.error()));
    Lines out;
    for (const CheckOutcome& outcome : *outcomes) {
      if (check.empty() ? outcome.check == "raw-archive" : outcome.check != check) continue;
      for (const Finding& one : outcome.findings) {
        out.push_back(std::string{to_string(one.severity)} + ' ' + one.subject + ": " +
                      one.message);
      }
    }
    return out;
  }

  StudyStore store_;
  test_support::ScratchFolder home_;
  std::vector<std::string> names_;
  std::vector<market::Day> days_{market::sessions({day("2026-03-02"), day("2026-03-20")}).value()};
};

}  // namespace offex::studies::test
