#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/base/clock.hpp"
#include "offex/base/log.hpp"
#include "offex/store/writer.hpp"

#include "ingest/decode_queue_internal.hpp"
#include "support/pipe_file.hpp"
#include "support/scratch.hpp"

namespace offex::ingest {
namespace {

namespace fs = std::filesystem;
using test_support::PipeFile;
using test_support::short_file;
using testing::SizeIs;

class DecodeQueueTest : public testing::Test {
 protected:
  [[nodiscard]] static Bundle bundle(const fs::path& path) {
    return {.inputs = {{.file = {.path = path, .named = true}}}};
  }
  /// Writes a FORF file with one row, of the `number`th folder.
  fs::path write(int number) {
    return scratch_.write("in/" + std::to_string(number) + "/FORFshvol20260302.txt", text(number));
  }
  [[nodiscard]] static std::string text(int number) {
    return short_file("20260302", {"S" + std::to_string(number) + "|1|0|2"});
  }
  [[nodiscard]] static bool wait_until_ready(const DecodeQueue& queue) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!queue.ready() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return queue.ready();
  }
  [[nodiscard]] static std::string symbol(const std::vector<Decoded>& decoded) {
    if (decoded.size() != 1 || decoded[0].documents.size() != 1) return "nothing";
    const auto* column = decoded[0].documents[0].rows.find("symbol");
    return column->values<market::Symbol>().front().str();
  }

  test_support::ScratchFolder scratch_;
  base::FixedClock clock_{1'800'000'000'000'000'000};
  base::NullSink log_;
  store::Writer writer_ =
      store::Writer::open({.home = scratch_.path() / "home", .clock = &clock_, .log = &log_},
                          "test")
          .value();
  KnownFiles known_{writer_};
  ImportRequest request_;
  Decoder decoder_{request_, scratch_.path() / "home", known_};
};

TEST_F(DecodeQueueTest, ResultsComeInTheOrderInWhichBundlesWerePushed) {
  constexpr int kMany = 60;
  DecodeQueue queue{decoder_, 3};
  for (int i = 0; i < kMany; ++i) queue.push(bundle(write(i)));
  for (int i = 0; i < kMany; ++i) EXPECT_EQ(symbol(queue.take()), "S" + std::to_string(i));
}

TEST_F(DecodeQueueTest, ABundleThatIsDecodedWaitsForTheSlowOneBeforeIt) {
  PipeFile slow{scratch_.path() / "pipe" / "FORFshvol20260302.txt"};
  DecodeQueue queue{decoder_, 2};
  queue.push(bundle(scratch_.path() / "pipe" / "FORFshvol20260302.txt"));
  ASSERT_TRUE(slow.wait_for_reader());
  queue.push(bundle(write(2)));
  EXPECT_FALSE(queue.ready());
  EXPECT_EQ(queue.size(), 2U);
  slow.give(text(1));
  EXPECT_EQ(symbol(queue.take()), "S1");
  EXPECT_EQ(symbol(queue.take()), "S2");
}

TEST_F(DecodeQueueTest, AnEmptyQueueHasNoSizeAndIsNotReady) {
  const DecodeQueue queue{decoder_, 1};
  EXPECT_EQ(queue.size(), 0U);
  EXPECT_FALSE(queue.ready());
}

TEST_F(DecodeQueueTest, ABundleCountsUntilItIsTaken) {
  DecodeQueue queue{decoder_, 1};
  queue.push(bundle(write(1)));
  ASSERT_TRUE(wait_until_ready(queue));
  EXPECT_EQ(queue.size(), 1U);
  static_cast<void>(queue.take());
  EXPECT_EQ(queue.size(), 0U);
  EXPECT_FALSE(queue.ready());
}

TEST_F(DecodeQueueTest, BundlesThatArePushedWhileOthersAreTakenAreDecodedToo) {
  DecodeQueue queue{decoder_, 2};
  int taken = 0;
  for (int i = 0; i < 40; ++i) {
    queue.push(bundle(write(i)));
    if (i % 3 != 2) continue;
    EXPECT_EQ(symbol(queue.take()), "S" + std::to_string(taken++));
  }
  while (queue.size() > 0) EXPECT_EQ(symbol(queue.take()), "S" + std::to_string(taken++));
  EXPECT_EQ(taken, 40);
}

TEST_F(DecodeQueueTest, AFileThatCannotBeReadIsAResultAndTheNextOneIsDecoded) {
  DecodeQueue queue{decoder_, 1};
  queue.push(bundle(scratch_.path() / "FORFshvol20260302.txt"));
  queue.push(bundle(write(2)));
  const auto first = queue.take();
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_TRUE(first[0].error);
  EXPECT_EQ(symbol(queue.take()), "S2");
}

TEST_F(DecodeQueueTest, PagesOfABundleBecomeOneResult) {
  const auto page = [](int week) {
    return R"([{"weekStartDate":"2026-02-23","tierIdentifier":"T1","summaryTypeCode":"ATS_W_SMBL",)"
           R"("issueSymbolIdentifier":"S)" +
           std::to_string(week) + R"(","totalWeeklyShareQuantity":10,"totalWeeklyTradeCount":2}])";
  };
  Bundle pages{
      .inputs = {{.file = {.path = scratch_.write("a_0001.json", page(1)), .named = true}},
                 {.file = {.path = scratch_.write("a_0002.json", page(2)), .named = true}}},
      .archive_name = "a.zip"};
  DecodeQueue queue{decoder_, 1};
  queue.push(std::move(pages));
  const auto answer = queue.take();
  ASSERT_THAT(answer, SizeIs(1));
  EXPECT_FALSE(answer[0].error) << base::format_error(*answer[0].error);
  EXPECT_EQ(answer[0].source.name, "a.zip");
}

TEST_F(DecodeQueueTest, AQueueThatIsLeftWithWorkEnds) {
  DecodeQueue queue{decoder_, 2};
  for (int i = 0; i < 30; ++i) queue.push(bundle(write(i)));
  EXPECT_EQ(queue.size(), 30U);
}

}  // namespace
}  // namespace offex::ingest
