// What is known of a page before its rows are read.
#include "offex/formats/page_facts.hpp"

#include <random>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offex::formats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string facts_text(std::string_view json) {
  const auto facts = page_facts(json);
  if (!facts) {
    const base::Place& at = facts.error().place;
    return fmt::format("{} {}:{}@{} {}: {}", base::to_string(facts.error().code), at.line,
                       at.column, at.byte, at.field, facts.error().message);
  }
  return fmt::format("{}|{}|{}", facts->rows, facts->next_url, facts->status);
}

constexpr std::string_view kPage =
    R"({"results":[{"conditions":[12,37],"exchange":4,"id":"7","price":171.55,"t":-1.5e-3,)"
    R"("sip_timestamp":1651181822461979400,"x":null},{"a":{"b":[true,false,[]],"c":{}}}],)"
    R"("status":"OK","request_id":"a47d","next_url":"https://host/v3/trades/A?cursor=YX"})";

TEST(PageFacts, AreRowsNextAddressAndStatus) {
  EXPECT_EQ(facts_text(kPage), "2|https://host/v3/trades/A?cursor=YX|OK");
}

TEST(PageFacts, OfAListAreItsElements) {
  EXPECT_EQ(facts_text(R"([{"a":1},{"a":2},{"a":3}])"), "3||");
  EXPECT_EQ(facts_text(" \r\n[ ]\n"), "0||");
}

TEST(PageFacts, OfAPageWithoutResultsAreNoRows) {
  EXPECT_EQ(facts_text(R"({"status":"OK","resultsCount":0})"), "0||OK");
  EXPECT_EQ(facts_text(R"({"results":null,"next_url":null,"status":"OK"})"), "0||OK");
  EXPECT_EQ(facts_text(R"({"results":[]})"), "0||");
  EXPECT_EQ(facts_text("{}"), "0||");
}

TEST(PageFacts, OfTheDetailsOfOneTickerAreOneRow) {
  EXPECT_EQ(facts_text(R"({"results":{"ticker":"A"},"status":"OK"})"), "1||OK");
}

TEST(PageFacts, OfTextsWithEscapesAndLettersBeyondAsciiAreDecoded) {
  EXPECT_EQ(facts_text(R"({"results":[{"name":"Nestl)"
                       "\xC3\xA9"
                       R"("}],"next_url":"https:\/\/host?a=1\u0026b=2","status":"OK"})"),
            "1|https://host?a=1&b=2|OK");
  EXPECT_EQ(facts_text("\xEF\xBB\xBF[1,2]"), "2||");
}

TEST(PageFacts, TakeOnlyTheRootsOwnMembers) {
  EXPECT_EQ(facts_text(R"({"a":{"results":[1,2],"next_url":"x","status":"y"},"results":[1]})"),
            "1||");
}

TEST(PageFacts, OfABodyCutAnywhereAreAnError) {
  for (std::size_t size = 0; size < kPage.size(); ++size) {
    const auto facts = page_facts(kPage.substr(0, size));
    ASSERT_FALSE(facts) << kPage.substr(0, size);
    EXPECT_EQ(facts.error().code, base::ErrorCode::Integrity);
    EXPECT_LE(facts.error().place.byte, size);
  }
}

TEST(PageFacts, OfDamageNameItsPlace) {
  EXPECT_EQ(facts_text("{\"results\":[\n{\"price\":12x4}]}"),
            "integrity 2:10@22 price: not a JSON value");
  EXPECT_THAT(facts_text("{\"results\":[{\"a\":1]]}"), HasSubstr("integrity 1:"));
  EXPECT_EQ(facts_text(R"({"results":"none"})"), "integrity 1:12@11 results: not a list");
  EXPECT_EQ(facts_text(R"({"results":[],"next_url":["x"]})"),
            "integrity 1:26@25 next_url: not a text");
  EXPECT_EQ(facts_text(R"({"results":[],"results":[]})"),
            "integrity 1:25@24 results: this key stands twice");
  EXPECT_THAT(facts_text(R"([{"a":1}] x)"), HasSubstr("integrity 1:"));
  EXPECT_THAT(facts_text("[\"\xFF\"]"), HasSubstr("not JSON"));
  EXPECT_THAT(facts_text("<html>"), HasSubstr("integrity 1:1@0"));
}

TEST(PageFacts, OfWhatIsNoJsonAreAnError) {
  for (const std::string_view json :
       {"",           " ",      "1",         "\"a\"",       "null",       "[1 2]",
        "[1,]",       "[,1]",   "{\"a\"}",   "{\"a\":}",    "{\"a\":1,}", "{a:1}",
        "[01]",       "[1.]",   "[.5]",      "[+1]",        "[1e]",       "[-]",
        "[tru]",      "[nulL]", "[\"\\q\"]", "[\"\t\"]",    "[1]]",       "[[1]",
        "{\"a\":1}}", "[{]}",   "[1}",       "{\"a\":[}]}", "[\"a]"}) {
    EXPECT_FALSE(page_facts(json)) << json;
  }
}

TEST(PageFacts, OfListsNestedTooDeepAreAnError) {
  constexpr std::size_t kDepth = 100'000;
  const std::string json = std::string(kDepth, '[') + std::string(kDepth, ']');

  EXPECT_THAT(facts_text(json), HasSubstr("nested too deep"));
  EXPECT_EQ(facts_text(std::string(50, '[') + std::string(50, ']')), "1||");
}

// One byte off, the answer is that of the same page where every byte is looked at: white space
// that only the careful walk is shown must not change it.
TEST(PageFacts, OfDamagedPagesAreTheSameWithAByteOrderMark) {
  std::mt19937 random{5};
  constexpr std::string_view kBytes = "{}[],:\"0189.eE+-tfn \n\\x";
  for (int round = 0; round < 20'000; ++round) {
    std::string page{kPage};
    for (std::size_t damage = 1 + random() % 2; damage > 0; --damage) {
      page.at(random() % page.size()) = kBytes.at(random() % kBytes.size());
    }
    const auto quick = page_facts(page);
    const auto careful = page_facts("\xEF\xBB\xBF" + page);
    ASSERT_EQ(quick.has_value(), careful.has_value()) << page;
    if (!quick) continue;
    EXPECT_EQ(quick->rows, careful->rows) << page;
    EXPECT_EQ(quick->next_url, careful->next_url) << page;
    EXPECT_EQ(quick->status, careful->status) << page;
  }
}

market::Day day(std::string_view text) { return market::Day::parse(text).value(); }

TEST(PublishedWeeks, HaveWhatTheReplyTells) {
  const auto weeks = published_weeks(
      R"([{"weekStartDate":"2026-09-07","tierIdentifier":"T1","summaryTypeCode":"ATS_W_SMBL",)"
      R"("initialPublishedDate":"2026-09-28","lastUpdateDate":"2026-09-30","more":[{"a":1}]},)"
      R"({"weekStartDate":"2026-08-31"},)"
      R"({"weekStartDate":"2026-08-24","tierIdentifier":null,"lastUpdateDate":""}])");

  ASSERT_TRUE(weeks);
  EXPECT_THAT(*weeks, ElementsAre(PublishedWeek{.week = day("2026-09-07"),
                                                .tier = "T1",
                                                .type = "ATS_W_SMBL",
                                                .published = day("2026-09-28"),
                                                .updated = day("2026-09-30")},
                                  PublishedWeek{.week = day("2026-08-31")},
                                  PublishedWeek{.week = day("2026-08-24")}));
}

TEST(PublishedWeeks, OfAnEmptyListAreNone) {
  const auto weeks = published_weeks("[]");

  ASSERT_TRUE(weeks);
  EXPECT_TRUE(weeks->empty());
}

std::string week_fault(std::string_view json) {
  const auto weeks = published_weeks(json);
  if (weeks) return "read";
  return fmt::format("{}@{} {}: {}", base::to_string(weeks.error().code), weeks.error().place.byte,
                     weeks.error().place.field, weeks.error().message);
}

TEST(PublishedWeeks, ThatCannotBeUsedAreAnErrorWithItsPlace) {
  EXPECT_EQ(week_fault(R"([{"tierIdentifier":"T1"}])"), "integrity@1 weekStartDate: no value");
  EXPECT_EQ(week_fault(R"([{"weekStartDate":"2026-09-08"}])"),
            "integrity@18 weekStartDate: a week that does not start on a Monday");
  EXPECT_EQ(week_fault(R"([{"weekStartDate":20260907}])"), "integrity@18 weekStartDate: no day");
  EXPECT_EQ(week_fault(R"([{"weekStartDate":"2026-09-07","lastUpdateDate":"soon"}])"),
            "integrity@48 lastUpdateDate: no day");
  EXPECT_EQ(week_fault(R"([{"weekStartDate":"2026-09-07","tierIdentifier":1}])"),
            "integrity@48 tierIdentifier: not a text");
  EXPECT_NE(week_fault(R"([{"weekStartDate":"2026-09-07"})"), "read");
  EXPECT_NE(week_fault(R"({"weekStartDate":"2026-09-07"})"), "read");
}

std::string status_text(std::string_view json) {
  const auto status = async_status(json);
  if (!status) {
    return fmt::format("{}@{} {}: {}", base::to_string(status.error().code),
                       status.error().place.byte, status.error().place.field,
                       status.error().message);
  }
  return status->status + "|" + status->link;
}

TEST(AsyncStatus, TakesTheLinkUnderAnyOfItsNames) {
  EXPECT_EQ(status_text(R"({"status":"COMPLETED","resultLink":"https://a/b"})"),
            "COMPLETED|https://a/b");
  EXPECT_EQ(status_text(R"({"requestStatus":"DONE","resultUrl":"https://a/b"})"),
            "DONE|https://a/b");
  EXPECT_EQ(status_text(R"([{"Location":"https://a/b"}])"), "|https://a/b");
  EXPECT_EQ(status_text(R"({"state":"RUNNING","url":null})"), "RUNNING|");
  EXPECT_EQ(status_text(R"({"url":"https://status","resultLink":"https://result"})"),
            "|https://result");
  EXPECT_EQ(status_text(R"({"result_link":"https://result","location":"https://status"})"),
            "|https://result");
}

TEST(AsyncStatus, OfSomethingElseIsAnErrorWithItsPlace) {
  EXPECT_EQ(status_text(R"([{"weekStartDate":"2026-09-07"}])"),
            "integrity@0 : neither a status nor the address of a result");
  EXPECT_EQ(status_text("[]"), "integrity@0 : neither a status nor the address of a result");
  EXPECT_EQ(status_text(R"([{"status":"A"},{"status":"B"}])"),
            "integrity@16 : more than one status");
  EXPECT_EQ(status_text(R"({"status":"A","url":7})"), "integrity@20 url: not a text");
  EXPECT_EQ(status_text(R"({"status":"A","status":"B"})"),
            "integrity@23 status: this key stands twice");
  EXPECT_THAT(status_text(R"({"status":"A")"), HasSubstr("integrity@"));
}

}  // namespace
}  // namespace offex::formats
