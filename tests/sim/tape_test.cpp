// The tape as a whole: what a reader of the flat files can add up.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"
#include "offex/market/instant.hpp"
#include "offex/sim/market.hpp"

#include "sim/market_files.hpp"

namespace offex::sim {
namespace {

using testing::Contains;

struct Trade {
  std::string conditions, id;
  std::int64_t correction{0}, exchange{0}, participant{0}, price{0}, sip{0}, size{0}, trf_id{0};

  [[nodiscard]] bool counts() const {
    return correction != 1 && correction != 8 && conditions != "15" && conditions != "16";
  }
  [[nodiscard]] bool sets_price() const {
    static const std::set<std::string> never{"12", "37", "2", "52", "53", "33", "15", "16"};
    if (!counts()) return false;
    const auto list = split(conditions, ',');
    return std::ranges::none_of(list, [](const auto& one) { return never.contains(one); });
  }
  [[nodiscard]] bool off_exchange() const { return exchange == 4; }
};

/// Splits a line whose second cell may be quoted and hold commas.
std::vector<std::string> cells_of(std::string_view line) {
  const std::size_t quote = line.find('"');
  if (quote == std::string_view::npos) return split(line, ',');
  const std::size_t end = line.find('"', quote + 1);
  std::vector<std::string> out = split(line.substr(0, quote), ',');
  out.back() = line.substr(quote + 1, end - quote - 1);
  const auto rest = split(line.substr(end + 2), ',');
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

/// One market with a tape that the tests of a suite share.
class Tape : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new Scratch;
    auto outcome = write_market({.symbols = 60,
                                 .days = 40,
                                 .seed = 3,
                                 .last_day = *market::Day::parse("2026-03-20"),
                                 .trade_size = 5'000.0},
                                scratch_->path(),
                                {.compress_bars = false, .tape_days = 3, .tape_symbols = 60});
    ASSERT_TRUE(outcome) << base::format_error(outcome.error());
    written_ = std::move(*outcome);
    for (const market::Day day : written_.tape_days) read_trades(day);
  }
  static void TearDownTestSuite() {
    delete scratch_;
    scratch_ = nullptr;
    trades_.clear();
  }

  static std::vector<std::string> lines_of(const fs::path& path) {
    auto lines = split(read_file(path), '\n');
    lines.erase(lines.begin());
    lines.pop_back();
    return lines;
  }
  static fs::path flat(const fs::path& root, std::string_view set, market::Day day) {
    const std::string iso = day.iso();
    return root / "us_stocks_sip" / set / iso.substr(0, 4) / iso.substr(5, 2) / (iso + ".csv");
  }
  static void read_trades(market::Day day) {
    for (const std::string& line : lines_of(flat(written_.tape_dir, "trades_v1", day))) {
      const auto c = cells_of(line);
      ASSERT_EQ(c.size(), 13U) << line;
      trades_[day][c[0]].push_back({.conditions = c[1],
                                    .id = c[4],
                                    .correction = units(c[2], 0),
                                    .exchange = units(c[3], 0),
                                    .participant = units(c[5], 0),
                                    .price = units(c[6], 9),
                                    .sip = units(c[8], 0),
                                    .size = units(c[9], 6),
                                    .trf_id = units(c[11], 0)});
    }
  }
  /// Cells of the day's bars by ticker.
  static std::map<std::string, std::vector<std::string>> bars(market::Day day) {
    std::map<std::string, std::vector<std::string>> out;
    for (const std::string& line : lines_of(flat(written_.bars_dir, "day_aggs_v1", day))) {
      auto cells = split(line, ',');
      out[cells[0]] = cells;
    }
    return out;
  }

  static inline Scratch* scratch_{nullptr};
  static inline WrittenMarket written_;
  static inline std::map<market::Day, std::map<std::string, std::vector<Trade>>> trades_;
};

TEST_F(Tape, HoldsTheNewestSessionsAndManySecurities) {
  ASSERT_EQ(trades_.size(), 3U);
  EXPECT_EQ(trades_.rbegin()->first.iso(), "2026-03-20");
  EXPECT_GT(trades_.rbegin()->second.size(), 40U);
  EXPECT_GT(written_.tape_rows, 50'000U);
}

TEST_F(Tape, CountedTradesAddUpToTheVolumeAndTheNumberOfTheBar) {
  for (const auto& [day, tickers] : trades_) {
    const auto bar = bars(day);
    for (const auto& [ticker, trades] : tickers) {
      std::int64_t volume = 0;
      std::int64_t count = 0;
      for (const Trade& trade : trades) {
        EXPECT_GT(trade.size, 0);
        volume += trade.counts() ? trade.size : 0;
        count += trade.counts() ? 1 : 0;
      }
      EXPECT_EQ(volume, units(bar.at(ticker)[1], 6)) << ticker << day.iso();
      EXPECT_EQ(count, units(bar.at(ticker)[7], 0)) << ticker << day.iso();
    }
  }
}

TEST_F(Tape, EligibleTradesGiveThePricesOfTheBar) {
  for (const auto& [day, tickers] : trades_) {
    const auto bar = bars(day);
    for (const auto& [ticker, trades] : tickers) {
      std::vector<std::int64_t> prices;
      for (const Trade& trade : trades) {
        if (trade.sets_price()) prices.push_back(trade.price);
      }
      ASSERT_FALSE(prices.empty()) << ticker << day.iso();
      const auto& cells = bar.at(ticker);
      EXPECT_EQ(prices.front(), units(cells[2], 9)) << "open of " << ticker << day.iso();
      EXPECT_EQ(prices.back(), units(cells[3], 9)) << "close of " << ticker << day.iso();
      EXPECT_EQ(std::ranges::max(prices), units(cells[4], 9)) << "high of " << ticker << day.iso();
      EXPECT_EQ(std::ranges::min(prices), units(cells[5], 9)) << "low of " << ticker << day.iso();
    }
  }
}

TEST_F(Tape, PrintsOfAFacilityInRegularHoursAreItsShortFile) {
  const std::map<std::string, std::int64_t> facilities{
      {"FNYX", 201}, {"FNSQ", 202}, {"FNQC", 203}, {"FNRA", 0}};
  for (const auto& [day, tickers] : trades_) {
    const auto hours = *market::session_hours(day);
    for (const auto& [prefix, trf_id] : facilities) {
      const ShortFile file =
          read_short(written_.short_dir / (prefix + "shvol" + day.compact() + ".txt"));
      for (const auto& [ticker, trades] : tickers) {
        std::int64_t volume = 0;
        for (const Trade& trade : trades) {
          const bool regular =
              hours.open.nanos() <= trade.participant && trade.participant < hours.close.nanos();
          const bool ours = trade.off_exchange() && trade.trf_id == trf_id;
          if (ours && regular && trade.counts()) volume += trade.size;
        }
        std::string symbol = ticker;
        std::ranges::replace(symbol, '.', '/');
        const auto row = file.rows.find(symbol);
        EXPECT_EQ(volume, row == file.rows.end() ? 0 : row->second.total)
            << prefix << ' ' << ticker << ' ' << day.iso();
      }
    }
  }
}

TEST_F(Tape, RowsFollowTheConsolidatedTapeAndTickersTheAlphabet) {
  std::string last_ticker;
  for (const std::string& line :
       lines_of(flat(written_.tape_dir, "trades_v1", written_.tape_days.back()))) {
    const std::string ticker = line.substr(0, line.find(','));
    EXPECT_LE(last_ticker, ticker);
    last_ticker = ticker;
  }
  for (const auto& [day, tickers] : trades_) {
    for (const auto& [ticker, trades] : tickers) {
      EXPECT_TRUE(std::ranges::is_sorted(trades, {}, &Trade::sip)) << ticker;
    }
  }
}

TEST_F(Tape, HoldsEveryOddityOfARealOne) {
  std::set<std::string> conditions;
  std::set<std::int64_t> corrections;
  std::int64_t late = 0;
  std::int64_t overnight = 0;
  std::int64_t sub_penny = 0;
  for (const auto& [day, tickers] : trades_) {
    const std::int64_t opens = market::from_new_york(day, 4).nanos();
    for (const auto& [ticker, trades] : tickers) {
      for (const Trade& trade : trades) {
        conditions.insert(trade.conditions);
        corrections.insert(trade.correction);
        constexpr std::int64_t kHour = 3'600'000'000'000;
        late += trade.participant >= opens && trade.sip - trade.participant > kHour / 4 ? 1 : 0;
        overnight += trade.participant < opens && trade.sip >= opens ? 1 : 0;
        sub_penny += trade.off_exchange() && trade.price % 10'000'000 != 0 ? 1 : 0;
      }
    }
  }
  for (const char* wanted : {"", "37", "14,41", "14,37,41", "12", "12,37", "25", "9", "8", "15",
                             "16", "2", "52", "41,53", "33"}) {
    EXPECT_THAT(conditions, Contains(wanted));
  }
  EXPECT_EQ(corrections, (std::set<std::int64_t>{0, 1, 8, 12}));
  EXPECT_GT(late, 3);
  EXPECT_GT(overnight, 10);
  EXPECT_GT(sub_penny, 1'000);
}

TEST_F(Tape, ACorrectedTradeStandsBesideItsFirstReport) {
  std::size_t pairs = 0;
  for (const auto& [day, tickers] : trades_) {
    for (const auto& [ticker, trades] : tickers) {
      for (const Trade& trade : trades) {
        if (trade.correction != 12) continue;
        const auto first = std::ranges::find_if(trades, [&](const Trade& other) {
          return other.correction == 1 && other.id == trade.id;
        });
        ASSERT_NE(first, trades.end());
        EXPECT_EQ(first->participant, trade.participant);
        EXPECT_LT(first->sip, trade.sip);
        ++pairs;
      }
    }
  }
  EXPECT_GT(pairs, 3U);
}

TEST_F(Tape, EveryContinuousExchangeTradeHasATrueSideAndNoOtherHas) {
  for (const market::Day day : written_.tape_days) {
    const auto hours = *market::session_hours(day);
    std::set<std::vector<std::string>> sides;
    for (const std::string& line : lines_of(written_.truth_trades_dir / (day.iso() + ".csv"))) {
      const auto cells = split(line, ',');
      ASSERT_EQ(cells.size(), 4U);
      EXPECT_TRUE(cells[3] == "buy" || cells[3] == "sell");
      EXPECT_TRUE(sides.insert({cells[0], cells[1], cells[2]}).second) << line;
    }
    std::size_t continuous = 0;
    for (const auto& [ticker, trades] : trades_[day]) {
      for (const Trade& trade : trades) {
        const bool auction =
            trade.conditions == "8" || trade.conditions == "25" || trade.conditions == "9";
        const bool regular =
            hours.open.nanos() <= trade.participant && trade.participant < hours.close.nanos();
        if (!trade.counts() || trade.off_exchange() || auction || !regular) continue;
        ++continuous;
        EXPECT_TRUE(sides.contains({ticker, trade.id, std::to_string(trade.participant)}));
      }
    }
    EXPECT_EQ(continuous, sides.size());
  }
}

TEST_F(Tape, QuotesHaveEmptyLockedAndCrossedStates) {
  std::map<std::string, std::size_t> kinds;
  for (const std::string& line :
       lines_of(flat(written_.tape_dir, "quotes_v1", written_.tape_days.back()))) {
    const auto cells = cells_of(line);
    ASSERT_EQ(cells.size(), 14U) << line;
    const std::int64_t ask = units(cells[2], 9);
    const std::int64_t bid = units(cells[5], 9);
    if (ask == 0 && bid == 0) {
      ++kinds["closed"];
    } else if (ask == 0) {
      ++kinds["one-sided"];
    } else if (ask == bid) {
      ++kinds["locked"];
    } else {
      ++kinds[ask < bid ? "crossed" : "regular"];
    }
  }
  EXPECT_GT(kinds["regular"], 10'000U);
  for (const char* kind : {"closed", "one-sided", "locked", "crossed"}) {
    EXPECT_GT(kinds[kind], 5U) << kind;
    EXPECT_LT(kinds[kind], kinds["regular"] / 50) << kind;
  }
}

TEST_F(Tape, MinuteBarsLieInTheBarOfTheDayAndHoldNoMoreVolume) {
  for (const market::Day day : written_.tape_days) {
    const auto day_bars = bars(day);
    std::map<std::string, std::int64_t> volumes;
    for (const std::string& line : lines_of(flat(written_.tape_dir, "minute_aggs_v1", day))) {
      const auto c = split(line, ',');
      ASSERT_EQ(c.size(), 8U);
      volumes[c[0]] += units(c[1], 6);
      EXPECT_EQ(units(c[6], 0) % 60'000'000'000, 0);
      EXPECT_GE(units(c[4], 9), std::max(units(c[2], 9), units(c[3], 9)));
      EXPECT_LE(units(c[5], 9), std::min(units(c[2], 9), units(c[3], 9)));
    }
    for (const auto& [ticker, volume] : volumes) {
      EXPECT_LE(volume, units(day_bars.at(ticker)[1], 6)) << ticker;
    }
  }
}

}  // namespace
}  // namespace offex::sim
