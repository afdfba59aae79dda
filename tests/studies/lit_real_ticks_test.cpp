// Published ticks with off-exchange prints, against sums that share no code with ours.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "offex/market/quantity.hpp"
#include "offex/studies/lit_direction.hpp"

#include "studies/lit_quotes_internal.hpp"
#include "studies/lit_support.hpp"
#include "support/csv_table.hpp"
#include "support/scratch.hpp"

namespace offex::studies::test {
namespace {

using test_support::CsvTable;

const market::Day kSipDay = market::Day::parse("2013-10-07").value();
constexpr std::int64_t kLeanPrice = kDollar / 10'000;

/// All rows of a table without header.
std::vector<std::vector<std::string>> rows_of(const std::filesystem::path& path) {
  CsvTable table = test_support::read_csv(path);
  table.rows.insert(table.rows.begin(), table.header);
  return std::move(table.rows);
}

std::int64_t lean_time(const std::string& milliseconds) {
  return market::from_new_york(kSipDay, 0).nanos() + std::stoll(milliseconds) * 1'000'000;
}

/// Returns the id of a venue by its letter on the tape, 0 when no venue has it.
std::uint8_t exchange_of_letter(char letter) {
  for (std::uint8_t id = 1; market::is_known_exchange(id); ++id) {
    if (market::exchange_letter(id) == letter) return id;
  }
  return 0;
}

/// Lean's flags that have one of Polygon's conditions; the others say nothing about our filters.
market::ConditionMask lean_conditions(const std::string& hexadecimal) {
  constexpr std::array<std::pair<unsigned, int>, 17> kFlags{{{1, 7},
                                                             {2, 20},
                                                             {3, 29},
                                                             {5, 14},
                                                             {6, 25},
                                                             {7, 8},
                                                             {8, 28},
                                                             {9, 10},
                                                             {10, 12},
                                                             {13, 13},
                                                             {14, 33},
                                                             {20, 2},
                                                             {21, 9},
                                                             {24, 15},
                                                             {25, 22},
                                                             {26, 16},
                                                             {29, 41}}};
  const std::uint64_t flags = std::stoull(hexadecimal, nullptr, 16);
  market::ConditionMask out = 0;
  for (const auto& [bit, condition] : kFlags) {
    out |= (flags >> bit & 1U) != 0 ? market::condition_bit(condition) : 0;
  }
  return out;
}

std::vector<Trade> lean_trades(const std::filesystem::path& path, const std::string& symbol) {
  std::vector<Trade> out;
  for (const std::vector<std::string>& row : rows_of(path)) {
    Trade trade;
    trade.symbol = symbol;
    trade.participant_ns = trade.sip_ns = lean_time(row[0]);
    trade.price = std::stoll(row[1]) * kLeanPrice;
    trade.size = std::stoll(row[2]) * kShare;
    // Lean writes Q where the tape has T.
    trade.exchange = exchange_of_letter(row[3][0] == 'Q' ? 'T' : row[3][0]);
    trade.trf_id = trade.exchange == 4 ? 202 : 0;
    trade.conditions = lean_conditions(row[4]);
    out.push_back(trade);
  }
  return out;
}

/// One side of one venue's quote.
struct VenueSide {
  std::int64_t price;
  std::int64_t time;
};

/// The best of all venues after each quote of one of them. The file does not say when a venue
/// takes its quote back, so that a side counts for a second; without that nearly all would cross.
std::vector<Quote> lean_nbbo(const std::filesystem::path& path) {
  std::map<std::string, VenueSide> bids;
  std::map<std::string, VenueSide> asks;
  std::vector<Quote> out;
  for (const std::vector<std::string>& row : rows_of(path)) {
    const std::int64_t time = lean_time(row[0]);
    if (row[1] != "0") {
      bids[row[5]] = {std::stoll(row[1]) * kLeanPrice, time};
    }
    if (row[3] != "0") {
      asks[row[5]] = {std::stoll(row[3]) * kLeanPrice, time};
    }
    Quote quote;
    quote.participant_ns = quote.sip_ns = time;
    for (const auto& [venue, bid] : bids) {
      quote.bid = time - bid.time <= kSecond ? std::max(quote.bid, bid.price) : quote.bid;
    }
    for (const auto& [venue, ask] : asks) {
      const bool better = quote.ask == 0 || ask.price < quote.ask;
      quote.ask = time - ask.time <= kSecond && better ? ask.price : quote.ask;
    }
    out.push_back(quote);
  }
  return out;
}

std::filesystem::path sip_file(const std::string& name) {
  const auto shared = test_support::shared_folder();
  return shared ? *shared / "data/sip_ticks_2013-10" / name : std::filesystem::path{};
}

LitRow stream(const std::vector<Trade>& trades, NbboSource* nbbo, const LitOptions& options,
              market::Day day) {
  auto direction = LitDirectionV2::create(day, options).value();
  for (std::size_t begin = 0; begin < trades.size(); begin += columns::kTapeBlockRows) {
    const std::size_t size = std::min(columns::kTapeBlockRows, trades.size() - begin);
    EXPECT_TRUE(direction.add(block_of(std::span{trades}.subspan(begin, size)), nbbo));
  }
  return direction.rows().at(0);
}

double share_off(const LitRow& row) {
  return static_cast<double>(*row.off_exchange_volume) / static_cast<double>(*row.tape_volume);
}

TEST(RealTicks, OffExchangeSharesOf2013AreThoseOfTheFile) {
  for (const auto& [name, symbol, share] :
       {std::tuple{"20131007_ibm_Trade_Tick.csv.gz", "IBM", 0.310},
        {"20131007_spy_Trade_Tick.csv.gz", "SPY", 0.228}}) {
    const std::filesystem::path path = sip_file(name);
    if (!std::filesystem::exists(path)) {
      GTEST_SKIP() << "no shared folder";
    }
    std::int64_t all = 0;
    std::int64_t finra = 0;
    for (const std::vector<std::string>& row : rows_of(path)) {
      const bool official = (std::stoull(row[4], nullptr, 16) & 0x5000000U) != 0;
      all += official ? 0 : std::stoll(row[2]);
      finra += !official && row[3] == "D" ? std::stoll(row[2]) : 0;
    }
    const std::vector<Trade> trades = lean_trades(path, symbol);
    const LitRow row = stream(trades, nullptr, {}, kSipDay);
    EXPECT_EQ(row.tape_volume, all * kShare);
    EXPECT_EQ(row.off_exchange_volume, finra * kShare);
    LitOptions everything;  // also the official prices, which repeat volume
    everything.no_volume = 0;
    EXPECT_NEAR(share_off(stream(trades, nullptr, everything, kSipDay)), share, 0.0005) << symbol;
  }
}

/// Sums by Lee and Ready from sorted lists, with sums of prices in place of differences.
struct PlainLeeReady {
  std::int64_t buy{0}, sell{0}, rest{0}, off_midpoint{0};

  PlainLeeReady(const std::vector<Trade>& trades, const std::vector<Quote>& quotes) {
    std::int64_t last = 0;
    int tick = 0;
    for (const Trade& trade : trades) {
      const auto after =
          std::ranges::lower_bound(quotes, trade.participant_ns, {}, &Quote::participant_ns);
      const Quote quote = after == quotes.begin() ? Quote{} : *std::prev(after);
      const bool usable = quote.bid > 0 && quote.ask > quote.bid;
      const std::int64_t lean = 2 * trade.price - quote.bid - quote.ask;
      const std::int64_t since = trade.participant_ns - market::from_new_york(kSipDay, 0).nanos();
      const bool regular = since >= 34'200 * kSecond && since < 57'600 * kSecond;
      if (!regular || (trade.conditions & market::conditions_without_volume()) != 0) {
        continue;
      }
      if (trade.exchange == 4) {
        off_midpoint += usable && lean == 0 ? trade.size : 0;
        continue;
      }
      if ((trade.conditions & market::conditions_without_direction()) != 0) {
        continue;
      }
      tick = last == 0 || trade.price == last ? tick : trade.price > last ? 1 : -1;
      last = trade.price;
      const int sign = usable && lean != 0 ? (lean > 0 ? 1 : -1) : tick;
      (sign > 0 ? buy : sign < 0 ? sell : rest) += trade.size;
    }
  }
};

TEST(RealTicks, DirectionOf2013EqualsAPlainComputation) {
  const std::filesystem::path trades_file = sip_file("20131007_ibm_Trade_Tick.csv.gz");
  const std::filesystem::path quotes_file = sip_file("20131007_ibm_Quote_Tick.csv.gz");
  if (!std::filesystem::exists(trades_file) || !std::filesystem::exists(quotes_file)) {
    GTEST_SKIP() << "no shared folder";
  }
  const std::vector<Trade> trades = lean_trades(trades_file, "IBM");
  const std::vector<Quote> quotes = lean_nbbo(quotes_file);
  const PlainLeeReady plain{trades, quotes};
  QuoteJoin join{std::make_unique<QuoteList>("IBM", quotes), {}};
  const LitRow row = stream(trades, &join, {}, kSipDay);
  EXPECT_EQ(row.buy_volume, plain.buy);
  EXPECT_EQ(row.sell_volume, plain.sell);
  EXPECT_EQ(*row.midpoint_volume + *row.unclassified_volume, plain.rest);
  EXPECT_EQ(row.off_exchange_midpoint_volume, plain.off_midpoint);
  EXPECT_EQ(row.method, "LEE_READY");
  EXPECT_GT(row.coverage_pct, 99.0);
  // A tenth of the off-exchange prints of that day; 9 of 10 trades met a usable quote.
  EXPECT_GT(plain.off_midpoint, *row.off_exchange_volume / 20);
}

TEST(RealTicks, ThePhaseATickTestLeavesMostOf2013Unsigned) {
  const std::filesystem::path path = sip_file("20131007_ibm_Trade_Tick.csv.gz");
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << "no shared folder";
  }
  LitDirectionPhaseA direction{kSipDay};
  ASSERT_TRUE(direction.add(block_of(lean_trades(path, "IBM"))));
  const LitRow row = direction.rows({}).at(0);
  EXPECT_EQ(row.method, "TICK");
  EXPECT_LT(row.coverage_pct, 60.0);
  EXPECT_GT(row.coverage_pct, 20.0);
}

std::uint8_t ib_exchange(const std::string& name) {
  static const std::map<std::string, char> kLetters{
      {"FINRA", 'D'}, {"ISLAND", 'T'}, {"ARCA", 'P'},  {"NYSE", 'N'},
      {"BATS", 'Z'},  {"BYX", 'Y'},    {"EDGEA", 'J'}, {"DRCTEDGE", 'K'},
      {"BEX", 'B'},   {"PSX", 'X'},    {"IEX", 'V'},   {"MEMX", 'U'},
      {"PEARL", 'H'}, {"CHX", 'M'},    {"AMEX", 'A'},  {"NYSENAT", 'C'}};
  return exchange_of_letter(kLetters.at(name));
}

std::vector<Trade> ib_trades(const std::filesystem::path& path) {
  const CsvTable table = test_support::read_csv(path);
  std::vector<Trade> out;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const auto price = [&](const char* name) {
      return market::Price::parse(table.cell(row, name)).value().nanos();
    };
    Trade trade;
    trade.symbol = table.cell(row, "Symbol_x");
    trade.participant_ns = trade.sip_ns = std::stoll(table.cell(row, "Time")) * kSecond;
    trade.price = price(" Price");
    trade.size = market::Quantity::parse(table.cell(row, " Size")).value().millionths();
    trade.exchange = ib_exchange(table.cell(row, " Exchange"));
    trade.trf_id = trade.exchange == 4 ? 201 : 0;
    trade.bid = price(" PriceBid");
    trade.ask = price(" PriceAsk");
    out.push_back(trade);
  }
  return out;
}

TEST(RealTicks, ManyFinraPrintsOf2022AreAtTheMidpoint) {
  const auto shared = test_support::shared_folder();
  if (!shared) {
    GTEST_SKIP() << "no shared folder";
  }
  const std::vector<Trade> trades =
      ib_trades(*shared / "data/ib_ticks_with_nbbo_2022-11/aggregated_data.csv.gz");
  ASSERT_EQ(trades.size(), 12'221U);
  LitOptions options;
  options.rule = kernels::SignRule::Quote;
  auto direction =
      LitDirectionV2::create(market::Day::parse("2022-11-15").value(), options).value();
  ASSERT_TRUE(direction.add(block_of(trades, true)));
  LitRow sum;
  sum.midpoint_volume = sum.unclassified_volume = sum.off_exchange_volume =
      sum.off_exchange_midpoint_volume = 0;
  const std::vector<LitRow> rows = direction.rows();
  EXPECT_EQ(rows.size(), 33U);
  for (const LitRow& row : rows) {
    sum.buy_volume += row.buy_volume;
    sum.sell_volume += row.sell_volume;
    *sum.midpoint_volume += *row.midpoint_volume;
    *sum.unclassified_volume += *row.unclassified_volume;
    *sum.off_exchange_volume += *row.off_exchange_volume;
    *sum.off_exchange_midpoint_volume += row.off_exchange_midpoint_volume.value_or(0);
  }
  // Counted with a calculator of decimals: 624 of 3,006 FINRA prints.
  EXPECT_EQ(sum.off_exchange_volume, 211'549 * kShare);
  EXPECT_EQ(sum.off_exchange_midpoint_volume, 41'079 * kShare);
  EXPECT_EQ(sum.buy_volume + sum.sell_volume + *sum.midpoint_volume + *sum.unclassified_volume,
            326'782 * kShare);
}

}  // namespace
}  // namespace offex::studies::test
