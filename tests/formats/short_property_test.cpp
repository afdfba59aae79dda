#include <array>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "formats/document_text.hpp"
#include "formats/short_reader_internal.hpp"

namespace offex::formats {
namespace {

using test::options_for;
using test::read_text;
using test::to_text;

constexpr const char* kName = "CNMSshvol20240102.txt";

struct Shape {
  bool fractional{false};
  bool exempt{true};
  bool exempt_first{false};
  bool crlf{false};
};

std::string random_volume(std::mt19937& random, std::int64_t whole, bool fractional) {
  std::string out = std::to_string(whole);
  if (fractional && random() % 4 != 0) out += fmt::format(".{:06}", random() % 1'000'000);
  return out;
}

// A file that must be read whole; symbols ascend.
std::string random_file(std::mt19937& random, std::size_t rows, const Shape& shape) {
  constexpr std::array<const char*, 8> kMarkets = {"B,Q,N", "Q,N", "Q", "N",
                                                   "B,Q",   "B,N", "B", "D"};
  const char* end = shape.crlf ? "\r\n" : "\n";
  std::string out = "Date|Symbol|";
  out += !shape.exempt        ? "ShortVolume|"
         : shape.exempt_first ? "ShortExemptVolume|ShortVolume|"
                              : "ShortVolume|ShortExemptVolume|";
  out += std::string{"TotalVolume|Market"} + end;
  for (std::size_t row = 0; row < rows; ++row) {
    std::string symbol = fmt::format("{:05}", row * 7 + random() % 7);
    for (char& c : symbol) c = static_cast<char>(c - '0' + 'A');
    if (random() % 8 == 0) symbol += "/WS";
    if (random() % 16 == 0) symbol += "pABCDE";
    const auto exempt = static_cast<std::int64_t>(random() % 1000);
    const auto part =
        exempt + 1 +
        static_cast<std::int64_t>(random() % (random() % 9 == 0 ? 400'000'000 : 9'999));
    const auto total = part + 1 + static_cast<std::int64_t>(random() % 1'000'000);
    const std::string short_text = random_volume(random, part, shape.fractional);
    const std::string exempt_text = random_volume(random, exempt, shape.fractional);
    out += "20240102|" + symbol + "|";
    out += !shape.exempt        ? short_text
           : shape.exempt_first ? exempt_text + "|" + short_text
                                : short_text + "|" + exempt_text;
    out += fmt::format("|{}|{}{}", random_volume(random, total, shape.fractional),
                       kMarkets.at(random() % kMarkets.size()), end);
  }
  return out + std::to_string(rows) + end;
}

Shape shape_of(unsigned seed) {
  return {.fractional = (seed & 1U) != 0,
          .exempt = (seed & 6U) != 6,
          .exempt_first = (seed & 2U) != 0,
          .crlf = (seed & 8U) != 0};
}

Result<Document> read_carefully(std::string_view text, ReadOptions options) {
  const NameHints hints = hints_from_name(options.file);
  options.day = hints.day;
  options.facility = hints.facility;
  const auto reader = make_short_reader(options, ShortReading::Careful);
  OFFEX_TRY(reader->push(text));
  return reader->finish();
}

// Changes, drops, doubles or swaps a few bytes or lines.
void mutate(std::string& text, std::mt19937& random) {
  constexpr std::string_view kBytes = "0123456789|.,\n\r-+eQNBXpA/$ \t\xFF";
  for (std::size_t change = 1 + random() % 3; change > 0 && !text.empty(); --change) {
    const std::size_t at = random() % text.size();
    const char byte = kBytes.at(random() % kBytes.size());
    switch (random() % 5) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      case 2:
        text.erase(at, 1 + random() % 4);
        break;
      case 3:
        text.insert(at, text.substr(at, random() % 60));
        break;
      default:
        text[at] = '\0';
        break;
    }
  }
}

TEST(ShortProperty, EverySplitOfASmallFileGivesTheSameDocument) {
  for (unsigned seed = 0; seed < 16; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};

    test::expect_equal_at_every_split(random_file(random, 8, shape_of(seed)), options_for(kName));
  }
}

TEST(ShortProperty, EverySplitOfADamagedFileGivesTheSameError) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    std::string text = random_file(random, 5, shape_of(seed));
    mutate(text, random);

    test::expect_equal_at_every_split(text, options_for(kName, seed % 3));
  }
}

TEST(ShortProperty, AnySplitOfALargeFileGivesTheSameDocument) {
  for (unsigned seed = 0; seed < 16; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const std::string text = random_file(random, 3000, shape_of(seed));
    const std::string whole = to_text(read_text(text, options_for(kName)));
    const std::size_t max_block = seed % 2 == 0 ? 50 : 20'000;

    const auto blocks = test::random_blocks(text, random, max_block);

    EXPECT_EQ(to_text(test::read_blocks(blocks, text, options_for(kName))), whole);
  }
}

TEST(ShortProperty, TheFastReaderGivesWhatTheCarefulOneGives) {
  for (unsigned seed = 0; seed < 32; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const std::string text = random_file(random, 2000, shape_of(seed));

    const auto fast = read_text(text, options_for(kName));

    ASSERT_TRUE(fast) << to_text(fast);
    EXPECT_EQ(fast->rows.num_rows(), 2000U);
    EXPECT_EQ(to_text(fast), to_text(read_carefully(text, options_for(kName))));
  }
}

TEST(ShortProperty, TheFastReaderRefusesAndSetsAsideWhatTheCarefulOneDoes) {
  std::size_t refused = 0;
  std::size_t set_aside = 0;
  for (unsigned seed = 0; seed < 4000; ++seed) {
    std::mt19937 random{seed};
    const Shape shape = shape_of(seed);
    std::string text = random_file(random, 30, shape);
    const std::size_t header = text.find('\n') + 1;
    std::string rows = text.substr(header);
    mutate(rows, random);
    text.replace(header, std::string::npos, rows);
    const ReadOptions options = options_for(kName, seed % 4);

    const auto fast = read_text(text, options);

    ASSERT_EQ(to_text(fast), to_text(read_carefully(text, options))) << "seed " << seed << "\n"
                                                                     << text;
    if (!fast) ++refused;
    if (fast && !fast->rejects.empty()) ++set_aside;
  }
  EXPECT_GT(refused, 1000U);
  EXPECT_GT(set_aside, 100U);
}

}  // namespace
}  // namespace offex::formats
