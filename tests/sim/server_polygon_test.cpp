#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/formats/document.hpp"

#include "sim/json_internal.hpp"
#include "sim/server_client.hpp"

namespace offex::sim {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

Answer get(const Server& server, std::string_view path) {
  return ask(server, {.path = "/polygon" + std::string{path},
                      .headers = {"Authorization: Bearer simulated-polygon-key"}});
}

Json parsed(const Answer& answer) {
  auto out = parse_json(answer.body);
  EXPECT_TRUE(out) << answer.status << ' ' << answer.body.substr(0, 200);
  return out ? std::move(*out) : Json{};
}

std::string listed_ticker() { return served_market().tape_symbols.front(); }

/// All results, page after page.
std::vector<Json> all_pages(const Server& server, std::string path, std::size_t& pages) {
  std::vector<Json> out;
  pages = 0;
  while (!path.empty()) {
    const Json reply = parsed(get(server, path));
    ++pages;
    for (const Json& row : reply.find("results")->items) out.push_back(row);
    const Json* next = reply.find("next_url");
    EXPECT_TRUE(next == nullptr || !next->text.contains("simulated-polygon-key"));
    path = next == nullptr ? "" : next->text.substr(server.url().size() + 8);
  }
  return out;
}

/// All results of the pages that the market has written.
std::vector<Json> written_rows(const fs::path& folder) {
  std::vector<Json> out;
  for (const fs::path& page : files_below(folder)) {
    const auto reply = parse_json(read_file(page));
    for (const Json& row : reply->find("results")->items) out.push_back(row);
  }
  return out;
}

std::vector<std::string> texts(const std::vector<Json>& rows) {
  std::vector<std::string> out;
  for (const Json& row : rows) append_json(out.emplace_back(), row);
  return out;
}

TEST(Polygon, WantsItsKey) {
  const Server server = serve();
  EXPECT_EQ(ask(server, {.path = "/polygon/v1/marketstatus/now"}).status, 401);
  EXPECT_EQ(ask(server, {.path = "/polygon/v1/marketstatus/now?apiKey=x"}).status, 401);
  const Answer answer =
      ask(server, {.path = "/polygon/v1/marketstatus/now?apiKey=simulated-polygon-key"});
  EXPECT_EQ(answer.status, 200);
}

TEST(Polygon, GroupsTheDayAsTheSimulatorWritesIt) {
  const Server server = serve();
  const Scratch scratch;
  const auto again =
      write_market({.symbols = 20, .days = 30, .seed = 3, .trade_size = 2'000.0}, scratch.path(),
                   {.grouped_json = true, .weekly = false, .reference = false});
  ASSERT_TRUE(again);
  const Answer answer =
      get(server, "/v2/aggs/grouped/locale/us/market/stocks/2026-04-17?adjusted=false");
  EXPECT_EQ(answer.body, read_file(again->grouped_dir / "2026-04-17.json"));
}

TEST(Polygon, AnswersNoResultsForHolidaysAndBeforeTheEvening) {
  const Server server = serve({}, "2026-04-17T21:59:59Z");
  for (const char* day : {"2026-04-03", "2026-04-17", "2026-04-18"}) {
    const Json reply =
        parsed(get(server, "/v2/aggs/grouped/locale/us/market/stocks/" + std::string{day}));
    EXPECT_EQ(reply.find("resultsCount")->integer(), 0) << day;
    EXPECT_EQ(reply.find("results"), nullptr) << day;
  }
}

TEST(Polygon, AdjustsUnlessToldNotTo) {
  const Server server = serve();
  const std::string path = "/v2/aggs/grouped/locale/us/market/stocks/2026-04-17";
  EXPECT_TRUE(parsed(get(server, path)).find("adjusted")->truth);
  EXPECT_FALSE(parsed(get(server, path + "?adjusted=false")).find("adjusted")->truth);
}

TEST(Polygon, GivesDailyBarsOfATickerInARange) {
  const Server server = serve();
  const std::string ticker = listed_ticker();
  const Json reply = parsed(get(
      server, "/v2/aggs/ticker/" + ticker + "/range/1/day/2026-03-01/2026-04-30?adjusted=false"));
  EXPECT_EQ(texts(reply.find("results")->items),
            texts(written_rows(served_market().rest_dir / "daily")));
  EXPECT_THAT(reply.find("results")->items, SizeIs(30));
}

TEST(Polygon, PagesDailyBars) {
  const Server server = serve();
  std::size_t pages = 0;
  const auto rows = all_pages(server,
                              "/v2/aggs/ticker/" + listed_ticker() +
                                  "/range/1/day/2026-03-01/2026-04-30?adjusted=false&limit=13",
                              pages);
  EXPECT_THAT(rows, SizeIs(30));
  EXPECT_EQ(pages, 3U);
}

TEST(Polygon, GivesMinuteBarsWhereThereIsATape) {
  const Server server = serve();
  const Json there = parsed(get(server, "/v2/aggs/ticker/" + listed_ticker() +
                                            "/range/1/minute/2026-04-17/2026-04-17?sort=asc"));
  EXPECT_EQ(there.find("results")->items.size(),
            written_rows(served_market().rest_dir / "minute").size());
  const Json none = parsed(
      get(server, "/v2/aggs/ticker/" + listed_ticker() + "/range/1/minute/2026-04-16/2026-04-16"));
  EXPECT_EQ(none.find("results"), nullptr);
}

TEST(Polygon, PagesTradesInTheOrderAskedFor) {
  const Server server = serve();
  const std::string path =
      "/v3/trades/" + listed_ticker() + "?timestamp=2026-04-17&limit=1000&order=";
  std::size_t pages = 0;
  auto ascending = texts(all_pages(server, path + "asc", pages));
  EXPECT_GT(pages, 1U);
  EXPECT_EQ(ascending, texts(written_rows(served_market().rest_dir / "trades")));
  auto descending = texts(all_pages(server, path + "desc", pages));
  std::ranges::reverse(descending);
  EXPECT_EQ(descending, ascending);
}

TEST(Polygon, BeginsWithTheNewestTradeUnlessToldOtherwise) {
  const Server server = serve();
  const Json reply = parsed(get(server, "/v3/trades/" + listed_ticker()));
  const auto& rows = reply.find("results")->items;
  ASSERT_THAT(rows, SizeIs(1'000));
  EXPECT_GE(*rows.front().find("sip_timestamp")->integer(),
            *rows.back().find("sip_timestamp")->integer());
}

TEST(Polygon, BoundsTradesByNanoseconds) {
  const Server server = serve();
  const auto all = written_rows(served_market().rest_dir / "trades");
  const std::string first = all[10].find("sip_timestamp")->text;
  const std::string end = all[50].find("sip_timestamp")->text;
  const Json reply =
      parsed(get(server, "/v3/trades/" + listed_ticker() + "?order=asc&timestamp.gte=" + first +
                             "&timestamp.lt=" + end));
  const auto inside = std::ranges::count_if(all, [&](const Json& row) {
    const std::int64_t time = *row.find("sip_timestamp")->integer();
    return time >= std::stoll(first) && time < std::stoll(end);
  });
  EXPECT_EQ(static_cast<std::ptrdiff_t>(reply.find("results")->items.size()), inside);
}

TEST(Polygon, GivesQuotes) {
  const Server server = serve();
  std::size_t pages = 0;
  const auto rows = all_pages(
      server, "/v3/quotes/" + listed_ticker() + "?timestamp=2026-04-17&order=asc&limit=50000",
      pages);
  EXPECT_EQ(texts(rows), texts(written_rows(served_market().rest_dir / "quotes")));
}

TEST(Polygon, RefusesTradesThatThePlanDoesNotHave) {
  ServerOptions options;
  options.trades_entitled = false;
  const Server server = serve(options);
  const Answer answer = get(server, "/v3/trades/" + listed_ticker());
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(parsed(answer).find("status")->text, "NOT_AUTHORIZED");
  EXPECT_NE(parsed(answer).find("message"), nullptr);
  EXPECT_EQ(get(server, "/v3/quotes/" + listed_ticker()).status, 403);
  EXPECT_EQ(get(server, "/v1/marketstatus/now").status, 200);
}

TEST(Polygon, AnswersTooManyRequestsAboveTheRate) {
  ServerOptions options;
  options.polygon_per_minute = 2;
  const Server server = serve(options);
  EXPECT_EQ(get(server, "/v1/marketstatus/now").status, 200);
  EXPECT_EQ(get(server, "/v1/marketstatus/now").status, 200);
  const Answer third = get(server, "/v1/marketstatus/now");
  EXPECT_EQ(third.status, 429);
  EXPECT_THAT(third.body, HasSubstr("maximum requests per minute"));
}

TEST(Polygon, PagesTickersThatOurReaderTakes) {
  const Server server = serve();
  std::size_t pages = 0;
  const auto rows =
      all_pages(server, "/v3/reference/tickers?active=true&limit=9&date=2026-04-17", pages);
  EXPECT_GT(pages, 1U);
  EXPECT_GE(rows.size(), 15U);
  const Answer page = get(server, "/v3/reference/tickers?limit=1000");
  const auto read = formats::read_documents(page.body, {.file = "tickers.json"});
  ASSERT_THAT(read, SizeIs(1));
  EXPECT_TRUE(read.front()) << base::format_error(read.front().error());
}

TEST(Polygon, TellsTheMarketValueInTheDetails) {
  const Server server = serve();
  const Json reply = parsed(get(server, "/v3/reference/tickers/" + listed_ticker()));
  const Json* results = reply.find("results");
  ASSERT_NE(results, nullptr);
  EXPECT_EQ(results->find("ticker")->text, listed_ticker());
  EXPECT_GT(results->find("market_cap")->integer(), 0);
  EXPECT_GT(results->find("share_class_shares_outstanding")->integer(), 0);
  EXPECT_EQ(get(server, "/v3/reference/tickers/NOSUCH").status, 404);
}

TEST(Polygon, ListsExchangesAndConditions) {
  const Server server = serve();
  EXPECT_EQ(get(server, "/v3/reference/exchanges").body,
            read_file(served_market().reference_dir / "exchanges.json"));
  EXPECT_EQ(get(server, "/v3/reference/conditions").body,
            read_file(served_market().reference_dir / "conditions.json"));
}

TEST(Polygon, TellsNoSplitsBecauseThereAreNone) {
  const Server server = serve();
  const Answer page = get(server, "/v3/reference/splits?execution_date.gte=2026-01-01&limit=1000");
  EXPECT_EQ(page.status, 200);
  const Json reply = parsed(page);
  ASSERT_NE(reply.find("results"), nullptr);
  EXPECT_THAT(reply.find("results")->items, testing::IsEmpty());
}

TEST(Polygon, SaysWhetherTheMarketIsOpen) {
  Server server = serve({}, "2026-04-17T15:00:00Z");
  EXPECT_EQ(parsed(get(server, "/v1/marketstatus/now")).find("market")->text, "open");
  server.set_now(at("2026-04-18T15:00:00Z"));
  EXPECT_EQ(parsed(get(server, "/v1/marketstatus/now")).find("market")->text, "closed");
}

}  // namespace
}  // namespace offex::sim
