#include "offex/studies/check.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"
#include "offex/store/raw_archive.hpp"
#include "offex/studies/catalogue.hpp"
#include "offex/studies/lit_direction.hpp"

#include "studies/weekly_files.hpp"
#include "support/scratch.hpp"

namespace offex::studies::test {
namespace {

using columns::Column;
using columns::Type;
using market::Dataset;
using market::Quantity;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Lines = std::vector<std::string>;

/// A healthy market of ten symbols: three weeks of short files and bars, two weeks of summaries, a
/// day of lit direction. Each test puts one fault beside it.
class Check : public testing::Test {
 protected:
  Check() {
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
    columns::Batch rows{{Column{"symbol", Type::Symbol}, Column{"market_mask", Type::Int32},
                         Column{"short_volume", Type::Quantity},
                         Column{"short_exempt_volume", Type::Quantity},
                         Column{"total_volume", Type::Quantity}}};
    for (const std::string& name : names) {
      rows.column(0).push(market::Symbol::from_trusted(name));
      rows.column(1).push<std::int32_t>(7);
      for (const std::int64_t shares : {400, 4, 900}) {
        rows.column(shares == 400 ? 2
                    : shares == 4 ? 3
                                  : 4)
            .push<std::int64_t>(shares * Quantity::kPerShare);
      }
    }
    store_.put("short " + one.iso() + revision, {.dataset = Dataset::FinraShortDaily,
                                                 .day = one,
                                                 .facility = market::Facility::Cnms,
                                                 .rows = &rows});
  }
  void put_day_bars(market::Day one, std::int64_t shares, const std::string& revision = "") {
    std::vector<std::pair<std::string, std::int64_t>> volumes;
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
    constexpr std::int64_t kShare = Quantity::kPerShare;
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
    store_.put("lit " + name + revision, {.dataset = Dataset::LitDirectionTape, .rows = &rows});
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

TEST_F(Check, IsSilentOnGoodData) {
  store_.build_all({});

  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(Check, FirmRowsAboveTheSymbolRowAreAnError) {
  put_summaries(store_, "more", {firm("2026-03-02", "JPMX", 1)});

  EXPECT_THAT(findings(),
              ElementsAre("error 2026-03-02 T1 ATS AA0: symbol row 1000.0, firm rows 1001.0"));
}

TEST_F(Check, FirmRowsBelowTheSymbolRowAreAWarning) {
  put_summaries(store_, "less", {firm("2026-03-02", "UBSA", 399)});

  EXPECT_THAT(findings(),
              ElementsAre("warning 2026-03-02 T1 ATS AA0: symbol row 1000.0, firm rows 999.0"));
}

TEST_F(Check, AWeekThatATierLacksIsAWarning) {
  put_summaries(store_, "later", week_of("2026-03-23"));

  EXPECT_THAT(findings(), ElementsAre("warning 2026-03-16 T1 ATS: no rows of this week",
                                      "warning 2026-03-16 T1 OTC: no rows of this week"));
}

TEST_F(Check, AWeekPublishedBeforeItsEndIsAnError) {
  std::vector<SummaryRow> rows = week_of("2026-03-16");
  for (SummaryRow& row : rows) row.published = row.updated = "2026-03-20";
  put_summaries(store_, "early", {rows[0]});

  EXPECT_THAT(findings("weekly-range"), ElementsAre(HasSubstr("published 2026-03-20")));
}

TEST_F(Check, SharesWithoutATradeAreAnError) {
  SummaryRow row = summary("2026-03-16", "ATS_W_SMBL", 10);
  row.trades = 0;
  put_summaries(store_, "no trades", {row});

  EXPECT_THAT(
      findings("weekly-range"),
      ElementsAre(
          "error 2026-03-16 T1 ATS_W_SMBL AA0: 10.0 shares in 0 trades, published 2026-04-06"));
}

TEST_F(Check, AWeekThatStartsOnATuesdayIsAnError) {
  put_summaries(store_, "Tuesday", {summary("2026-03-17", "ATS_W_SMBL", 10)});

  EXPECT_THAT(findings("weekly-range"), ElementsAre(HasSubstr("error 2026-03-17 T1 ATS_W_SMBL")));
}

TEST_F(Check, FirmsThatOnlyTheirNamesTellApartAreNoDuplicates) {
  std::vector<SummaryRow> rows;
  for (const char* name : {"ONE SECURITIES", "TWO SECURITIES", "De Minimis Firms"}) {
    SummaryRow row = summary("2026-03-16", "OTC_W_SMBL_FIRM", 10);
    row.name = name;
    rows.push_back(row);
  }
  put_summaries(store_, "OTC_non_ats_2026-03-16.txt", rows, Dataset::WeeklyDownload);

  EXPECT_THAT(findings("weekly-duplicate"), IsEmpty());
}

TEST_F(Check, AWeekAboveItsConsolidatedVolumeIsAWarning) {
  SummaryRow row = summary("2026-03-16", "OTC_W_SMBL", 10'001);
  put_summaries(store_, "large", {row});

  EXPECT_THAT(findings("weekly-consolidated"),
              ElementsAre("warning 2026-03-16 AA0: weekly 10001.0, consolidated 10000.0"));
}

TEST_F(Check, LitPartsAboveTheTapeAreAnError) {
  LitRow row = lit_row();
  row.buy_volume += Quantity::kPerShare;
  put_lit("AA0", row, "again");

  EXPECT_THAT(findings("lit-range"),
              ElementsAre(HasSubstr("error 2026-03-20 AA0: buys 501.0 sells 400.0 midpoint 50.0")));
}

TEST_F(Check, MidpointPrintsAboveAllPrintsAreAnError) {
  LitRow row = lit_row();
  row.off_exchange_midpoint_volume = *row.off_exchange_volume + 1;
  put_lit("AA0", row, "again");

  EXPECT_THAT(findings("lit-range"), ElementsAre(HasSubstr("error 2026-03-20 AA0: ")));
}

TEST_F(Check, ATapeFarFromTheBarIsAWarning) {
  put_day_bars(days_.back(), 1900, "corrected");

  EXPECT_THAT(findings("tape-bar"),
              ElementsAre("warning 2026-03-20 AA0: tape 2000.0, daily bar 1900.0"));
}

TEST_F(Check, ATapeNearTheBarIsNone) {
  put_day_bars(days_.back(), 1985, "corrected");

  EXPECT_THAT(findings("tape-bar"), IsEmpty());
}

TEST_F(Check, PrintsBelowFinrasTotalAreAWarning) {
  LitRow row = lit_row();
  row.off_exchange_volume = 850 * Quantity::kPerShare;
  put_lit("AA0", row, "again");

  EXPECT_THAT(findings("tape-finra"),
              ElementsAre("warning 2026-03-20 AA0: tape 850.0, FINRA total 900.0"));
}

TEST_F(Check, ASessionWithFarFewerRowsIsAWarning) {
  put_short(days_.back(), {"AA0", "AA1", "AA2", "AA3", "AA4", "AA5"}, "cut");

  EXPECT_THAT(findings("session-size"),
              ElementsAre("warning finra_short_daily 2026-03-20: 6 rows, usually 10: the file may "
                          "be cut"));
}

TEST_F(Check, ANullRateThatJumpsIsAWarning) {
  const market::Day next = market::session_after(days_.back()).value();
  put_short(next, names_);
  store_.build_all({});

  EXPECT_THAT(
      findings("null-rates"),
      ElementsAre("warning 2026-03-23 close: null on 100.0 % of the rows, usually on 0.0 %",
                  "warning 2026-03-23 offex_share: null on 100.0 % of the rows, usually on 0.0 %",
                  "warning 2026-03-23 volume: null on 100.0 % of the rows, usually on 0.0 %"));
}

TEST_F(Check, FactsAfterABuildAreOnlyInformation) {
  store_.build_all({});
  put_short(days_.back(), {"AA0", "AA1", "AA2", "AA3", "AA4", "AA5", "AA6", "AA7"}, "newer");

  const Lines all = findings();

  EXPECT_THAT(all, testing::Each(HasSubstr("facts came after it was built at 2026-06-01")));
  EXPECT_THAT(all, testing::Contains(HasSubstr("info daily_metrics_v2 v2: ")));
}

TEST_F(Check, ASessionWithoutAFileIsAWarning) {
  put_short(day("2026-03-24"), names_);

  EXPECT_THAT(findings("calendar"), ElementsAre("warning finra_short_daily CNMS 2026-03-23: no "
                                                "file of this session"));
}

TEST_F(Check, ABreakInsideTheStoredDaysIsInformation) {
  put_short(day("2026-02-20"), names_);

  EXPECT_THAT(findings("breaks"), ElementsAre(HasSubstr("info 2026-02-23 fractional-shares: ")));
}

/// Built rows that no build makes.
class BuiltRows : public Check {
 protected:
  /// Replaces the build by one row of AA0 on the last day; `values` by column, the rest missing.
  void replace_by(const std::map<std::string, double>& values) {
    store_.build_all({});
    const store::DerivedTable table = derived_table(*find_table("daily_metrics", "v2"));
    columns::Batch row;
    for (const store::DerivedColumn& column : table.columns) {
      row.add(column.type == Type::Label ? Column{column.name, column.words}
                                         : Column{column.name, column.type});
      fill(row.column(row.num_columns() - 1), values);
    }
    const store::BuildState state{
        .variant = "v2",
        .last_revision = 1'000'000,
        .days = {},
        .built_at = market::Instant::from_nanos(store_.clock.now_nanos())};
    const auto done = store_.writer().replace_derived(
        table, state, {}, [&](const store::Writer::BatchSink& sink) { return sink(row); });
    ASSERT_TRUE(done) << base::format_error(done.error());
  }

 private:
  void fill(Column& column, const std::map<std::string, double>& values) const {
    const auto value = values.find(std::string{column.name()});
    if (column.name() == "trade_date") {
      column.push<std::int32_t>(days_.back().days());
    } else if (column.name() == "symbol_code") {
      column.push<std::int32_t>(0);
    } else if (column.type() == Type::Label) {
      column.push<std::uint8_t>(0);
    } else if (column.type() == Type::Bool) {
      column.push<std::int8_t>(value == values.end() || value->second != 0 ? 1 : 0);
    } else if (value == values.end()) {
      column.push_missing();
    } else if (column.type() == Type::Double) {
      column.push(value->second);
    } else {
      column.push(static_cast<std::int64_t>(value->second) * Quantity::kPerShare);
    }
  }
};

TEST_F(BuiltRows, AFlagAgainstTheFactsIsAnError) {
  replace_by({{"has_short", 0}});

  EXPECT_THAT(findings(),
              ElementsAre("error 2026-03-20 AA0: has_short false (row: true), has_price "
                          "true (close: true), has_lit true (row: true)"));
}

TEST_F(BuiltRows, ARatioAboveOneIsAnError) {
  replace_by({{"offex_share", 1.5}});

  EXPECT_THAT(findings(), ElementsAre(HasSubstr("error 2026-03-20 AA0: ")));
}

TEST_F(BuiltRows, ARatioThatIsNotItsPartsIsAnError) {
  replace_by({{"short_ratio", 0.5}, {"short_volume", 400}, {"short_ratio_denominator_value", 900}});

  EXPECT_THAT(findings(), ElementsAre(HasSubstr("error 2026-03-20 AA0: short_ratio 0.5 with")));
}

TEST(CheckArchive, ADamagedTapeInTheArchiveIsAnError) {
  StudyStore store;
  const test_support::ScratchFolder home;
  store::RawArchive raw{home.path() / "raw"};
  const std::string text = "a tape, as far as the archive knows\n";
  const std::string sha256 = base::sha256(text).hex();
  ASSERT_TRUE(raw.put(sha256, "", text));
  ASSERT_TRUE(store.writer().put_tape(
      {.sha256 = sha256, .name = "tape.csv", .url = "", .bytes = text.size(), .etag = ""},
      {.dataset = Dataset::TradeTape,
       .day = day("2026-03-20"),
       .scope = "",
       .sha256 = sha256,
       .name = "tape.csv",
       .rows = 1,
       .known_from = {}},
      sha256));
  const auto archive = [&] {
    const auto outcomes = run_checks(store.reader(), home.path());
    EXPECT_TRUE(outcomes);
    Lines out;
    for (const Finding& one : outcomes->front().findings) {
      out.push_back(std::string{to_string(one.severity)} + ' ' + one.subject + ": " + one.message);
    }
    return out;
  };
  EXPECT_THAT(archive(), IsEmpty());

  const std::filesystem::path kept = raw.path_of(sha256).value();
  std::ofstream{kept, std::ios::binary | std::ios::in}.write("A", 1);
  EXPECT_THAT(archive(),
              ElementsAre("error tape.csv: the archived bytes do not have their SHA-256"));

  std::filesystem::remove(kept);
  EXPECT_THAT(archive(), ElementsAre(HasSubstr("error tape.csv: raw archive: ")));
}

}  // namespace
}  // namespace offex::studies::test
