#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/base/clock.hpp"
#include "offex/base/log.hpp"
#include "offex/ingest/import.hpp"
#include "offex/market/calendar.hpp"

#include "support/scratch.hpp"

namespace offex::ingest {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kHeader =
    "ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,"
    "sip_timestamp,size,tape,trf_id,trf_timestamp\n";

// 2026-01-08 10:00 in New York, and a day later.
constexpr std::int64_t kThursday = 1'767'884'400'000'000'000;
constexpr std::int64_t kDay = 86'400'000'000'000;

std::string trade(std::string_view symbol, std::int64_t ns, int number) {
  const std::string time = std::to_string(ns + number);
  return std::string{symbol} + ",,0,11," + std::to_string(number) + "," + time + ",10.5," +
         std::to_string(number) + "," + time + ",100,1,0,0\n";
}

std::string page(std::int64_t ns, int rows) {
  std::string out;
  for (int i = 0; i < rows; ++i) {
    const std::string time = std::to_string(ns + i);
    out += std::string{out.empty() ? "" : ","} + R"({"exchange":11,"id":")" + std::to_string(i) +
           R"(","participant_timestamp":)" + time + R"(,"price":10.5,"sequence_number":)" +
           std::to_string(i) + R"(,"sip_timestamp":)" + time + R"(,"size":100,"tape":1})";
  }
  return R"({"results":[)" + out + R"(],"status":"OK"})";
}

class ImportTape : public testing::Test {
 protected:
  ImportReport import(const std::vector<fs::path>& paths) {
    auto writer = store::Writer::open({.home = home(), .clock = &clock_, .log = &log_}, "test");
    EXPECT_TRUE(writer) << writer.error().message;
    auto report = import_files(*writer, home(), {.paths = paths});
    EXPECT_TRUE(report) << report.error().message;
    files_ = *writer->reader().tape_files(market::calendar_range());
    EXPECT_TRUE(writer->close());
    return std::move(*report);
  }
  fs::path write(const std::string& name, const std::string& text) {
    return scratch_.write("in/" + name, text);
  }
  [[nodiscard]] std::vector<std::string> tapes() const {
    std::vector<std::string> out;
    for (const store::TapeFile& file : files_) {
      out.push_back(file.day.iso() + " " + file.scope + " " + std::to_string(file.rows));
    }
    return out;
  }
  [[nodiscard]] fs::path home() const { return scratch_.path() / "home"; }

  test_support::ScratchFolder scratch_;
  base::FixedClock clock_{1'800'000'000'000'000'000};
  base::NullSink log_;
  std::vector<store::TapeFile> files_;
};

TEST_F(ImportTape, AFileNamedByItsDayIsTheWholeMarketAndACorrectionSupersedesIt) {
  const std::string one = std::string{kHeader} + trade("A", kThursday, 1);
  EXPECT_EQ(import({write("2026-01-08.csv", one)}).stored, 1U);
  EXPECT_THAT(tapes(), ElementsAre("2026-01-08  1"));
  const auto report = import({write("2026-01-08.csv", one + trade("B", kThursday, 2))});
  EXPECT_EQ(report.superseded, 1U);
  EXPECT_THAT(tapes(), ElementsAre("2026-01-08  2"));
}

TEST_F(ImportTape, PartsOfADayStandSideBySide) {
  import({write("AAPL_2026.csv", std::string{kHeader} + trade("AAPL", kThursday, 1)),
          write("MSFT_2026.csv", std::string{kHeader} + trade("MSFT", kThursday, 1))});
  EXPECT_THAT(tapes(), ElementsAre("2026-01-08 AAPL_2026 1", "2026-01-08 MSFT_2026 1"));
}

TEST_F(ImportTape, ANameOfAnotherDayThanTheRowsIsRefused) {
  const auto report =
      import({write("2026-01-09.csv", std::string{kHeader} + trade("A", kThursday, 1))});
  ASSERT_EQ(report.count(FileStatus::Refused), 1U);
  EXPECT_THAT(report.notable[0].error->message,
              HasSubstr("most of its rows are of 2026-01-08, and its name or --date says"));
  EXPECT_THAT(tapes(), IsEmpty());
}

TEST_F(ImportTape, AnEmptyTapeNeverReplacesADay) {
  import({write("2026-01-08.csv", std::string{kHeader} + trade("A", kThursday, 1))});
  const auto report = import({write("other/2026-01-08.csv", std::string{kHeader})});
  EXPECT_EQ(report.count(FileStatus::Refused), 1U);
  EXPECT_THAT(tapes(), ElementsAre("2026-01-08  1"));
}

TEST_F(ImportTape, APageCountsForEachOfItsDays) {
  const std::string two = page(kThursday, 2);
  const std::string body = two.substr(0, two.rfind("],")) + "," +
                           page(kThursday + kDay, 3).substr(std::string{R"({"results":[)"}.size());
  import({write("AAPL_2026-01-08_0001.json", page(kThursday, 2))});
  EXPECT_THAT(tapes(), ElementsAre("2026-01-08 AAPL/" + std::to_string(kThursday) + "/2 2"));
  auto writer = store::Writer::open({.home = home(), .clock = &clock_, .log = &log_}, "test");
  ASSERT_TRUE(writer);
  auto report = import_files(
      *writer, home(),
      {.paths = {write("pages.json", body)}, .symbol = market::Symbol::from_trusted("MSFT")});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->stored, 1U) << (report->notable.empty() || !report->notable[0].error
                                        ? ""
                                        : report->notable[0].error->message);
  files_ = *writer->reader().tape_files(market::calendar_range());
  const std::string scope = "MSFT/" + std::to_string(kThursday) + "/5";
  EXPECT_THAT(tapes(),
              testing::IsSupersetOf({"2026-01-08 " + scope + " 2", "2026-01-09 " + scope + " 3"}));
  EXPECT_TRUE(writer->close());
}

TEST_F(ImportTape, AShorterPageDoesNotReplaceALongerOne) {
  import({write("AAPL_2026-01-08_0001.json", page(kThursday, 4)),
          write("AAPL_2026-01-08_0002.json", page(kThursday, 2))});
  EXPECT_EQ(tapes().size(), 2U);
}

TEST_F(ImportTape, ATickerThatContradictsTheNameIsRefused) {
  auto writer = store::Writer::open({.home = home(), .clock = &clock_, .log = &log_}, "test");
  ASSERT_TRUE(writer);
  const auto report =
      import_files(*writer, home(),
                   {.paths = {write("AAPL_2026-01-08_0001.json", page(kThursday, 1))},
                    .symbol = market::Symbol::from_trusted("MSFT")});
  ASSERT_TRUE(report);
  ASSERT_EQ(report->count(FileStatus::Refused), 1U);
  EXPECT_EQ(report->notable[0].error->message, "the name says AAPL, but --symbol says MSFT");
  EXPECT_TRUE(writer->close());
}

TEST_F(ImportTape, ATableOfManyDaysCountsForEachSession) {
  const std::string text = "symbol,timestamp,price,size,bid,ask\nA," + std::to_string(kThursday) +
                           ",10,5,,\nA," + std::to_string(kThursday + kDay) + ",10,5,,\nA," +
                           std::to_string(kThursday + 2 * kDay) + ",10,5,,\n";
  const auto report = import({write("trades.csv", text)});
  EXPECT_THAT(tapes(), ElementsAre("2026-01-08 trades 1", "2026-01-09 trades 1"));
  ASSERT_EQ(report.notable.size(), 1U);
  EXPECT_THAT(report.notable[0].warnings, ElementsAre(HasSubstr("no session")));
}

}  // namespace
}  // namespace offex::ingest
