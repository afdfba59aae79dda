#include "offex/render/progress.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/render/text_width.hpp"

namespace offex::render {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ProgressCounter, CountsAnItemOnce) {
  ProgressCounter counter{3};
  EXPECT_TRUE(counter.finish("a"));
  EXPECT_FALSE(counter.finish("a"));
  EXPECT_TRUE(counter.finish("b"));
  EXPECT_EQ(counter.done(), 2U);
  EXPECT_EQ(counter.total(), 3U);
}

TEST(ProgressCounter, TotalIsNeverBelowDone) {
  ProgressCounter counter{1};
  counter.finish("a");
  counter.finish("b");
  EXPECT_EQ(counter.total(), 2U);
  counter.add_total(5);
  EXPECT_EQ(counter.total(), 6U);
}

TEST(ProgressLine, BarShowsCountsAndTimeLeft) {
  const ProgressState half{
      .label = "import", .unit = "files", .done = 500, .total = 1000, .elapsed_seconds = 65};
  EXPECT_EQ(progress_line(half, ProgressMode::Bar, 100),
            "import [███████████████               ]  50% 500/1000 files 1m05s, about 1m05s left");
  EXPECT_EQ(progress_line(half, ProgressMode::Bar, 76, false),
            "import [###########............]  50% 500/1000 files 1m05s, about 1m05s left");
}

TEST(ProgressLine, NothingIsFinishedBeforeTheLastItem) {
  const ProgressState almost{.label = "a", .unit = "files", .done = 99'999, .total = 100'000};
  EXPECT_THAT(progress_line(almost, ProgressMode::Bar), HasSubstr(" 99% "));
  const ProgressState all{.label = "a", .unit = "files", .done = 100'000, .total = 100'000};
  EXPECT_THAT(progress_line(all, ProgressMode::Bar), HasSubstr("100% "));
}

TEST(ProgressLine, NeverShowsMoreThanAll) {
  const ProgressState over{.label = "a", .unit = "files", .done = 12, .total = 10};
  EXPECT_THAT(progress_line(over, ProgressMode::Plain), HasSubstr("12/12 files (100%)"));
  EXPECT_THAT(progress_line(over, ProgressMode::Json), HasSubstr("\"done\":12,\"total\":12"));
}

TEST(ProgressLine, BarFitsAnyWidth) {
  for (std::uint64_t done = 0; done <= 37; ++done) {
    for (std::size_t width = 0; width <= 140; ++width) {
      const ProgressState state{.label = "import",
                                .unit = "files",
                                .done = done,
                                .total = 37,
                                .elapsed_seconds = 7.5,
                                .item = "CNMSshvol20260223.txt"};
      EXPECT_LE(display_width(progress_line(state, ProgressMode::Bar, width)), width);
    }
  }
}

TEST(ProgressLine, AnUnknownTotalShowsCountsOnly) {
  const ProgressState open{.label = "sync", .unit = "pages", .done = 7, .elapsed_seconds = 3};
  EXPECT_EQ(progress_line(open, ProgressMode::Bar), "sync 7 pages 3s");
  EXPECT_EQ(progress_line(open, ProgressMode::Json),
            "{\"event\":\"progress\",\"label\":\"sync\",\"unit\":\"pages\",\"done\":7,"
            "\"total\":null,\"elapsed_s\":3.0,\"remaining_s\":null}");
}

TEST(ProgressLine, HostileNamesStayOnTheLine) {
  const ProgressState state{
      .label = "import", .unit = "files", .done = 1, .total = 2, .item = "a\r\x1b[2Kb"};
  EXPECT_THAT(progress_line(state, ProgressMode::Plain), Not(HasSubstr("\r")));
  EXPECT_THAT(progress_line(state, ProgressMode::Bar, 120), Not(HasSubstr("\x1b")));
}

TEST(ProgressLine, LongRunsAreToldInHours) {
  const ProgressState state{
      .label = "s", .unit = "files", .done = 1, .total = 3, .elapsed_seconds = 7325};
  EXPECT_EQ(progress_line(state, ProgressMode::Plain),
            "s: 1/3 files (33%), 2h02m, about 4h04m left");
}

}  // namespace
}  // namespace offex::render
