// Replies and directories made at random: whole against split, exact against what was made, and
// damaged ones.
#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "formats/document_text.hpp"

namespace offex::formats {
namespace {

using test::options_for;
using test::read_text;
using test::to_text;

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : between) + part;
  return out;
}

// Members of an object in any order, with any space between them.
std::string object(std::vector<std::string> members, std::mt19937& random) {
  constexpr std::array<const char*, 4> kBetween = {",", ", ", ",\n  ", " ,\t"};
  std::shuffle(members.begin(), members.end(), random);
  return "{" + joined(members, kBetween.at(random() % kBetween.size())) + "}";
}

std::string list(const std::vector<std::string>& elements, std::mt19937& random) {
  return "[" + joined(elements, random() % 2 == 0 ? "," : ",\n") + "]";
}

std::string price(std::mt19937& random) {
  return fmt::format("{}.{:04}", random() % 500, random() % 10'000);
}

std::string bar(std::mt19937& random, std::int64_t millis, const std::string& more) {
  std::vector<std::string> members = {
      fmt::format(R"("o":{})", price(random)),
      fmt::format(R"("h":{})", price(random)),
      fmt::format(R"("l":{})", price(random)),
      fmt::format(R"("c":{})", price(random)),
      fmt::format(R"("v":{}.{:06})", random() % 1'000'000, random() % 1'000'000),
      fmt::format(R"("t":{})", millis)};
  if (random() % 2 == 0) members.push_back(fmt::format(R"("vw":{})", price(random)));
  if (random() % 2 == 0) members.push_back(R"("n":17)");
  if (random() % 4 == 0) members.push_back(R"("otc":true)");
  if (!more.empty()) members.push_back(more);
  return object(members, random);
}

std::string random_bars(std::mt19937& random, std::size_t rows, bool grouped) {
  constexpr std::int64_t kMonday = 1'112'587'200'000;  // 2005-04-04, midnight in New York
  constexpr std::int64_t kDay = 86'400'000;
  std::vector<std::string> results;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto day = static_cast<std::int64_t>(7 * (i / 5) + i % 5);
    // Stays in the summer, where days of 24 hours start at midnight.
    results.push_back(grouped ? bar(random, kMonday + kDay / 2, fmt::format(R"("T":"T{}")", i))
                              : bar(random, kMonday + day * kDay, ""));
  }
  std::vector<std::string> members = {fmt::format(R"("results":{})", list(results, random)),
                                      fmt::format(R"("resultsCount":{})", rows), R"("status":"OK")",
                                      R"("adjusted":false)", R"("request_id":"\"x]}")"};
  if (!grouped) members.push_back(R"("ticker":"ABRpD")");
  return object(members, random);
}

std::string random_list(std::mt19937& random, std::size_t rows, unsigned kind) {
  std::vector<std::string> results;
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<std::string> row = {fmt::format(R"("name":"\u00e9 {}, \"{}\"")", i, random() % 99)};
    if (kind == 0) {
      row.push_back(fmt::format(R"("id":{})", i));
      row.push_back(R"("locale":"us")");
      row.push_back(random() % 3 == 0 ? R"("asset_class":"fx")" : R"("asset_class":"stocks")");
    } else if (kind == 1) {
      row.push_back(fmt::format(R"("id":{})", i));
      row.push_back(random() % 3 == 0 ? R"("data_types":["bbo"])"
                                      : R"("data_types":["nbbo", "trade"])");
      row.push_back(R"("sip_mapping":{"UTP":"@","CTA":"I"})");
      row.push_back(
          R"("update_rules":{"market_center":{},"consolidated":{"updates_volume":true}})");
    } else {
      row.push_back(fmt::format(R"("ticker":"T{}")", i));
      row.push_back(R"("market":"stocks")");
      row.push_back(fmt::format(R"("market_cap":{}e3)", random() % 1000));
    }
    results.push_back(object(row, random));
  }
  return object({fmt::format(R"("results":{})", list(results, random)), R"("status":"OK")",
                 fmt::format(R"("count":{})", rows)},
                random);
}

std::string random_directory(std::mt19937& random, std::size_t rows) {
  const char* end = random() % 2 == 0 ? "\n" : "\r\n";
  std::string out =
      "ACT Symbol|Security Name|Exchange|CQS Symbol|ETF|Round Lot Size|Test Issue|NASDAQ Symbol";
  for (std::size_t i = 0; i < rows; ++i) {
    out += fmt::format("{}A${}|Name {}|N|Ap{}|{}|{}|N|", end, i, random() % 9, i,
                       random() % 2 == 0 ? "Y" : "", 1 + random() % 100);
  }
  return out + end + "File Creation Time: 0213202618:01|||||||" + end;
}

std::string random_text(std::mt19937& random, std::size_t rows, unsigned kind) {
  if (kind < 2) return random_bars(random, rows, kind == 0);
  return kind < 5 ? random_list(random, rows, kind - 2) : random_directory(random, rows);
}
constexpr unsigned kKinds = 6;

void mutate(std::string& text, std::mt19937& random) {
  constexpr std::string_view kBytes = "0123456789.,-+e\"{}[]:|\\ntf \n\r\xFF";
  for (std::size_t change = 1 + random() % 3; change > 0 && !text.empty(); --change) {
    const std::size_t at = random() % text.size();
    switch (random() % 4) {
      case 0:
        text[at] = kBytes.at(random() % kBytes.size());
        break;
      case 1:
        text.insert(at, 1, kBytes.at(random() % kBytes.size()));
        break;
      case 2:
        text.erase(at, 1 + random() % 8);
        break;
      default:
        text.insert(at, text.substr(at, random() % 60));
        break;
    }
  }
}

TEST(PolygonProperty, EveryTextThatIsMadeIsReadWhole) {
  for (unsigned seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const std::string text = random_text(random, 60, seed % kKinds);

    const auto document = read_text(text, options_for("x.txt"));

    ASSERT_TRUE(document) << to_text(document) << text;
    EXPECT_LE(document->rows.num_rows(), 60U);
    const bool leaves_out = seed % kKinds == 2 || seed % kKinds == 3;
    if (!leaves_out) {
      EXPECT_EQ(document->rows.num_rows(), 60U);
    }
  }
}

TEST(PolygonProperty, EverySplitOfASmallTextGivesTheSameDocument) {
  for (unsigned seed = 0; seed < 3 * kKinds; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};

    test::expect_equal_at_every_split(random_text(random, 3, seed % kKinds), options_for("x.txt"));
  }
}

TEST(PolygonProperty, EverySplitOfADamagedTextGivesTheSameError) {
  for (unsigned seed = 0; seed < 10 * kKinds; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    std::string text = random_text(random, 3, seed % kKinds);
    mutate(text, random);

    test::expect_equal_at_every_split(text, options_for("x.txt", seed % 3));
  }
}

TEST(PolygonProperty, AnySplitOfALargeTextGivesTheSameDocument) {
  for (unsigned seed = 0; seed < kKinds; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const std::string text = random_text(random, 2000, seed % kKinds);
    const std::string whole = to_text(read_text(text, options_for("x.txt", 2000)));

    const auto blocks = test::random_blocks(text, random, 5000);

    EXPECT_EQ(to_text(test::read_blocks(blocks, text, options_for("x.txt", 2000))), whole);
  }
}

TEST(PolygonProperty, DamageIsRefusedSetAsideOrHarmlessAndNeverWithoutAPlace) {
  std::size_t refused = 0;
  std::size_t set_aside = 0;
  for (unsigned seed = 0; seed < 6000; ++seed) {
    std::mt19937 random{seed};
    std::string text = random_text(random, 10, seed % kKinds);
    mutate(text, random);

    const auto document = read_text(text, options_for("x.txt", seed % 2));

    if (document) {
      if (!document->rejects.empty()) ++set_aside;
      continue;
    }
    ++refused;
    const base::Error& error = document.error();
    ASSERT_EQ(error.place.file, "x.txt") << to_text(document);
    ASSERT_LE(error.place.byte, text.size()) << to_text(document);
    const bool without_place = error.code == base::ErrorCode::InvalidArgument;
    ASSERT_TRUE(without_place || error.place.line > 0) << to_text(document);
    ASSERT_NE(error.code, base::ErrorCode::Internal) << to_text(document);
  }
  EXPECT_GT(refused, 1500U);
  EXPECT_GT(set_aside, 200U);
}

}  // namespace
}  // namespace offex::formats
