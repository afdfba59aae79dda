// Every file that others collected has a known outcome: rows of a data set, or a refusal with its
// reason. The files are not part of the project. docs/formats.md tells the list in words.
#include <algorithm>
#include <cctype>
#include <iterator>
#include <set>

#include <fnmatch.h>

#include "offex/base/clock.hpp"
#include "offex/ingest/import.hpp"

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

/// What the user says beside the file.
struct Flags {
  std::string facility{};
  std::string date{};
  std::string week{};
  std::string symbol{};
};

/// What becomes of the files of a pattern when each is imported alone.
struct Expected {
  std::string pattern;    ///< below its folder; `*` stays within one folder
  std::string dataset{};  ///< empty: refused
  std::string words{};    ///< of the refusal
  Flags flags{};
  bool asks{false};  ///< a flag mends it
};

Expected stored(std::string pattern, std::string dataset, Flags flags = {}) {
  return {.pattern = std::move(pattern),
          .dataset = std::move(dataset),
          .words = {},
          .flags = std::move(flags)};
}
Expected refused(std::string pattern, std::string words, Flags flags = {}) {
  return {.pattern = std::move(pattern), .words = std::move(words), .flags = std::move(flags)};
}
Expected asks(std::string pattern, std::string words) {
  return {.pattern = std::move(pattern), .words = std::move(words), .flags = {}, .asks = true};
}

struct Folder {
  std::string name;
  std::vector<Expected> files;
};
std::ostream& operator<<(std::ostream& out, const Folder& folder) { return out << folder.name; }

constexpr const char* kNoHeader = "this is no header of a known layout";
constexpr const char* kHeaderMissing = "the header line is missing";
constexpr const char* kAdjusted = "these bars are adjusted for splits";
constexpr const char* kOpenClose =
    "an open-close reply, which does not tell whether it is adjusted";
constexpr const char* kPreviousDay = "the bar of the previous day";
constexpr const char* kLast = "the last trade or quote of a ticker";
constexpr const char* kSnapshot = "a snapshot of quotes";
constexpr const char* kStatus = "the market's status";
constexpr const char* kWhosePage = "the page does not say whose it is";
constexpr const char* kWhichWeek = "it says when FINRA published the file, not which week it is";

std::vector<Folder> bars_and_lists() {
  return {{"daily_bars_25_tickers_2020-12_2021-02",
           {refused("*.csv", "the header has no column symbol (bar table)"),
            refused("AAPL.csv", "the header has no column symbol", {.symbol = "AAPL"})}},
          {"daily_bars_whole_market_2020-12", {stored("*_all.csv.gz", "daily_bar_table")}},
          {"etf_lists", {refused("*.csv", kNoHeader)}},
          {"sec_ftd_2021", {refused("cnsfails*.txt.gz", kNoHeader)}}};
}

std::vector<Folder> finra() {
  return {
      {"finra_api_json",
       {refused("error_400_*.json.txt", "the text is cut, or more text follows"),
        refused("finra_http_transcript_redacted.txt", kNoHeader),
        refused("token_200_*.json", "this JSON is no reply of a known layout"),
        refused("token_400_client_*.json",
                "the reply reports an error instead of data: Client credentials is required"),
        refused("token_400_invalid_*.json",
                "the reply reports an error instead of data: Invalid Credentials"),
        stored("weeklySummary_ATS_W_SMBL_T1_*.json", "weekly_summary"),
        stored("weeklySummary_first_rows_unfiltered.json", "weekly_summary"),
        refused("weeklySummary_request_body.json", "the body of a request and no reply")}},
      {"finra_cnms_2020-12", {stored("CNMSshvol2020*.txt.gz", "finra_short_daily")}},
      {"finra_fractional_2026",
       {stored("CNMSshvol2026*.subset.txt", "finra_short_daily"),
        stored("FORFshvol2026*.subset.txt", "finra_short_daily"),
        asks("FNRAshvol_empty_day_65bytes.txt", "say which day it is with --date"),
        stored("FNRAshvol_empty_day_65bytes.txt", "finra_short_daily", {.date = "2026-07-30"}),
        refused("other_published_fractional_rows.txt", kHeaderMissing)}},
      {"finra_gme_by_facility_2021",
       {asks("gme_shortvol_by_facility.txt", "the name does not say which facility this is from"),
        refused("gme_shortvol_by_facility.txt", "this symbol stands twice in the file",
                {.facility = "CNMS"})}},
      {"finra_otc_weekly_otce_2025-12",
       {asks("finra_otc_weekly_otc_*.csv.gz", kWhichWeek),
        stored("finra_otc_weekly_otc_20251215.csv.gz", "weekly_download", {.week = "2025-11-17"}),
        stored("finra_otc_weekly_otc_20251222.csv.gz", "weekly_download", {.week = "2025-11-24"}),
        stored("finra_otc_weekly_otc_20251229.csv.gz", "weekly_download", {.week = "2025-12-01"}),
        refused("tier1_three_weeks_few_symbols/week_*.psv", kNoHeader),
        refused("tier1_three_weeks_few_symbols/week_*.psv", kNoHeader, {.week = "2025-12-08"})}},
      {"finra_short_interest_2026",
       {stored("consolidatedShortInterest_20symbols.json", "short_interest")}},
      {"msos_short_and_ftd_2020_2025",
       {stored("finra_short_data_MSOS_72mo.csv", "finra_short_table"),
        refused("nyse-msos.fails_to_deliver.csv", kNoHeader)}},
  };
}

std::vector<Folder> exchanges_and_ticks() {
  return {{"nasdaq_bx_2020-12",
           {stored("NQBXshvol202012[!1]*.txt.gz", "exchange_short_daily"),
            stored("NQBXshvol2020121[!4].txt.gz", "exchange_short_daily"),
            refused("NQBXshvol20201214.txt.gz", "this symbol stands twice in the file")}},
          {"nasdaq_psx_2020-12", {stored("NPSXshvol2020*.txt.gz", "exchange_short_daily")}},
          {"ib_ticks_with_nbbo_2022-11",
           {refused("*.csv", kNoHeader), refused("aggregated_data.csv.gz", kNoHeader)}},
          {"sip_ticks_2013-10",
           {refused("*_Tick.csv.gz", kHeaderMissing),
            refused("20131007_ibm_Trade_Tick.csv.gz", kHeaderMissing,
                    {.date = "2013-10-07", .symbol = "IBM"})}},
          {"polygon_flatfile_samples",
           {stored("day_aggs_v1_sample.csv", "daily_bar_flat_file"),
            stored("minute_aggs_v1_sample.csv", "minute_tape"),
            stored("quotes_v1_sample.csv", "quote_tape"),
            stored("trades_v1_sample.csv", "trade_tape")}}};
}

Folder polygon_rest() {
  const Flags apple{.symbol = "AAPL"};
  return {"polygon_rest_examples",
          {refused("openapi_examples/v1_marketstatus_now.json", kStatus),
           refused("openapi_examples/v1_marketstatus_upcoming.json", "no reply that offex knows"),
           refused("openapi_examples/v1_open-close_*.json", kOpenClose),
           refused("openapi_examples/v1_open-close_*.csv.txt", "no column trade_date (bar table)"),
           refused("openapi_examples/v2_*.csv.txt", kNoHeader),
           refused("openapi_examples/v3_[!r]*.csv.txt", kNoHeader),
           refused("openapi_examples/v3_reference_[!s]*.csv.txt", kNoHeader),
           refused("openapi_examples/v2_aggs_grouped_*.json", kAdjusted),
           refused("openapi_examples/v2_aggs_*__prev.json", kPreviousDay),
           refused("openapi_examples/v2_aggs_*__range_*.json", kAdjusted),
           refused("openapi_examples/v2_last_*.json", kLast),
           asks("openapi_examples/v3_quotes_*.json", kWhosePage),
           asks("openapi_examples/v3_trades_*.json", kWhosePage),
           stored("openapi_examples/v3_quotes_*.json", "quote_tape", apple),
           stored("openapi_examples/v3_trades_*.json", "trade_tape", apple),
           refused("openapi_examples/v3_reference_options_*.json", "Polygon's options contracts"),
           stored("openapi_examples/v3_reference_splits*", "corporate_actions"),
           stored("openapi_examples/v3_reference_tickers*.json", "security_reference"),
           refused("trade_conditions_table.psv", kNoHeader),
           refused("v1/marketstatus/now.json", kStatus),
           refused("v1/marketstatus/upcoming.json", "no reply that offex knows"),
           refused("v1/open-close/AAPL/*.json", kOpenClose),
           refused("v2/aggs/grouped/locale/us/market/stocks/*.json", kAdjusted),
           refused("v2/aggs/ticker/AAPL/prev.json", kPreviousDay),
           refused("v2/aggs/ticker/AAPL/range/1/day/*/*.json", kAdjusted),
           refused("v2/last/*/AAPL.json", kLast),
           refused("v2/snapshot/locale/us/markets/stocks/gainers.json", kSnapshot),
           refused("v2/snapshot/locale/us/markets/stocks/tickers/*.json", kSnapshot),
           asks("v3/quotes/AAPL*.json", kWhosePage),
           asks("v3/trades/AAPL*.json", kWhosePage),
           stored("v3/quotes/AAPL*.json", "quote_tape", apple),
           stored("v3/trades/AAPL*.json", "trade_tape", apple),
           stored("v3/reference/conditions*.json", "trade_conditions"),
           refused("v3/reference/dividends.json", "Polygon's dividends"),
           stored("v3/reference/exchanges.json", "exchange_list"),
           stored("v3/reference/splits.json", "corporate_actions"),
           stored("v3/reference/tickers*.json", "security_reference"),
           stored("v3/reference/tickers/AAPL*.json", "security_reference"),
           refused("v3/reference/tickers/types.json", "Polygon's list of ticker types")}};
}

std::vector<Folder> all_folders() {
  std::vector<Folder> out = bars_and_lists();
  for (std::vector<Folder> more : {finra(), exchanges_and_ticks()}) {
    std::ranges::move(more, std::back_inserter(out));
  }
  out.push_back(polygon_rest());
  return out;
}

bool is_note(const fs::path& path) {
  return path.filename() == "ORIGIN.txt" || path.filename() == "README.md" ||
         path.filename() == "MANIFEST.tsv";
}

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (entry.is_regular_file() && !is_note(entry.path())) {
      out.push_back(fs::relative(entry.path(), folder).generic_string());
    }
  }
  std::ranges::sort(out);
  return out;
}

class FixedClock final : public base::Clock {
 public:
  [[nodiscard]] std::int64_t now_nanos() const override {
    return market::Instant::parse("2026-11-20T12:00:00Z").value().nanos();
  }
};

std::optional<fs::path> data_folder() {
  const auto shared = test_support::shared_folder();
  if (!shared || !fs::exists(*shared / "data")) return std::nullopt;
  return *shared / "data";
}

class CollectedFiles : public testing::TestWithParam<Folder> {
 protected:
  void SetUp() override {
    const auto data = data_folder();
    if (!data || !fs::exists(*data / GetParam().name)) {
      GTEST_SKIP() << "no folder data/" << GetParam().name << " under OFFEX_SHARED or ../shared";
    }
    folder_ = *data / GetParam().name;
    auto writer = store::Writer::open({.home = home_.path(), .clock = &clock_}, "test");
    ASSERT_TRUE(writer) << writer.error().message;
    writer_.emplace(std::move(writer).value());
  }

  /// "data set" or "refused: code: message".
  std::string outcome(const std::string& file, const Flags& flags) {
    ingest::ImportRequest request{.paths = {folder_ / file}, .threads = 1};
    if (!flags.facility.empty()) request.facility = market::parse_facility(flags.facility);
    if (!flags.date.empty()) request.day = market::Day::parse(flags.date).value();
    if (!flags.week.empty()) request.week = market::Day::parse(flags.week).value();
    if (!flags.symbol.empty()) request.symbol = market::Symbol::parse(flags.symbol).value();
    const auto report = ingest::import_files(*writer_, home_.path(), request);
    if (!report) return "failed: " + base::format_error(report.error());
    for (const ingest::FileOutcome& one : report->notable) {
      if (one.error) {
        const bool usage = one.error->code == base::ErrorCode::InvalidArgument;
        return (usage ? "asks: " : "refused: ") + base::format_error(*one.error);
      }
    }
    // The same facts may stand in two files: the second is taken in and changes nothing.
    if (report->stored + report->unchanged != 1) return "neither stored nor refused";
    return newest_dataset();
  }

  static bool is_as_expected(const std::string& outcome, const Expected& expected) {
    if (!expected.dataset.empty()) return outcome == expected.dataset;
    return outcome.starts_with(expected.asks ? "asks: " : "refused: ") &&
           outcome.find(expected.words) != std::string::npos;
  }

  fs::path folder_;

 private:
  std::string newest_dataset() {
    auto rows =
        writer_->reader().query("SELECT dataset FROM ingest_file ORDER BY file_id DESC LIMIT 1");
    if (!rows) return rows.error().message;
    const auto batch = rows->all();
    return batch ? columns::cell_text(batch->column(0), 0) : batch.error().message;
  }

  test_support::ScratchFolder home_;
  FixedClock clock_;
  std::optional<store::Writer> writer_;
};

TEST_P(CollectedFiles, HaveTheListedOutcomeEachAlone) {
  std::set<std::string> used;
  for (const std::string& file : files_below(folder_)) {
    bool listed = false;
    for (const Expected& expected : GetParam().files) {
      if (::fnmatch(expected.pattern.c_str(), file.c_str(), FNM_PATHNAME) != 0) continue;
      listed = true;
      used.insert(expected.pattern);
      const std::string found = outcome(file, expected.flags);
      EXPECT_TRUE(is_as_expected(found, expected))
          << file << "\n  expected: "
          << (expected.dataset.empty() ? "refusal with `" + expected.words + "`" : expected.dataset)
          << "\n  outcome:  " << found;
    }
    EXPECT_TRUE(listed) << file
                        << " is not in the table of this test\n  outcome: " << outcome(file, {});
  }
  for (const Expected& expected : GetParam().files) {
    EXPECT_TRUE(used.contains(expected.pattern)) << "no file is like " << expected.pattern;
  }
}

INSTANTIATE_TEST_SUITE_P(All, CollectedFiles, testing::ValuesIn(all_folders()),
                         [](const auto& one) {
                           std::string name = one.param.name;
                           std::ranges::replace_if(
                               name, [](unsigned char letter) { return std::isalnum(letter) == 0; },
                               '_');
                           return name;
                         });

TEST(CollectedFolders, AreAllInTheTable) {
  const auto data = data_folder();
  if (!data) GTEST_SKIP() << "no folder data under OFFEX_SHARED or ../shared";
  std::set<std::string> listed;
  for (const Folder& folder : all_folders()) listed.insert(folder.name);

  std::vector<std::string> unknown;
  for (const std::string& file : files_below(*data)) {
    if (!listed.contains(file.substr(0, file.find('/')))) unknown.push_back(file);
  }

  EXPECT_THAT(unknown, IsEmpty());
}

}  // namespace
}  // namespace offex::e2e
