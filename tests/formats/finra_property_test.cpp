// Replies and weekly files made at random: any split gives the same document, and the same rows in
// JSON and in CSV are the same rows.
#include <array>
#include <map>
#include <optional>
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

// A value as JSON and CSV write it; nothing: null, and an empty field.
struct Value {
  std::optional<std::string> text;
  bool number{false};
};
struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<Value>> rows;
};

Value text_value(std::string text) { return {.text = std::move(text)}; }
Value number_value(std::string text) { return {.text = std::move(text), .number = true}; }

std::string random_quantity(std::mt19937& random) {
  std::string out = std::to_string(random() % 1'000'000'000);
  if (random() % 4 == 0) out += fmt::format(".{:06}", random() % 1'000'000);
  if (random() % 16 == 0) out = fmt::format("{}.{}E6", random() % 10, random() % 1'000'000);
  return out;
}

std::string symbol_of(std::size_t row) {
  std::string symbol = fmt::format("{:05}", row);
  for (char& c : symbol) c = static_cast<char>(c - '0' + 'A');
  return row % 9 == 0 ? symbol + "$A" : symbol;
}

Table random_weekly(std::mt19937& random, std::size_t rows) {
  constexpr std::array<const char*, 5> kTypes = {"ATS_W_SMBL", "OTC_W_SMBL", "ATS_W_SMBL_FIRM",
                                                 "OTC_W_SMBL_FIRM", "ATS_W_VOL_STATS"};
  Table table{
      .names = {"summaryTypeCode", "issueSymbolIdentifier", "issueName", "MPID", "firmCRDNumber",
                "totalWeeklyShareQuantity", "totalWeeklyTradeCount", "weekStartDate",
                "tierIdentifier", "totalNotionalSum", "initialPublishedDate"},
      .rows = {}};
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string type = kTypes.at(random() % kTypes.size());
    const bool firm = type.ends_with("FIRM");
    table.rows.push_back(
        {text_value(type), type.ends_with("STATS") ? Value{} : text_value(symbol_of(row / 2)),
         row % 3 == 0 ? Value{} : text_value("A, \"B\" C\xC3\xA9 " + std::to_string(random() % 3)),
         firm && type.starts_with("ATS") ? text_value("UBSA") : Value{},
         firm ? number_value(std::to_string(random() % 3)) : Value{},
         number_value(random_quantity(random)),
         random() % 5 == 0 ? Value{} : number_value(std::to_string(random() % 100'000)),
         text_value(random() % 2 == 0 ? "2026-06-22" : "2026-06-15"),
         text_value(random() % 2 == 0 ? "T1" : "OTCE"),
         random() % 3 == 0 ? Value{} : number_value("1.245658645385274E9"),
         text_value("2026-07-13")});
  }
  return table;
}

Table random_short(std::mt19937& random, std::size_t rows) {
  Table table{.names = {"tradeReportDate", "reportingFacilityCode",
                        "securitiesInformationProcessorSymbolIdentifier", "marketCode",
                        "shortParQuantity", "shortExemptParQuantity", "totalParQuantity"},
              .rows = {}};
  for (std::size_t row = 0; row < rows; ++row) {
    const auto exempt = random() % 1000;
    table.rows.push_back({text_value("2026-04-13"), text_value(random() % 2 == 0 ? "Q" : "NYTRF"),
                          text_value(symbol_of(row)), text_value("Q"),
                          number_value(std::to_string(exempt + random() % 1000)),
                          random() % 4 == 0 ? Value{} : number_value(std::to_string(exempt)),
                          number_value(std::to_string(2000 + random() % 1000))});
  }
  return table;
}

Table random_table(std::mt19937& random, std::size_t rows) {
  return random() % 2 == 0 ? random_weekly(random, rows) : random_short(random, rows);
}

std::string quoted(const std::string& text, const char* quote) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? quote : std::string{c};
  return out + '"';
}

std::string json_of(const Table& table, std::mt19937& random) {
  std::string out = "[";
  for (const auto& row : table.rows) {
    if (out.size() > 1) out += random() % 3 == 0 ? ",\n " : ",";
    std::string object;
    for (std::size_t i = 0; i < row.size(); ++i) {
      // The first row has all fields, so that later ones may leave out what is missing.
      if (!row[i].text && out.size() > 1 && random() % 2 == 0) continue;
      if (!object.empty()) object += ",";
      object += fmt::format("\"{}\":", table.names[i]);
      if (!row[i].text) {
        object += "null";
      } else if (row[i].number && random() % 3 != 0) {
        object += *row[i].text;
      } else {
        object += quoted(*row[i].text, "\\\"");
      }
    }
    out += "{" + object + "}";
  }
  return out + "]";
}

std::string csv_of(const Table& table, char delimiter, bool crlf) {
  std::string out;
  const auto end_line = [&out, delimiter, crlf] {
    if (out.back() == delimiter) out.pop_back();
    out += crlf ? "\r\n" : "\n";
  };
  for (const std::string& name : table.names) out += quoted(name, "\"\"") + delimiter;
  end_line();
  for (const auto& row : table.rows) {
    for (const Value& value : row) {
      if (value.text) out += value.number ? *value.text : quoted(*value.text, "\"\"");
      out += delimiter;
    }
    end_line();
  }
  return out;
}

TEST(FinraProperty, AReplyMeansTheSameInJsonAndInCsv) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const Table table = random_table(random, 60);
    const auto json = read_text(json_of(table, random), options_for("reply"));
    ASSERT_TRUE(json) << to_text(json);

    for (const char delimiter : {',', '|', '\t', '\x01'}) {
      EXPECT_EQ(to_text(read_text(csv_of(table, delimiter, seed % 2 == 0), options_for("reply"))),
                to_text(json));
    }
  }
}

TEST(FinraProperty, EverySplitGivesTheSameDocument) {
  for (unsigned seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const Table table = random_table(random, 3);

    test::expect_equal_at_every_split(json_of(table, random), options_for("reply"));
    test::expect_equal_at_every_split(csv_of(table, '|', true), options_for("reply"));
  }
}

TEST(FinraProperty, AnySplitOfALargeReplyGivesTheSameDocument) {
  for (unsigned seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const Table table = random_table(random, 1500);
    for (const std::string& text : {json_of(table, random), csv_of(table, ',', false)}) {
      const std::string whole = to_text(read_text(text, options_for("reply")));
      for (const std::size_t max_block : {std::size_t{60}, std::size_t{20'000}}) {
        const auto blocks = test::random_blocks(text, random, max_block);

        EXPECT_EQ(to_text(test::read_blocks(blocks, text, options_for("reply"))), whole);
      }
    }
  }
}

// Changes, drops or doubles a few bytes.
void mutate(std::string& text, std::mt19937& random) {
  constexpr std::string_view kBytes = "0123456789|.,\n\r-+eQN{}[]:\"\\ \t\xFF";
  for (std::size_t change = 1 + random() % 3; change > 0 && !text.empty(); --change) {
    const std::size_t at = random() % text.size();
    const char byte = kBytes.at(random() % kBytes.size());
    switch (random() % 4) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      case 2:
        text.erase(at, 1 + random() % 4);
        break;
      default:
        text.insert(at, text.substr(at, random() % 60));
        break;
    }
  }
}

TEST(FinraProperty, DamageGivesTheSameErrorHoweverTheTextIsCutAndNamesAPlace) {
  std::size_t refused = 0;
  for (unsigned seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const Table table = random_table(random, 8);
    std::string text = seed % 2 == 0 ? json_of(table, random) : csv_of(table, ',', false);
    mutate(text, random);
    const ReadOptions options = options_for("reply", seed % 3);

    const auto whole = read_text(text, options);
    const auto parts = test::read_blocks(test::random_blocks(text, random, 30), text, options);

    ASSERT_EQ(to_text(parts), to_text(whole)) << text;
    if (whole) continue;
    ++refused;
    EXPECT_EQ(whole.error().place.file, "reply") << to_text(whole);
    EXPECT_LE(whole.error().place.byte, text.size()) << to_text(whole);
  }
  EXPECT_GT(refused, 200U);
}

}  // namespace
}  // namespace offex::formats
