// Rows on their way to PostgREST and back.
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/formats/json_rows.hpp"
#include "offex/market/day.hpp"

#include "publish/postgrest_json_internal.hpp"
#include "publish/postgrest_rows_internal.hpp"

namespace offex::publish {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr std::array<std::string_view, 2> kWords{"calm", "busy"};

Shipment shipment() {
  Column symbol{"symbol", Type::Symbol};
  Column day{"trade_date", Type::Day};
  Column share{"share", Type::Double};
  Column shares{"shares", Type::Quantity};
  Column price{"price", Type::Price};
  Column label{"label", kWords};
  Column provenance{"provenance", Type::Text};
  for (int i = 0; i < 3; ++i) {
    symbol.push(market::Symbol::from_trusted(fmt::format("S{}", i)));
    day.push<std::int32_t>(20'560 + i);  // 2026-04-17
    share.push(i == 1 ? std::numeric_limits<double>::infinity() : 1.0 / 3.0);
    shares.push<std::int64_t>(9'007'199'254'740'993);
    price.push<std::int64_t>(12'500'000'000);
    label.push<std::uint8_t>(1);
    provenance.push(std::string{R"({"a":[1]})"});
  }
  provenance.push_missing();
  provenance.truncate(2);
  provenance.push_missing();
  return {.table = "t",
          .key = {"symbol", "trade_date"},
          .rows = Batch{{symbol, day, share, shares, price, label, provenance}},
          .json_columns = {"provenance"}};
}

TEST(PostgrestBody, HasTheNumbersOfTheJsonOutput) {
  const Shipment sent = shipment();
  const std::vector<std::size_t> rows{0, 2};
  const auto body = body_of(sent, rows);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(*body,
            R"([{"symbol":"S0","trade_date":"2026-04-17","share":0.3333333333333333,)"
            R"("shares":9007199254.740993,"price":12.5,"label":"busy","provenance":{"a":[1]}},)"
            "\n"
            R"({"symbol":"S2","trade_date":"2026-04-19","share":0.3333333333333333,)"
            R"("shares":9007199254.740993,"price":12.5,"label":"busy","provenance":null}])");
}

TEST(PostgrestBody, WritesWhatIsNoNumberAsNull) {
  const auto body = body_of(shipment(), std::vector<std::size_t>{1});
  ASSERT_TRUE(body);
  EXPECT_THAT(*body, HasSubstr(R"("share":null)"));
}

TEST(PostgrestBody, ReadsBackAsTheSameRows) {
  const Shipment sent = shipment();
  const auto body = body_of(sent, std::vector<std::size_t>{2, 0, 1});
  Batch theirs = header_of(sent, false);
  ASSERT_TRUE(formats::read_json_rows(*body, theirs));
  const RowIndex index{sent};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto row = index.find(theirs, i);
    ASSERT_TRUE(row);
    EXPECT_EQ(*row, (i + 2) % 3);
    EXPECT_FALSE(index.compare(*row, theirs, i).different);
    EXPECT_TRUE(index.compare(*row, theirs, i).rounded.empty());
  }
  EXPECT_EQ(index.words(1), "S1, 2026-04-18");
}

TEST(PostgrestBody, OfAnotherKeyIsNotOurs) {
  const Shipment sent = shipment();
  Batch theirs = header_of(sent, true);
  EXPECT_EQ(theirs.num_columns(), 2U);
  ASSERT_TRUE(formats::read_json_rows(R"([{"symbol":"S0","trade_date":"2026-04-18"}])", theirs));
  EXPECT_FALSE(RowIndex{sent}.find(theirs, 0));
}

CellLikeness compared(Type type, const std::string& ours, const std::string& theirs, bool json) {
  Batch left{{Column{"x", type}}};
  Batch right = header_of({.table = "t", .key = {}, .rows = left}, false);
  EXPECT_TRUE(formats::read_json_rows("[{\"x\":" + ours + "}]", left)) << ours;
  EXPECT_TRUE(formats::read_json_rows("[{\"x\":" + theirs + "}]", right)) << theirs;
  return compare_cells(left.column(0), 0, right.column(0), 0, json);
}

Likeness like(Type type, const std::string& ours, const std::string& theirs, bool json = false) {
  return compared(type, ours, theirs, json).likeness;
}

/// Decimals that a value was rounded to; -1: it was not rounded.
int rounded_to(Type type, const std::string& ours, const std::string& theirs) {
  const CellLikeness out = compared(type, ours, theirs, false);
  return out.likeness == Likeness::Rounded ? out.decimals : -1;
}

TEST(PostgrestCell, MayBeRoundedToAnyNumberOfDecimals) {
  EXPECT_EQ(rounded_to(Type::Double, "0.0000146", "0.0000"), 4);
  EXPECT_EQ(rounded_to(Type::Double, "0.4436230815993351", "0.443623"), 6);
  EXPECT_EQ(rounded_to(Type::Double, "0.33999999", "0.3400"), 4);
  EXPECT_EQ(rounded_to(Type::Double, "-1234567.00005", "-1234567.0001"), 4);
  EXPECT_EQ(rounded_to(Type::Double, "0.7", "1"), 0);
  EXPECT_EQ(rounded_to(Type::Quantity, "5.000149", "5.0001"), 4);
  EXPECT_EQ(rounded_to(Type::Price, "12.123456789", "12.1235"), 4);
  EXPECT_EQ(rounded_to(Type::Price, "12.123456789", "12"), 0);
}

TEST(PostgrestCell, IsNotRoundedByMoreThanHalfOfItsLastDecimal) {
  EXPECT_EQ(like(Type::Double, "0.33333333333", "0.3334"), Likeness::Different);
  EXPECT_EQ(like(Type::Double, "0.33333333333", "0.33335"), Likeness::Different);
  EXPECT_EQ(like(Type::Double, "0.00001", "2e-05"), Likeness::Different);
  EXPECT_EQ(like(Type::Quantity, "5.000151", "5.0001"), Likeness::Different);
  EXPECT_EQ(like(Type::Price, "12.123456789", "12.12346000001"), Likeness::Different);
  EXPECT_EQ(like(Type::Price, "12.123456789", "12.12347"), Likeness::Different);
}

TEST(PostgrestCell, IsTheSameHoweverItIsWritten) {
  EXPECT_EQ(like(Type::Double, "0.00001", "1e-05"), Likeness::Same);
  EXPECT_EQ(like(Type::Double, "0.5", "0.5000"), Likeness::Same);
  EXPECT_EQ(like(Type::Quantity, "5", "5.000000"), Likeness::Same);
  EXPECT_EQ(like(Type::Price, "12.5", "\"12.500000000\""), Likeness::Same);
}

TEST(PostgrestCell, ThatIsNoNumberDiffersFromAllOfOurs) {
  for (const char* theirs : {R"("NaN")", R"("Infinity")", R"("-Infinity")"}) {
    EXPECT_EQ(like(Type::Double, "0.5", theirs), Likeness::Different) << theirs;
    EXPECT_EQ(like(Type::Double, "null", theirs), Likeness::Different) << theirs;
    EXPECT_EQ(like(Type::Quantity, "5", theirs), Likeness::Different) << theirs;
    EXPECT_EQ(like(Type::Price, "null", theirs), Likeness::Different) << theirs;
  }
}

TEST(PostgrestCell, IsMissingOrNot) {
  EXPECT_EQ(like(Type::Double, "null", "null"), Likeness::Same);
  EXPECT_EQ(like(Type::Double, "0", "null"), Likeness::Different);
  EXPECT_EQ(like(Type::Double, "null", "0.0000"), Likeness::Different) << "null is never zero";
  EXPECT_EQ(like(Type::Text, R"("")", "null"), Likeness::Different);
}

TEST(PostgrestCell, OfAWideNumberMayEndInZeros) {
  EXPECT_EQ(like(Type::Number, "123456789012345678901.5", "123456789012345678901.500000"),
            Likeness::Same);
  EXPECT_EQ(like(Type::Number, "1234567890123456789010", "123456789012345678901"),
            Likeness::Different);
}

TEST(PostgrestCell, OfATimeKeepsMicroseconds) {
  EXPECT_EQ(like(Type::Instant, R"("2026-04-17T20:00:00.123456789Z")",
                 R"("2026-04-17T20:00:00.123457+00:00")"),
            Likeness::Same);
  EXPECT_EQ(like(Type::Instant, R"("2026-04-17T20:00:00Z")", R"("2026-04-17T20:00:01Z")"),
            Likeness::Different);
}

TEST(PostgrestCell, OfJsonIsComparedByWhatItSays) {
  const std::string ours = R"({"b":[1.50,1e-7,"é\n"],"a":null})";
  const std::string theirs = R"({"a": null, "b": [1.5, 0.0000001, "\u00e9\u000a"]})";
  EXPECT_EQ(like(Type::Text, ours, theirs, true), Likeness::Same);
  EXPECT_EQ(like(Type::Text, ours, theirs, false), Likeness::Different);
  EXPECT_EQ(like(Type::Text, R"({"a":1})", R"({"a":"1"})", true), Likeness::Different);
  EXPECT_EQ(like(Type::Text, R"({"a":[1,2]})", R"({"a":[2,1]})", true), Likeness::Different);
}

TEST(PostgrestJson, ReadsTheGrammarAndNothingElse) {
  for (const char* good : {"0", "-1.5e+3", R"("\ud83d\ude00")", "[]", R"({"a":[true,{}]})"}) {
    EXPECT_TRUE(read_json_tree(good)) << good;
  }
  for (const char* bad : {"", "tru", "[1,]", R"({"a"})", R"("\x")", R"("\ud83d")", "[1] 2", "{",
                          R"("open)", "nan", "inf"}) {
    EXPECT_FALSE(read_json_tree(bad)) << bad;
  }
  EXPECT_FALSE(read_json_tree(std::string(100, '[')));
  EXPECT_TRUE(same_json(R"("\ud83d\ude00")", "\"\U0001F600\""));
  EXPECT_TRUE(same_json(R"({"a":1,"a":2})", R"({"a":2})")) << "the last one counts";
}

TEST(PostgrestQuestions, AreAboutTheDaysAndSymbolsOfTheShipment) {
  const auto questions = questions_of(shipment());
  ASSERT_THAT(questions, SizeIs(1));
  EXPECT_THAT(questions[0].filters, UnorderedElementsAre(Pair("symbol", "in.(S0,S1,S2)"),
                                                         Pair("trade_date", "gte.2026-04-17"),
                                                         Pair("trade_date", "lte.2026-04-19")));
  EXPECT_THAT(questions[0].order, ElementsAre("symbol", "trade_date"));
}

TEST(PostgrestQuestions, AboutAllSymbolsAreAboutTheDays) {
  Column symbol{"symbol", Type::Symbol};
  Column day{"trade_date", Type::Day};
  Column version{"version", Type::Text};
  for (int i = 0; i < 500; ++i) {
    symbol.push(market::Symbol::from_trusted(fmt::format("S{}", i)));
    day.push<std::int32_t>(20'560);
    version.push(std::string{"rv/1.0.0+ab"});
  }
  const auto questions = questions_of({.table = "t",
                                       .key = {"symbol", "trade_date", "version"},
                                       .rows = Batch{{symbol, day, version}}});
  ASSERT_THAT(questions, SizeIs(1));
  EXPECT_THAT(questions[0].filters, UnorderedElementsAre(Pair("trade_date", "eq.2026-04-17"),
                                                         Pair("version", "eq.rv/1.0.0+ab")));
}

TEST(PostgrestQuestions, AboutHashesAreListsThatFitIntoAnAddress) {
  Column source{"source", Type::Text};
  Column digest{"sha", Type::Text};
  for (int i = 0; i < 1'000; ++i) {
    source.push(std::string{"features"});
    digest.push(fmt::format("{:064x}", i));
  }
  const auto questions =
      questions_of({.table = "t", .key = {"source", "sha"}, .rows = Batch{{source, digest}}});
  std::size_t listed = 0;
  for (const feeds::PostgrestQuery& question : questions) {
    ASSERT_THAT(question.filters, SizeIs(2));
    const std::string& list = question.filters[1].second;
    EXPECT_LT(list.size(), 6'200U);
    const auto here = static_cast<std::size_t>(std::ranges::count(list, ',')) + 1;
    EXPECT_LE(here, 100U);
    listed += here;
  }
  EXPECT_EQ(listed, 1'000U);
}

Shipment keyed(const std::vector<std::string>& digests) {
  Column source{"source", Type::Text};
  Column digest{"sha", Type::Text};
  for (const std::string& text : digests) {
    source.push(std::string{"features"});
    digest.push(std::string{text});
  }
  return {.table = "t", .key = {"source", "sha"}, .rows = Batch{{source, digest}}};
}

TEST(PostgrestQuestions, AboutTheRangeOfHashesAreOne) {
  const auto range = range_of(keyed({"0a1f", "90ff", "f000"}));
  ASSERT_TRUE(range);
  EXPECT_THAT(range->filters, ElementsAre(Pair("source", "eq.features"), Pair("sha", "gte.0a1f"),
                                          Pair("sha", "lte.f000")));
  EXPECT_THAT(range->order, ElementsAre("source", "sha"));
  EXPECT_TRUE(range->count);
}

TEST(PostgrestQuestions, AreAboutNoRangeWhereALanguageMaySortOtherwise) {
  EXPECT_FALSE(range_of(keyed({"a1", "B1"})));
  EXPECT_FALSE(range_of(keyed({"a1", "a10"})));
  EXPECT_FALSE(range_of(shipment()));
}

TEST(PostgrestQuestions, QuoteWhatAListCannotHold) {
  Column name{"name", Type::Text};
  for (const char* text : {"a,b", "c\"d\\", "BRK.B", ""}) name.push(std::string{text});
  const auto questions = questions_of({.table = "t", .key = {"name"}, .rows = Batch{{name}}});
  ASSERT_THAT(questions, SizeIs(1));
  EXPECT_EQ(questions[0].filters[0].second, R"(in.("","BRK.B","a,b","c\"d\\"))");
}

}  // namespace
}  // namespace offex::publish
