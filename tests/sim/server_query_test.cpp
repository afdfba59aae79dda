#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/json_internal.hpp"
#include "sim/server_client.hpp"

namespace offex::sim {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using testing::UnorderedElementsAre;

constexpr const char* kJson{"Accept: application/json"};

std::string data(std::string_view dataset) {
  return "/api/data/group/otcMarket/name/" + std::string{dataset};
}

Answer post(const Server& server, std::string_view dataset, std::string body) {
  return ask(server, {.path = data(dataset), .body = std::move(body), .headers = {kJson}});
}

/// Values of one field of a JSON reply, numbers as written.
std::vector<std::string> column(const Answer& answer, std::string_view field) {
  const auto rows = parse_json(answer.body);
  EXPECT_TRUE(rows) << answer.status << ' ' << answer.body.substr(0, 200);
  std::vector<std::string> out;
  if (!rows) return out;
  for (const Json& row : rows->items) {
    const Json* value = row.find(field);
    EXPECT_NE(value, nullptr) << field;
    if (value != nullptr) out.push_back(value->text);
  }
  return out;
}

std::string equal(std::string_view field, std::string_view value) {
  return R"({"compareType":"EQUAL","fieldName":")" + std::string{field} + R"(","fieldValue":")" +
         std::string{value} + "\"}";
}

const std::string kWeek = equal("weekStartDate", "2026-03-16");
const std::string kTier = equal("tierIdentifier", "T2");

std::string week_query(const std::string& more = "") {
  return R"({"limit":5000,"compareFilters":[)" + kWeek + "," + kTier + "]" + more + "}";
}

TEST(QueryApi, GivesTheRowsOfAWeekAndTierAsTheyWereWritten) {
  const Server server = serve();
  const Answer answer = post(server, "weeklySummary", week_query());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body + "\n",
            read_file(served_market().weekly_later_dir / "weeklySummary_2026-03-16_T2_0001.json"));
  EXPECT_EQ(answer.header("Record-Total"), std::to_string(column(answer, "issueName").size()));
  EXPECT_EQ(answer.header("Record-Max-Limit"), "5000");
  EXPECT_EQ(answer.header("Response-Payload-Max-Size"), "3mb");
}

TEST(QueryApi, KnowsItsDataSetsInAnyCase) {
  const Server server = serve();
  EXPECT_EQ(post(server, "WEEKLYsummary", week_query()).status, 200);
  EXPECT_EQ(post(server, "nothing", "{}").status, 404);
}

TEST(QueryApi, PublishesATierOnItsDayAtFour) {
  Server server = serve({}, "2026-04-20T19:59:59Z");  // Monday 2026-03-16 + 35 days
  EXPECT_EQ(post(server, "weeklySummary", week_query()).status, 204);
  server.set_now(at("2026-04-20T20:00:00Z"));
  EXPECT_EQ(post(server, "weeklySummary", week_query()).status, 200);
}

TEST(QueryApi, PagesToTheTotalByTheRowsReceived) {
  ServerOptions options;
  options.page_rows = 7;
  const Server server = serve(options);
  std::vector<std::string> seen;
  std::size_t total = 1;
  while (seen.size() < total) {
    const Answer page =
        post(server, "weeklySummary", week_query(R"(,"offset":)" + std::to_string(seen.size())));
    ASSERT_EQ(page.status, 200);
    total = std::stoul(page.header("Record-Total"));
    const auto rows = column(page, "issueSymbolIdentifier");
    ASSERT_LE(rows.size(), 7U);
    EXPECT_EQ(page.header("Total-Records-On-Page"), std::to_string(rows.size()));
    seen.insert(seen.end(), rows.begin(), rows.end());
  }
  const Server whole = serve();
  EXPECT_EQ(seen, column(post(whole, "weeklySummary", week_query()), "issueSymbolIdentifier"));
}

TEST(QueryApi, FiltersByDomainAndDatesAndComparison) {
  const Server server = serve();
  const Answer answer = post(
      server, "weeklySummary",
      R"({"limit":5000,"fields":["issueSymbolIdentifier","summaryTypeCode","weekStartDate"],)"
      R"("domainFilters":[{"fieldName":"summaryTypeCode","values":["ATS_W_SMBL","OTC_W_SMBL"]}],)"
      R"("dateRangeFilters":[{"fieldName":"weekStartDate","startDate":"2026-03-16",)"
      R"("endDate":"2026-03-29"}],)"
      R"("compareFilters":[{"compareType":"begins_with","fieldName":"issueSymbolIdentifier",)"
      R"("fieldValue":"B"}]})");
  ASSERT_EQ(answer.status, 200);
  const auto weeks = column(answer, "weekStartDate");
  EXPECT_THAT(std::set(weeks.begin(), weeks.end()), ElementsAre("2026-03-16", "2026-03-23"));
  EXPECT_THAT(column(answer, "summaryTypeCode"), Each(Not(HasSubstr("FIRM"))));
  EXPECT_THAT(column(answer, "issueSymbolIdentifier"), Each(StartsWith("B")));
}

TEST(QueryApi, ComparesNumbersAsNumbers) {
  const Server server = serve();
  const Answer answer = post(
      server, "weeklySummary",
      R"({"limit":5000,"compareFilters":[)" + kWeek +
          R"(,{"compareType":"GTE","fieldName":"totalWeeklyTradeCount","fieldValue":"1000"}]})");
  ASSERT_EQ(answer.status, 200);
  for (const std::string& count : column(answer, "totalWeeklyTradeCount")) {
    EXPECT_GE(std::stoll(count), 1'000);
  }
}

TEST(QueryApi, SortsWhenEveryPartitionFieldIsFixed) {
  const Server server = serve();
  const Answer answer =
      post(server, "weeklySummary", week_query(R"(,"sortFields":["-totalWeeklyShareQuantity"])"));
  ASSERT_EQ(answer.status, 200);
  const auto shares = column(answer, "totalWeeklyShareQuantity");
  EXPECT_TRUE(std::ranges::is_sorted(shares, std::greater{},
                                     [](const std::string& text) { return std::stod(text); }));
}

TEST(QueryApi, RefusesToSortAcrossPartitions) {
  const Server server = serve();
  const Answer answer =
      post(server, "weeklySummary",
           R"({"sortFields":["+issueSymbolIdentifier"],"compareFilters":[)" + kWeek + "]}");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("tierIdentifier"));
}

TEST(QueryApi, RefusesABodyThatItCannotRead) {
  const Server server = serve();
  for (const char* body :
       {"{", "[]", R"({"limit":0})", R"({"offset":500001})", R"({"fields":["nothing"]})",
        R"({"compareFilters":[{"compareType":"LIKE","fieldName":"MPID"}]})"}) {
    EXPECT_EQ(post(server, "weeklySummary", body).status, 400) << body;
  }
}

TEST(QueryApi, AnswersNoRowsWithoutABody) {
  const Server server = serve();
  const Answer answer =
      post(server, "weeklySummary",
           R"({"compareFilters":[)" + equal("weekStartDate", "2020-01-06") + "]}");
  EXPECT_EQ(answer.status, 204);
  EXPECT_THAT(answer.body, IsEmpty());
}

TEST(QueryApi, GivesTheHeaderOnlyForAFilterByAnUnknownField) {
  const Server server = serve();
  const Answer answer =
      ask(server, {.path = data("weeklySummary"),
                   .body = R"({"compareFilters":[)" + equal("MPID ", "X") + "]}"});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(std::ranges::count(answer.body, '\n'), 1);
}

TEST(QueryApi, WritesQuotedCsvUnlessJsonIsAskedFor) {
  const Server server = serve();
  const Answer answer = ask(server, {.path = data("regShoDaily"), .body = R"({"limit":1})"});
  EXPECT_THAT(answer.body, StartsWith("\"tradeReportDate\","));
  EXPECT_THAT(answer.body, HasSubstr("\n\"2026-03-06\","));
}

TEST(QueryApi, IgnoresFiltersOfAGet) {
  const Server server = serve();
  const Answer answer = ask(
      server,
      {.path = data("regShoDaily") + "?limit=2&tradeReportDate=2026-04-17", .headers = {kJson}});
  EXPECT_THAT(column(answer, "tradeReportDate"), ElementsAre("2026-03-06", "2026-03-06"));
}

TEST(QueryApi, TellsTheFacilitiesFilesAsRegShoDaily) {
  const Server server = serve();
  const Answer answer =
      post(server, "regShoDaily",
           R"({"limit":5000,"compareFilters":[)" + equal("tradeReportDate", "2026-04-17") + "]}");
  std::int64_t total = 0;
  for (const std::string& text : column(answer, "totalParQuantity")) total += units(text, 6);
  std::int64_t wanted = 0;
  for (const char* prefix : {"FNSQ", "FNYX", "FNQC", "FNRA", "FORF"}) {
    const ShortFile file =
        read_short(served_market().short_dir / (std::string{prefix} + "shvol20260417.txt"));
    for (const auto& [symbol, row] : file.rows) wanted += row.total;
  }
  EXPECT_EQ(total, wanted);
  EXPECT_GT(total, 0);
}

TEST(QueryApi, ServesASymbolThatChangedItsTapeInTwoRows) {
  const Server server = serve({}, "2026-04-13T20:00:00Z");
  const Answer answer = post(server, "weeklySummary",
                             R"({"compareFilters":[)" + equal("weekStartDate", "2026-03-09") + "," +
                                 equal("issueSymbolIdentifier", "ON") + "," +
                                 equal("summaryTypeCode", "OTC_W_SMBL") + "]}");
  EXPECT_THAT(column(answer, "productTypeCode"), UnorderedElementsAre("CTS", "UTP"));
}

TEST(QueryApi, RestatesRowsFromTheDayOfTheirUpdate) {
  Server server = serve({}, "2026-04-03T19:59:59Z");
  const std::string query = R"({"limit":5000,"compareFilters":[)" +
                            equal("weekStartDate", "2026-03-09") + "," +
                            equal("tierIdentifier", "T1") + "]}";
  const Answer before = post(server, "weeklySummary", query);
  EXPECT_THAT(column(before, "lastUpdateDate"), Each("2026-03-30"));
  server.set_now(at("2026-04-03T20:00:00Z"));
  const Answer after = post(server, "weeklySummary", query);
  EXPECT_THAT(column(after, "lastUpdateDate"), testing::Contains("2026-04-03"));
  EXPECT_EQ(column(after, "initialPublishedDate"), column(before, "initialPublishedDate"));
  const auto by_symbol = [](const Answer& answer) {
    const auto names = column(answer, "issueSymbolIdentifier");
    return std::set(names.begin(), names.end());
  };
  EXPECT_EQ(by_symbol(after), by_symbol(before));
}

TEST(QueryApi, ListsPublishedWeeksNewestFirst) {
  const Server server = serve({}, "2026-04-06T20:00:00Z");
  const Answer answer =
      post(server, "weeklyDownloadDetails",
           R"({"limit":27,"sortFields":["-weekStartDate"],"compareFilters":[)" +
               equal("summaryTypeCode", "ATS_W_SMBL") + "," + equal("tierIdentifier", "T1") + "]}");
  EXPECT_THAT(column(answer, "weekStartDate"), ElementsAre("2026-03-16", "2026-03-09"));
  EXPECT_THAT(column(answer, "initialPublishedDate"), ElementsAre("2026-04-06", "2026-03-30"));
  EXPECT_THAT(column(answer, "lastUpdateDate"), ElementsAre("2026-04-06", "2026-04-03"));
}

TEST(QueryApi, TakesOnlyItsFewFiltersForHistory) {
  const Server server = serve();
  const auto status = [&](const std::string& filters) {
    return post(server, "weeklySummaryHistoric", R"({"compareFilters":[)" + filters + "]}").status;
  };
  EXPECT_EQ(status(kWeek), 200);
  EXPECT_EQ(status(kWeek + "," + kTier), 200);
  EXPECT_EQ(status(equal("historicalWeek", "2026-03-16")), 200);
  EXPECT_EQ(status(equal("historicalMonth", "2026-Mar")), 200);
  EXPECT_EQ(status(equal("historicalMonth", "2025-Mar")), 204);
  EXPECT_EQ(status(""), 400);
  EXPECT_EQ(status(kTier), 400);
  EXPECT_EQ(status(kWeek + "," + equal("historicalMonth", "2026-Mar")), 400);
  EXPECT_EQ(status(kWeek + "," + equal("MPID", "UBSA")), 400);
}

TEST(QueryApi, GivesShortInterestSevenSessionsLater) {
  Server server = serve({}, "2026-04-10T21:59:59Z");
  const std::string query = R"({"compareFilters":[)" + equal("settlementDate", "2026-03-31") + "]}";
  EXPECT_EQ(post(server, "consolidatedShortInterest", query).status, 204);
  server.set_now(at("2026-04-10T22:00:00Z"));
  EXPECT_EQ(post(server, "consolidatedShortInterest", query).status, 200);
}

TEST(QueryApi, HasAThresholdListForEverySession) {
  const Server server = serve();
  for (const char* day : {"2026-04-16", "2026-04-17"}) {
    const Answer answer =
        post(server, "thresholdList", R"({"compareFilters":[)" + equal("tradeDate", day) + "]}");
    ASSERT_EQ(answer.status, 200) << day;
    EXPECT_THAT(column(answer, "tradeDate"), Each(day));
  }
}

TEST(QueryApi, ListsPartitions) {
  const Server server = serve({}, "2026-03-30T20:00:00Z");
  const Answer answer = ask(server, {.path = "/api/partitions/group/otcMarket/name/weeklySummary"});
  EXPECT_EQ(answer.body,
            R"({"datasetGroup":"OTCMARKET","datasetName":"WEEKLYSUMMARY","partitionFields":)"
            R"(["weekStartDate","tierIdentifier"],"availablePartitions":)"
            R"([{"partitions":["2026-03-09","T1"]}]})");
}

TEST(QueryApi, WorksOnAnAsynchronousRequestFirst) {
  const Server server = serve();
  const Answer accepted = post(server, "weeklySummary", week_query(R"(,"async":true)"));
  EXPECT_EQ(accepted.status, 202);
  const std::string job = accepted.header("Location").substr(server.url().size());
  EXPECT_EQ(ask(server, {.path = job}).status, 202);
  const Answer done = ask(server, {.path = job});
  EXPECT_EQ(done.status, 200);
  const auto state = parse_json(done.body);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->find("status")->text, "COMPLETED");
  const std::string link = state->find("resultLink")->text.substr(server.url().size());
  EXPECT_EQ(ask(server, {.path = link}).body, post(server, "weeklySummary", week_query()).body);
}

TEST(Token, IsGivenForTheRightSecretOnly) {
  const Server server = serve();
  const std::string path = "/fip/rest/ews/oauth2/access_token?grant_type=client_credentials";
  const Answer good = ask(server, {.path = path,
                                   .headers = {"Authorization: Basic "
                                               "c2ltdWxhdGVkLWtleTpzaW11bGF0ZWQtc2VjcmV0"},
                                   .method = "POST"});
  EXPECT_EQ(good.status, 200);
  EXPECT_THAT(good.body, HasSubstr(R"("expires_in":"43169")"));
  const Answer bad =
      ask(server, {.path = path, .headers = {"Authorization: Basic YTpi"}, .method = "POST"});
  EXPECT_EQ(bad.status, 401);
}

/// Fetches a token as a client does.
std::string bearer(const Server& server) {
  const Answer answer =
      ask(server, {.path = "/fip/rest/ews/oauth2/access_token?grant_type=client_credentials",
                   .headers = {"Authorization: Basic "
                               "c2ltdWxhdGVkLWtleTpzaW11bGF0ZWQtc2VjcmV0"},
                   .method = "POST"});
  return "Authorization: Bearer " + parse_json(answer.body)->find("access_token")->text;
}

TEST(Token, IsNeededOnlyWhenTheServerSaysSo) {
  ServerOptions options;
  options.finra_needs_token = true;
  const Server server = serve(options);
  const Ask question{.path = data("regShoDaily"), .body = R"({"limit":1})"};
  EXPECT_EQ(ask(server, question).status, 401);
  Ask with = question;
  with.headers = {bearer(server)};
  EXPECT_EQ(ask(server, with).status, 200);
  with.headers = {"Authorization: Bearer made-up"};
  EXPECT_EQ(ask(server, with).status, 401);
}

TEST(Token, ThatExpiresIsRefusedUntilAFreshOneComes) {
  Server server = serve();
  Ask question{.path = data("regShoDaily"), .body = R"({"limit":1})", .headers = {bearer(server)}};
  server.set_faults({.rate = 1.0, .kinds = {Fault::ExpiredToken}});
  EXPECT_EQ(ask(server, question).status, 401);
  EXPECT_EQ(ask(server, question).status, 401);
  question.headers = {bearer(server)};
  EXPECT_EQ(ask(server, question).status, 200);
}

}  // namespace
}  // namespace offex::sim
