#include "offex/feeds/request.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "offex/feeds/finra.hpp"
#include "offex/feeds/polygon.hpp"
#include "offex/feeds/reference.hpp"

#include "feeds/url_internal.hpp"

namespace offex::feeds {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr market::Day kDay = market::Day::from_days(20'560);  // 2026-04-17
const Endpoints published;

market::Symbol symbol(std::string_view text) { return market::Symbol::from_trusted(text); }

TEST(Request, OfAShortFileNamesPrefixAndDay) {
  const Request request = short_volume_file(published, market::Facility::Fnqc, kDay);

  EXPECT_EQ(request.url, "https://cdn.finra.org/equity/regsho/daily/FNQCshvol20260417.txt");
  EXPECT_EQ(request.what, "FNQC of 2026-04-17");
  EXPECT_EQ(request.identity, Identity::Nobody);
}

TEST(Request, OfAnAtsSummaryIsAnArchiveOrAText) {
  EXPECT_EQ(ats_summary_file(published, kDay, true).url,
            "https://cdn.finra.org/equity/ATS/ATS_W_Summary_20260417.zip");
  EXPECT_EQ(ats_summary_file(published, kDay, false).url,
            "https://cdn.finra.org/equity/ATS/ATS_W_Summary_20260417.txt");
}

TEST(Request, OfAQueryIsAPostThatHoldsEveryFilter) {
  Query query;
  query.dataset = QueryDataset::WeeklySummary;
  query.fields = {"issueSymbolIdentifier", "MPID"};
  query.compare = {{"tierIdentifier", "EQUAL", "T1"}};
  query.domain = {{"summaryTypeCode", {"ATS_W_SMBL", "OTC_W_SMBL"}}};
  query.dates = {{"weekStartDate", {kDay, kDay.plus(3)}}};
  query.sort = {"+issueSymbolIdentifier"};

  const Request request = query_page(published, query, 5'000, "week");

  EXPECT_EQ(request.method, Method::Post);
  EXPECT_EQ(request.url, "https://api.finra.org/data/group/otcMarket/name/weeklySummary");
  EXPECT_THAT(request.headers, testing::Contains(testing::Pair("Accept", "application/json")));
  EXPECT_EQ(nlohmann::json::parse(request.body), nlohmann::json::parse(R"({
    "limit": 5000, "offset": 5000,
    "fields": ["issueSymbolIdentifier", "MPID"],
    "compareFilters": [{"compareType": "EQUAL", "fieldName": "tierIdentifier", "fieldValue": "T1"}],
    "domainFilters": [{"fieldName": "summaryTypeCode", "values": ["ATS_W_SMBL", "OTC_W_SMBL"]}],
    "dateRangeFilters": [{"fieldName": "weekStartDate", "startDate": "2026-04-17",
                          "endDate": "2026-04-20"}],
    "sortFields": ["+issueSymbolIdentifier"]})"));
}

TEST(Request, OfAQueryEscapesWhatFiltersHold) {
  const std::string odd = "a\"b\\c\n\x01\xC3\xA9";
  Query query;
  query.compare = {{odd, "EQUAL", odd}};

  const auto read = nlohmann::json::parse(query_page(published, query, 0, "odd").body);

  EXPECT_EQ(read["compareFilters"][0]["fieldName"], odd);
  EXPECT_EQ(read["compareFilters"][0]["fieldValue"], odd);
}

TEST(Request, OfAQueryAsksForNoMoreRowsThanAPageGives) {
  Query query;
  query.limit = 1'000'000;
  const auto limit = [&] {
    return nlohmann::json::parse(query_page(published, query, 0, "rows").body)["limit"];
  };

  EXPECT_EQ(limit(), 5'000);
  query.async = true;
  EXPECT_EQ(limit(), 100'000);
}

TEST(Request, OfAnAsyncStatusKeepsTheTokenFromAnotherHost) {
  EXPECT_EQ(async_status(published, "https://api.finra.org/async/1", "bulk").identity,
            Identity::FinraToken);
  EXPECT_EQ(async_status(published, "https://bucket.example/1", "bulk").identity, Identity::Nobody);
  EXPECT_EQ(async_status(published, "http://api.finra.org/async/1", "bulk").identity,
            Identity::Nobody);
}

TEST(Request, OfBarsAsksForUnadjustedOnes) {
  EXPECT_EQ(grouped_daily(published, kDay).url,
            "https://api.polygon.io/v2/aggs/grouped/locale/us/market/stocks/2026-04-17"
            "?adjusted=false");
  EXPECT_EQ(daily_aggregates(published, symbol("BRK.B"), {kDay, kDay.plus(1)}).url,
            "https://api.polygon.io/v2/aggs/ticker/BRK.B/range/1/day/2026-04-17/2026-04-18"
            "?adjusted=false&limit=50000&sort=asc");
  EXPECT_EQ(minute_aggregates(published, symbol("ABRpD"), kDay).url,
            "https://api.polygon.io/v2/aggs/ticker/ABRpD/range/1/minute/2026-04-17/2026-04-17"
            "?adjusted=false&limit=50000&sort=asc");
}

TEST(Request, OfTradesBoundsTheNewYorkDayInNanosecondsAndAsksForTheOrder) {
  const Request request = trades(published, symbol("AAPL"), kDay);

  // 04:00 and 20:00 in New York are 08:00 and 00:00 UTC in summer.
  EXPECT_EQ(request.url,
            "https://api.polygon.io/v3/trades/AAPL?limit=50000&order=asc&sort=timestamp"
            "&timestamp.gte=1776412800000000000&timestamp.lt=1776470400000000000");
  EXPECT_THAT(quotes(published, symbol("AAPL"), kDay).url, HasSubstr("/v3/quotes/AAPL?limit"));
}

TEST(Request, OfTradesAsksForAsManyRowsAsItIsTold) {
  EXPECT_THAT(trades(published, symbol("AAPL"), kDay, 1'000).url, HasSubstr("?limit=1000&order"));
  EXPECT_THAT(quotes(published, symbol("AAPL"), kDay, 10).url, HasSubstr("?limit=10&order"));
  EXPECT_THAT(quotes(published, symbol("AAPL"), kDay, 0).url, HasSubstr("?limit=1&order"));
  EXPECT_THAT(quotes(published, symbol("AAPL"), kDay, 99'999).url, HasSubstr("?limit=50000&order"));
}

TEST(Request, OfSplitsAsksForAllSinceADayInTheirOrder) {
  EXPECT_EQ(splits(published, kDay).url,
            "https://api.polygon.io/v3/reference/splits?execution_date.gte=2026-04-17&limit=1000"
            "&order=asc&sort=execution_date");
}

TEST(Request, HoldsNoKey) {
  for (const Request& request :
       {grouped_daily(published, kDay), reference_tickers(published, kDay),
        ticker_details(published, symbol("A"), kDay), exchanges(published), conditions(published),
        splits(published, kDay), market_status(published)}) {
    EXPECT_EQ(request.identity, Identity::PolygonKey) << request.what;
    EXPECT_THAT(request.url, Not(HasSubstr("apiKey"))) << request.what;
    EXPECT_FALSE(request.what.empty());
  }
}

TEST(Request, OfTheNextPageStaysWithTheVendor) {
  Endpoints endpoints;
  const Request first = trades(endpoints, symbol("AAPL"), kDay);

  const auto renamed =
      next_page(endpoints, first, "https://api.massive.com/v3/trades/AAPL?cursor=YWJj");
  ASSERT_TRUE(renamed);
  EXPECT_EQ(renamed->url, "https://api.polygon.io/v3/trades/AAPL?cursor=YWJj");
  EXPECT_EQ(renamed->what, first.what);
  EXPECT_EQ(renamed->identity, Identity::PolygonKey);

  for (const char* const elsewhere :
       {"https://api.polygon.io.example.com/v3?cursor=1", "https://evil.example/v3?cursor=1",
        "http://api.polygon.io/v3?cursor=1", "https://api.polygon.io:8443/v3?cursor=1",
        "https://key@api.polygon.io/v3", "/v3/trades/AAPL?cursor=1", ""}) {
    const auto refused = next_page(endpoints, first, elsewhere);
    ASSERT_FALSE(refused) << elsewhere;
    EXPECT_EQ(refused.error().code, base::ErrorCode::Integrity);
  }
}

TEST(Request, OfTheNextPageLosesAKeyInTheAddress) {
  const Endpoints endpoints = simulated_endpoints("http://127.0.0.1:8080");
  const Request first = trades(endpoints, symbol("AAPL"), kDay);

  const auto next = next_page(
      endpoints, first, "http://127.0.0.1:8080/polygon/v3/trades/AAPL?apikey=S3CRET&cursor=x%3D");

  ASSERT_TRUE(next);
  EXPECT_EQ(next->url, "http://127.0.0.1:8080/polygon/v3/trades/AAPL?cursor=x%3D");
}

TEST(Request, OfAFlatFileNamesItsFolders) {
  const Request request = flat_file(published, FlatFile::Trades, kDay, "/tmp/x.gz");

  EXPECT_EQ(request.url,
            "https://files.polygon.io/flatfiles/us_stocks_sip/trades_v1/2026/04/"
            "2026-04-17.csv.gz");
  EXPECT_EQ(request.file, "/tmp/x.gz");
  EXPECT_EQ(request.identity, Identity::FlatFileKey);
}

TEST(Request, OfAListSortsAndEncodesItsQuery) {
  EXPECT_EQ(flat_file_list(published, FlatFile::DayBars, kDay, "a b+/=").url,
            "https://files.polygon.io/flatfiles?continuation-token=a%20b%2B%2F%3D&list-type=2"
            "&prefix=us_stocks_sip%2Fday_aggs_v1%2F2026%2F04%2F");
}

TEST(Request, OfTheDirectoryHasTwoFiles) {
  EXPECT_EQ(nasdaq_listed(published).url,
            "https://www.nasdaqtrader.com/dynamic/SymDir/nasdaqlisted.txt");
  EXPECT_EQ(other_listed(published).url,
            "https://www.nasdaqtrader.com/dynamic/SymDir/otherlisted.txt");
}

TEST(Request, TakesTheValidatorsThatAreThere) {
  Request request;
  make_conditional(request, {.etag = "\"1\"", .last_modified = ""});
  EXPECT_THAT(request.headers, testing::ElementsAre(testing::Pair("If-None-Match", "\"1\"")));
  make_conditional(request, {.etag = "", .last_modified = "Fri, 17 Apr 2026 22:00:00 GMT"});
  EXPECT_THAT(request.headers,
              testing::Contains(testing::Pair("If-Modified-Since", HasSubstr("17 Apr"))));
}

TEST(Address, IsRefusedWhenItIsNone) {
  for (const char* const text : {"", "ftp://x/", "https://", "https:///path", "https://a b/",
                                 "https://user@host/", "https://host:99999999/", "host/path",
                                 "https://[::1/", "https://host:8o/", "https://h\r\nX: y/"}) {
    EXPECT_FALSE(split_address(text)) << text;
  }
}

TEST(Address, ComparesByOrigin) {
  const auto same = [](const char* a, const char* b) {
    return same_origin(*split_address(a), *split_address(b));
  };
  EXPECT_TRUE(same("https://Host/a", "https://host:443/b?c"));
  EXPECT_FALSE(same("https://host/a", "http://host/a"));
  EXPECT_FALSE(same("http://host/a", "http://host:81/a"));
}

TEST(PublicUrl, KeepsAnAddressWithoutSecretsAsItIs) {
  for (const char* const url :
       {"https://api.polygon.io/v3/trades/A?cursor=a%3D&limit=10", "https://h/p?", "https://h", "",
        "https://h/flatfiles?continuation-token=a%20b&list-type=2", "https://h/p?a&&b=1#top",
        "https://h/p@v2/x?next=a@b"}) {
    EXPECT_EQ(public_url(url), url);
  }
}

TEST(PublicUrl, LosesKeysAndSignatures) {
  EXPECT_EQ(public_url("https://h/p?cursor=1&apiKey=S3CRET"), "https://h/p?cursor=1");
  EXPECT_EQ(public_url("https://h/p?APIKEY=S3CRET"), "https://h/p");
  EXPECT_EQ(public_url("https://h/p?api%4bey=S3CRET&limit=1"), "https://h/p?limit=1");
  EXPECT_EQ(public_url("https://bucket.s3.amazonaws.com/async/1.csv?X-Amz-Algorithm=AWS4&"
                       "X-Amz-Credential=AKID%2F1&X-Amz-Date=20260417T000000Z&versionId=7&"
                       "x-amz-security-token=T&X-Amz-Signature=abc"),
            "https://bucket.s3.amazonaws.com/async/1.csv?versionId=7");
  EXPECT_EQ(public_url("https://h/f?AWSAccessKeyId=A&Expires=1&Signature=s"),
            "https://h/f?Expires=1");
  EXPECT_EQ(public_url("https://h/f?access_token=t&token=u&sig=v#access_token=w"), "https://h/f");
  EXPECT_EQ(public_url("https://user:pw@h/f?x=1"), "https://h/f?x=1");
}

TEST(Redact, HidesKeysInAddressesAndKnownSecrets) {
  Credentials secrets;
  secrets.polygon_key = "pk_12345";
  secrets.flat_file_secret = "abc";

  EXPECT_EQ(redact("GET /x?APIKEY=foo&b=1 failed", {}), "GET /x?APIKEY=***&b=1 failed");
  EXPECT_EQ(redact("a pk_12345 b pk_12345", secrets), "a *** b ***");
  // Too short to be told from ordinary text.
  EXPECT_EQ(redact("abc", secrets), "abc");
  EXPECT_EQ(redact("Bearer tok-en-1", {}, "tok-en-1"), "Bearer ***");
}

}  // namespace
}  // namespace offex::feeds
