// Every file of a market, read back by the readers that import uses.

#include <map>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "offex/base/byte_source.hpp"
#include "offex/formats/document.hpp"
#include "offex/formats/tape.hpp"
#include "offex/sim/market.hpp"

#include "sim/market_files.hpp"

namespace offex::sim {
namespace {

using market::Dataset;

struct Seen {
  std::uint64_t files{0};
  std::uint64_t rows{0};
};

class Readers : public testing::TestWithParam<bool> {
 protected:
  void read_tape(const fs::path& path, const formats::TapeLayout& layout) {
    const std::string name = path.filename().string();
    const formats::TapeOptions options{.file = name, .symbol = formats::ticker_from_name(name)};
    const auto source = base::open_file(path);
    ASSERT_TRUE(source);
    const auto summary = formats::check_tape(*source, options, layout);
    ASSERT_TRUE(summary) << base::format_error(summary.error());
    Seen& seen = seen_[layout.dataset];
    ++seen.files;
    seen.rows += summary->rows;
  }

  void read_document(const fs::path& path) {
    const std::string name = path.filename().string();
    const formats::NameHints hints = formats::hints_from_name(name);
    const formats::ReadOptions options{
        .file = name, .day = hints.day, .facility = hints.facility, .week = hints.week};
    for (const auto& outcome : formats::read_documents(read_file(path), options)) {
      ASSERT_TRUE(outcome) << base::format_error(outcome.error());
      EXPECT_TRUE(outcome->rejects.empty());
      // One week holds a name that changed its tape and a ticker that was reused.
      EXPECT_TRUE(outcome->warnings.empty() || path.parent_path() == written_.weekly_dir)
          << path << ": " << outcome->warnings.front();
      Seen& seen = seen_[outcome->dataset];
      ++seen.files;
      seen.rows += outcome->rows.num_rows();
    }
  }

  void read_all(const WriteOptions& options) {
    auto outcome = write_market({.symbols = 120, .days = 45, .seed = 5, .trade_size = 4'000.0},
                                scratch_.path(), options);
    ASSERT_TRUE(outcome) << base::format_error(outcome.error());
    written_ = *outcome;
    for (const fs::path& path : files_below(scratch_.path())) {
      const bool truth = path == written_.truth || path.parent_path() == written_.truth_trades_dir;
      if (truth) continue;  // answers, not data
      const std::string head = read_text(path).substr(0, 4096);
      if (const auto layout = formats::tape_layout(head)) {
        read_tape(path, *layout);
      } else {
        read_document(path);
      }
      if (HasFatalFailure()) return;
    }
  }

  Scratch scratch_;
  WrittenMarket written_;
  std::map<Dataset, Seen> seen_;
};

TEST_P(Readers, EveryFileIsAcceptedAndKnownForWhatItIs) {
  read_all({.compress_bars = GetParam(),
            .grouped_json = true,
            .tape_days = 2,
            .tape_symbols = 6,
            .rest_symbols = 2,
            .rest_page_rows = 500});
  ASSERT_FALSE(HasFatalFailure());
  EXPECT_EQ(seen_[Dataset::FinraShortDaily].files, 45U * 6 + 2);
  EXPECT_EQ(seen_[Dataset::DailyBarFlatFile].files, 45U);
  EXPECT_EQ(seen_[Dataset::DailyBarGrouped].files, 45U);
  EXPECT_EQ(seen_[Dataset::IndexConstituents].files, 1U);
  EXPECT_EQ(seen_[Dataset::SecurityReference].files, 1U);
  EXPECT_GE(seen_[Dataset::WeeklySummary].files, written_.weeks.size() * 3 + 1);
  EXPECT_EQ(seen_[Dataset::WeeklyDownload].files, 2U);
  EXPECT_GE(seen_[Dataset::AtsSummary].files, 2U);
  EXPECT_EQ(seen_[Dataset::RegShoApi].files, 2U);
  EXPECT_GE(seen_[Dataset::ShortInterest].files, 2U);
  EXPECT_EQ(seen_[Dataset::ThresholdList].files, 1U);
  EXPECT_EQ(seen_[Dataset::DailyBarAggregates].files, 2U);
  EXPECT_EQ(seen_[Dataset::SymbolDirectory].files, 2U);
  EXPECT_EQ(seen_[Dataset::TradeConditions].files, 1U);
  EXPECT_EQ(seen_[Dataset::ExchangeList].files, 1U);
  EXPECT_GT(seen_[Dataset::TradeTape].files, 2U + 2U) << "flat files and pages";
  EXPECT_GT(seen_[Dataset::QuoteTape].files, 2U + 2U);
  EXPECT_EQ(seen_[Dataset::MinuteTape].files, 2U + 2U);
}

INSTANTIATE_TEST_SUITE_P(Compression, Readers, testing::Bool(),
                         [](const auto& param) { return param.param ? "Packed" : "Plain"; });

}  // namespace
}  // namespace offex::sim
