#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/feeds/upstream.hpp"

namespace offex::feeds {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

Result<FeedSettings> read(const std::map<std::string, std::string>& variables) {
  return feed_settings([&](const std::string& name) -> std::optional<std::string> {
    const auto at = variables.find(name);
    if (at == variables.end()) return std::nullopt;
    return at->second;
  });
}

TEST(FeedSettings, HaveDefaultsWithoutVariables) {
  const auto settings = read({});

  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->endpoints.finra_cdn, "https://cdn.finra.org/equity");
  EXPECT_EQ(settings->limits.timeout, milliseconds{10'000});
  EXPECT_EQ(settings->short_market, market::Facility::Cnms);
  EXPECT_TRUE(read({{"FINRA_HTTP_TIMEOUT", " "}})) << "a blank variable is not set";
}

TEST(FeedSettings, ReadTheSeedsVariables) {
  const auto settings = read({{"FINRA_BASE_URL", "https://mirror.example/equity/"},
                              {"FINRA_SHORT_VOLUME_MARKET", "fnyx"},
                              {"FINRA_HTTP_TIMEOUT", "2.5"},
                              {"FINRA_HTTP_RETRIES", "3"},
                              {"FINRA_HTTP_BACKOFF", "0.25"},
                              {"FINRA_HTTP_USER_AGENT", "me/1"},
                              {"FINRA_API_KEY", " key "},
                              {"FINRA_API_SECRET", "secret"},
                              {"POLYGON_API_KEY", "pk"},
                              {"POLYGON_BASE_URL", "https://api.massive.com"},
                              {"POLYGON_RATE", "5"}});

  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->endpoints.finra_cdn, "https://mirror.example/equity");
  EXPECT_EQ(settings->short_market, market::Facility::Fnyx);
  EXPECT_EQ(settings->limits.timeout, milliseconds{2'500});
  EXPECT_EQ(settings->limits.attempts, 3U);
  EXPECT_EQ(settings->limits.backoff, milliseconds{250});
  EXPECT_EQ(settings->limits.user_agent, "me/1");
  EXPECT_EQ(settings->credentials.finra_key, "key");
  EXPECT_EQ(settings->credentials.polygon_key, "pk");
  EXPECT_EQ(settings->endpoints.polygon, "https://api.massive.com");
  EXPECT_EQ(settings->limits.polygon_rate, 5.0);
}

TEST(FeedSettings, TakeNoAttemptForOneAsTheSeedDoes) {
  const auto settings = read({{"FINRA_HTTP_RETRIES", "0"}});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->limits.attempts, 1U);
}

TEST(FeedSettings, KeepTheQueryOfTheTokensAddress) {
  const std::string seed =
      "https://ews.fip.finra.org/fip/rest/ews/oauth2/access_token?grant_type=client_credentials";
  const auto settings = read({{"FINRA_TOKEN_URL", seed}});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->endpoints.finra_token, seed);
}

TEST(FeedSettings, ReadTheRowsOfAPage) {
  const auto settings = read({{"POLYGON_LIMIT", "1000"}});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->limits.polygon_page_rows, 1'000);
  EXPECT_EQ(read({})->limits.polygon_page_rows, 50'000);
}

TEST(FeedSettings, TakeTotForCnms) {
  const auto settings = read({{"FINRA_SHORT_VOLUME_MARKET", "TOT"}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->short_market, market::Facility::Cnms);
}

TEST(FeedSettings, CutTheAddressOfADataSet) {
  const auto settings = read(
      {{"FINRA_OTC_URL", "https://proxy.example/f/data/group/otcMarket/name/weeklySummary"},
       {"FINRA_SHORT_SALE_URL", "https://proxy.example/f/data/group/otcMarket/name/regShoDaily"}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->endpoints.finra_api, "https://proxy.example/f");
}

TEST(FeedSettings, RefuseTwoServersOfDataSets) {
  const auto settings = read({{"FINRA_OTC_URL", "https://a.example/data/group/x"},
                              {"FINRA_SHORT_SALE_URL", "https://b.example/data/group/x"}});
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error().message, HasSubstr("FINRA_SHORT_SALE_URL"));
}

TEST(FeedSettings, SendEverythingToASimulator) {
  const auto settings = read({{"OFFEX_UPSTREAM", "http://127.0.0.1:8080/"},
                              {"POLYGON_BASE_URL", "https://api.polygon.io"}});
  ASSERT_TRUE(settings);
  const Endpoints& endpoints = settings->endpoints;
  EXPECT_EQ(endpoints.finra_cdn, "http://127.0.0.1:8080/cdn");
  EXPECT_EQ(endpoints.finra_api, "http://127.0.0.1:8080/api");
  EXPECT_EQ(endpoints.finra_token, "http://127.0.0.1:8080/fip/rest/ews/oauth2/access_token");
  EXPECT_EQ(endpoints.flat_files, "http://127.0.0.1:8080/s3");
  EXPECT_EQ(endpoints.nasdaq_trader, "http://127.0.0.1:8080/nasdaq");
  EXPECT_EQ(endpoints.polygon, "https://api.polygon.io") << "a variable of its own wins";
}

TEST(FeedSettings, NameTheVariableThatCannotBeRead) {
  const std::map<std::string, std::string> wrong{
      {"FINRA_BASE_URL", "ftp://x"},
      {"FINRA_OTC_URL", "https://api.finra.org/metadata"},
      {"FINRA_TOKEN_URL", "https://user:pw@host/token"},
      {"FINRA_SHORT_VOLUME_MARKET", "NQBX"},
      {"FINRA_HTTP_TIMEOUT", "ten"},
      {"FINRA_HTTP_RETRIES", "2.5"},
      {"FINRA_HTTP_BACKOFF", "-1"},
      {"FINRA_HTTP_USER_AGENT", "a\r\nX-Evil: 1"},
      {"POLYGON_RATE", "inf"},
      {"POLYGON_LIMIT", "50001"},
      {"POLYGON_API_KEY", "a b"},
      {"OFFEX_UPSTREAM", "localhost:8080"},
      {"NASDAQ_TRADER_URL", "https://h/?q=1"},
  };
  for (const auto& [name, value] : wrong) {
    const auto settings = read({{name, value}});
    ASSERT_FALSE(settings) << name;
    EXPECT_EQ(settings.error().code, base::ErrorCode::InvalidArgument);
    EXPECT_THAT(settings.error().message, HasSubstr(name));
  }
}

TEST(FeedSettings, NeverQuoteAKey) {
  const auto settings = read({{"POLYGON_API_KEY", "half1 half2"}});
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error().message, Not(HasSubstr("half1")));
}

TEST(FeedSettings, RefuseHalfAPairOfKeys) {
  EXPECT_FALSE(read({{"FINRA_API_KEY", "k"}}));
  EXPECT_FALSE(read({{"POLYGON_S3_SECRET_ACCESS_KEY", "s"}}));
}

TEST(Upstream, HasAStableNameAndOneForPeople) {
  EXPECT_EQ(to_string(Upstream::FinraCdn), "finra_cdn");
  EXPECT_EQ(to_string(Upstream::NasdaqTrader), "nasdaq_trader");
  EXPECT_EQ(describe(Upstream::FinraApi), "FINRA Query API");
}

}  // namespace
}  // namespace offex::feeds
