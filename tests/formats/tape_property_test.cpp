#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "offex/formats/gzip_writer.hpp"

#include "formats/tape_text.hpp"

namespace offex::formats {
namespace {

using columns::MinuteBlock;
using columns::QuoteBlock;
using columns::TradeBlock;
using test::pieces;
using test::read_text;
using test::whole;

std::string pick(std::mt19937& random, const std::vector<std::string>& values) {
  return values.at(random() % values.size());
}

std::string digits(std::mt19937& random, std::size_t most) {
  std::string out;
  const std::size_t count = 1 + random() % most;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>('0' + random() % 10);
  return out;
}

std::string decimal(std::mt19937& random, std::size_t whole_digits, std::size_t places) {
  const std::string whole = digits(random, whole_digits);
  return random() % 3 == 0 ? whole : whole + "." + digits(random, places);
}

std::string time_text(std::mt19937& random) {
  return fmt::format("17{:08}{:09}", random() % 100'000'000, random() % 1'000'000'000);
}

std::string ticker(std::mt19937& random) {
  return pick(random, {"A", "AAPL", "BRK.B", "ABRpD", "ACHR.WS", "ZVZZT", "LONGNAMES.WS.A1"});
}

std::string trade_row(std::mt19937& random) {
  return fmt::format(
      "{},{},{},{},{},{},{},{},{},{},{},{},{}", ticker(random),
      pick(random, {"", "12", "\"12,37\"", "\"14,37,41\"", "\"2,10,12,14,37,41\"", "70", "\"\""}),
      random() % 20 == 0 ? "12" : "0", 1 + random() % 21, digits(random, 15), time_text(random),
      decimal(random, 6, 9), digits(random, 9), time_text(random), decimal(random, 7, 6),
      1 + random() % 3, pick(random, {"0", "201", "202", ""}),
      pick(random, {"0", "", time_text(random)}));
}

std::string quote_row(std::mt19937& random) {
  return fmt::format("{},12,{},{},11,{},{},{},,{},{},{},1,0", ticker(random),
                     pick(random, {"", "0", decimal(random, 5, 6)}),
                     pick(random, {"", "0", decimal(random, 5, 6)}),
                     pick(random, {"0.0", decimal(random, 5, 6)}), digits(random, 5),
                     pick(random, {"", "1", "\"1,81\""}), time_text(random), digits(random, 7),
                     pick(random, {"", "0", time_text(random)}));
}

std::string minute_row(std::mt19937& random) {
  return fmt::format("{},{},{},{},{},{},{},{}", ticker(random), decimal(random, 9, 6),
                     decimal(random, 5, 6), decimal(random, 5, 6), decimal(random, 5, 6),
                     decimal(random, 5, 6), (29'000'000 + random() % 400'000) * 60'000'000'000ULL,
                     digits(random, 5));
}

std::string table_row(std::mt19937& random) {
  return fmt::format("{},{},{},{},{},{}", ticker(random), time_text(random), decimal(random, 5, 6),
                     decimal(random, 5, 6), pick(random, {"", decimal(random, 5, 6)}),
                     pick(random, {"", decimal(random, 5, 6)}));
}

struct Kind {
  std::string_view header;
  std::string (*row)(std::mt19937&);
  std::string (*read)(base::ByteSource, const TapeOptions&, TapeReading);
};

const std::vector<Kind> kKinds{{test::kTradeHeader, trade_row, read_text<TradeBlock>},
                               {test::kQuoteHeader, quote_row, read_text<QuoteBlock>},
                               {test::kMinuteHeader, minute_row, read_text<MinuteBlock>},
                               {test::kTableHeader, table_row, read_text<TradeBlock>}};

// Runs of a symbol of random length; every row is right.
std::string make_file(std::mt19937& random, const Kind& kind, std::size_t rows) {
  const std::string end = random() % 3 == 0 ? "\r\n" : "\n";
  std::string text{kind.header.substr(0, kind.header.size() - 1)};
  text += end;
  std::string symbol = ticker(random);
  for (std::size_t i = 0; i < rows; ++i) {
    if (random() % 7 == 0) symbol = ticker(random);
    const std::string row = kind.row(random);
    text += symbol + row.substr(row.find(',')) + end;
  }
  return text;
}

void mutate(std::string& text, std::mt19937& random) {
  constexpr std::string_view kBytes = "\",.\n\r-0195eA \t\x01\x7F";
  for (std::size_t i = 0; i < 1 + random() % 3; ++i) {
    const std::size_t at = random() % text.size();
    const char byte = kBytes[random() % kBytes.size()];
    switch (random() % 3) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      default:
        text.erase(at, 1);
    }
  }
}

const TapeOptions kOptions{.file = "tape.csv"};

TEST(TapeProperty, TheFastReadersGiveWhatTheRulesGive) {
  for (unsigned seed = 0; seed < 32; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const Kind& kind = kKinds.at(seed % kKinds.size());
    const std::string text = make_file(random, kind, 1 + random() % 6000);

    const std::string fast = kind.read(whole(text), kOptions, TapeReading::Fast);

    ASSERT_EQ(fast.find("tape.csv:"), std::string::npos) << fast.substr(fast.find("tape.csv:"));
    EXPECT_TRUE(fast == kind.read(whole(text), kOptions, TapeReading::Careful));
  }
}

TEST(TapeProperty, TheFastReadersRefuseWhatTheRulesRefuse) {
  std::size_t refused = 0;
  for (unsigned seed = 0; seed < 1600; ++seed) {
    std::mt19937 random{seed};
    const Kind& kind = kKinds.at(seed % kKinds.size());
    std::string text = make_file(random, kind, 12);
    std::string rows = text.substr(text.find('\n') + 1);
    mutate(rows, random);
    text.replace(text.find('\n') + 1, std::string::npos, rows);

    const std::string fast = kind.read(whole(text), kOptions, TapeReading::Fast);

    ASSERT_EQ(fast, kind.read(whole(text), kOptions, TapeReading::Careful)) << seed << "\n" << text;
    if (fast.find("tape.csv:") != std::string::npos) ++refused;
  }
  EXPECT_GT(refused, 400U);
}

TEST(TapeProperty, AnySplitOfTheSourceGivesTheSameBlocks) {
  for (unsigned seed = 0; seed < 8; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const Kind& kind = kKinds.at(seed % kKinds.size());
    std::string bytes = make_file(random, kind, 9000);
    if (seed >= 4)
      bytes = gzip(bytes.substr(0, 70'000)).value() + gzip(bytes.substr(70'000)).value();
    const std::string wanted = kind.read(whole(bytes), kOptions, TapeReading::Fast);

    for (const std::size_t size : {1U, 7U, 61U}) {
      if (size == 1 && seed % 3 != 0) continue;
      const std::string found =
          kind.read(pieces(bytes, [size] { return size; }), kOptions, TapeReading::Fast);
      EXPECT_TRUE(found == wanted) << size;
    }
    const auto any = [&random] { return 1 + random() % (random() % 2 == 0 ? 50 : 90'000); };
    EXPECT_TRUE(kind.read(pieces(bytes, any), kOptions, TapeReading::Fast) == wanted);
  }
}

// Lines that pieces of the feed cut, with their places in the messages.
TEST(TapeProperty, PlacesAreRightFarIntoAFile) {
  std::mt19937 random{5};
  std::string text = make_file(random, kKinds[0], 30'000);
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  const std::uint64_t byte = text.size();
  text += "A,,0,8,1,1770810300032980000,x,1,1770810300033240003,1,1,0,0\n";
  TapeReader<TradeBlock> reader{whole(text), kOptions, false, TapeReading::Fast};

  auto block = reader.next();
  while (block && *block != nullptr) block = reader.next();

  ASSERT_FALSE(block);
  EXPECT_EQ(block.error().place.line, lines + 1);
  EXPECT_EQ(block.error().place.byte, byte + 29);
}

}  // namespace
}  // namespace offex::formats
