// Requests to PostgREST, what its answers mean, and the variables that say where it is.
#include "offex/feeds/postgrest.hpp"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feeds/client_fixture.hpp"
#include "feeds/judge_internal.hpp"

namespace offex::feeds {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kKey = "eyJhbGciOi.service-key-of-nobody.x";

FeedSettings table_settings(const ScriptedServer& server, std::string key = kKey) {
  FeedSettings out = settings_for(server);
  out.credentials.postgrest_key = std::move(key);
  return out;
}

Request upsert(const FeedSettings& settings, bool merge = true) {
  const std::vector<std::string> key{"symbol", "trade_date", "feature_version"};
  return postgrest_upsert(settings, "daily_features", key, R"([{"symbol":"A"}])", merge);
}

Request select(const FeedSettings& settings) {
  return postgrest_select(
      settings, "daily_features",
      {.columns = {"symbol", "trade_date"},
       .filters = {{"trade_date", "gte.2026-04-01"}, {"trade_date", "lte.2026-04-17"}},
       .order = {"symbol"},
       .offset = 37,
       .limit = 500,
       .count = true});
}

std::string answer(std::string_view code, std::string_view message) {
  return R"({"code":")" + std::string{code} + R"(","details":null,"hint":null,"message":")" +
         std::string{message} + "\"}";
}

Verdict judged(Method method, int status, std::string body) {
  Request request;
  request.upstream = Upstream::Postgrest;
  request.method = method;
  Received received;
  received.status = status;
  received.body = std::move(body);
  return judge(request, received, false);
}

void expect_fail(const Verdict& verdict, ErrorCode code, const std::string& words) {
  EXPECT_EQ(verdict.step, Step::Fail) << verdict.why;
  EXPECT_EQ(verdict.code, code) << verdict.why;
  EXPECT_THAT(verdict.why, HasSubstr(words));
}

TEST(PostgrestUpsert, NamesTheKeyAndTheResolution) {
  FeedSettings settings;
  settings.endpoints.postgrest = "https://p.supabase.co";
  const Request request = upsert(settings);
  EXPECT_EQ(request.url,
            "https://p.supabase.co/rest/v1/daily_features?on_conflict="
            "symbol%2Ctrade_date%2Cfeature_version");
  EXPECT_EQ(request.method, Method::Post);
  EXPECT_EQ(request.headers[0].second, "application/json");
  EXPECT_EQ(request.headers[1].second, "resolution=merge-duplicates,return=minimal");
  EXPECT_EQ(upsert(settings, false).headers[1].second,
            "resolution=ignore-duplicates,return=minimal");
}

TEST(PostgrestSelect, HasFiltersOrderAndWindow) {
  FeedSettings settings;
  settings.endpoints.postgrest = "https://p.supabase.co";
  const Request request = select(settings);
  EXPECT_EQ(request.url,
            "https://p.supabase.co/rest/v1/daily_features?limit=500&offset=37&order=symbol&"
            "select=symbol%2Ctrade_date&trade_date=gte.2026-04-01&trade_date=lte.2026-04-17");
  EXPECT_EQ(request.headers.back().second, "count=exact");
}

TEST(PostgrestKey, GoesIntoBothHeadersWhenItIsAToken) {
  ScriptedServer server{Replies{reply_with(201)}};
  Client client{table_settings(server), nullptr};
  const auto reply = client.ask(upsert(table_settings(server)));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->kind, ReplyKind::Empty);
  const ScriptedRequest request = server.requests()[0];
  EXPECT_EQ(request.header("apikey"), kKey);
  EXPECT_EQ(request.header("Authorization"), std::string{"Bearer "} + kKey);
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_THAT(request.header("User-Agent"), Not(HasSubstr("Mozilla")));
  EXPECT_EQ(request.body, R"([{"symbol":"A"}])");
}

TEST(PostgrestKey, OfTheNewKindGoesIntoApikeyOnly) {
  for (const char* key : {"sb_secret_abcdef", "sb_publishable_abcdef"}) {
    ScriptedServer server{Replies{reply_with(201)}};
    Client client{table_settings(server, key), nullptr};
    ASSERT_TRUE(client.ask(upsert(table_settings(server))));
    EXPECT_EQ(server.requests()[0].header("apikey"), key);
    EXPECT_EQ(server.requests()[0].header("Authorization"), "");
  }
}

TEST(PostgrestUpsert, SendsALargeBodyWithoutAskingFirst) {
  ScriptedServer server{Replies{reply_with(201)}};
  Client client{table_settings(server), nullptr};
  Request request = upsert(table_settings(server));
  request.body = std::string(3'000'000, ' ') + "[]";
  ASSERT_TRUE(client.ask(request));
  EXPECT_EQ(server.requests()[0].header("Expect"), "");
  EXPECT_EQ(server.requests()[0].body.size(), 3'000'002U);
}

TEST(PostgrestKey, IsNeverTold) {
  ScriptedServer server{Replies{reply_with(500, std::string{"no "} + kKey)}};
  KeptLog log;
  Client client{table_settings(server), &log};
  const auto reply = client.ask(upsert(table_settings(server)));
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message + log.text(), Not(HasSubstr("service-key-of-nobody")));
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST(PostgrestKey, IsAskedForWhereThereIsNone) {
  ScriptedServer server{Replies{reply_with(201)}};
  Client client{table_settings(server, ""), nullptr};
  const auto reply = client.ask(upsert(table_settings(server)));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::Credentials);
  EXPECT_THAT(reply.error().message, HasSubstr("SUPABASE_SERVICE_ROLE_KEY"));
  EXPECT_TRUE(server.requests().empty());
}

TEST(PostgrestKey, DoesNotGoAlongToAnotherServer) {
  ScriptedServer other{Replies{reply_with(200, "[]")}};
  ScriptedReply away = reply_with(307);
  away.headers = {{"Location", other.url() + "/rest/v1/daily_features"}};
  ScriptedServer server{Replies{away}};
  Client client{table_settings(server), nullptr};
  EXPECT_TRUE(client.ask(select(table_settings(server))));
  ASSERT_EQ(other.requests().size(), 1U);
  EXPECT_EQ(other.requests()[0].header("apikey"), "");
  EXPECT_EQ(other.requests()[0].header("Authorization"), "");
}

TEST(PostgrestReply, OfALongAddressFailsWithTheFrontOfIt) {
  ScriptedServer server{Replies{reply_with(404, "Not Found")}};
  Client client{table_settings(server), nullptr};
  Request request = select(table_settings(server));
  request.url += "&symbol=in.(" + std::string(6'000, 'S') + ")";
  const auto reply = client.ask(request);
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("/rest/v1/daily_features?"));
  EXPECT_LT(reply.error().message.size(), 600U);
}

TEST(PostgrestReply, TellsHowManyRowsThereAre) {
  ScriptedReply page = reply_with(206, R"([{"symbol":"A"}])");
  page.headers = {{"Content-Range", "37-37/12000"}};
  ScriptedServer server{Replies{page}};
  Client client{table_settings(server), nullptr};
  const auto reply = client.ask(select(table_settings(server)));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->kind, ReplyKind::Body);
  EXPECT_EQ(reply->record_total, 12'000);
  EXPECT_EQ(reply->record_offset, 37);
}

TEST(PostgrestReply, HasARangeInThreeForms) {
  EXPECT_EQ(read_row_range("0-999/12000").total, 12'000);
  EXPECT_EQ(read_row_range("10-19/*").first, 10);
  EXPECT_EQ(read_row_range("10-19/*").total, std::nullopt);
  EXPECT_EQ(read_row_range("*/0").total, 0);
  EXPECT_EQ(read_row_range("*/0").first, std::nullopt);
  EXPECT_EQ(read_row_range("").total, std::nullopt);
}

TEST(PostgrestJudge, UsesWhatIsOrdinary) {
  for (const int status : {200, 201, 204}) {
    EXPECT_EQ(judged(Method::Post, status, "").kind, ReplyKind::Empty);
    EXPECT_EQ(judged(Method::Post, status, "").step, Step::Use);
  }
  EXPECT_EQ(judged(Method::Get, 206, "[{}]").kind, ReplyKind::Body);
  EXPECT_EQ(judged(Method::Get, 416, answer("PGRST103", "")).kind, ReplyKind::Empty);
}

TEST(PostgrestJudge, TakesNoPageAndNoHalfTextForRows) {
  const char* page = "<!DOCTYPE html><html></html>";
  EXPECT_EQ(judged(Method::Get, 200, page).step, Step::Again);
  EXPECT_EQ(judged(Method::Post, 201, page).step, Step::Again);
  EXPECT_EQ(judged(Method::Get, 200, R"([{"symbol")").step, Step::Again);
  EXPECT_EQ(judged(Method::Get, 403, page).step, Step::Again);
}

TEST(PostgrestJudge, KnowsCuresForWhatIsRefused) {
  expect_fail(judged(Method::Post, 400, answer("PGRST102", "All object keys must match")),
              ErrorCode::InvalidArgument, "equal members");
  expect_fail(judged(Method::Post, 400, answer("42P10", "there is no unique")), ErrorCode::NotFound,
              "run the migrations");
  expect_fail(judged(Method::Post, 400, answer("PGRST204", "Could not find the 'x' column")),
              ErrorCode::NotFound, "reload schema");
  expect_fail(judged(Method::Get, 400, answer("42703", "column t.x does not exist")),
              ErrorCode::NotFound, "run the migrations");
  expect_fail(judged(Method::Get, 406, answer("PGRST106", "The schema must be one of")),
              ErrorCode::NotFound, "not exposed");
  expect_fail(judged(Method::Post, 400, answer("21000", "cannot affect row a second time")),
              ErrorCode::InvalidArgument, "one key stands twice");
  expect_fail(judged(Method::Post, 401, answer("42501", "new row violates row-level security")),
              ErrorCode::Credentials, "SUPABASE_SERVICE_ROLE_KEY");
  expect_fail(judged(Method::Post, 403, answer("42501", "permission denied")),
              ErrorCode::Credentials, "cannot write");
  expect_fail(judged(Method::Get, 401, answer("PGRST301", "Expected 3 parts in JWT")),
              ErrorCode::Credentials, "no token");
  expect_fail(judged(Method::Get, 401, R"({"message":"Invalid API key"})"), ErrorCode::Credentials,
              "Invalid API key");
  expect_fail(judged(Method::Get, 404, answer("PGRST205", "Could not find the table")),
              ErrorCode::NotFound, "migrations");
  expect_fail(judged(Method::Get, 404, answer("42P01", "relation")), ErrorCode::NotFound,
              "migrations");
  expect_fail(judged(Method::Get, 404, "Not Found"), ErrorCode::Upstream, "SUPABASE_URL");
}

TEST(PostgrestJudge, HoldsRefusedDataAgainstTheData) {
  expect_fail(judged(Method::Post, 409, answer("23505", "duplicate key value")),
              ErrorCode::Integrity, "duplicate key");
  expect_fail(judged(Method::Post, 400, answer("22P02", "invalid input syntax")),
              ErrorCode::Integrity, "invalid input");
  expect_fail(judged(Method::Post, 400, answer("23502", "null value in column \\\"symbol\\\"")),
              ErrorCode::Integrity, "column \"symbol\"");
}

TEST(PostgrestJudge, TriesAgainWhatPasses) {
  for (const int status : {408, 429, 500, 502, 503, 504}) {
    EXPECT_EQ(judged(Method::Post, status, "").step, Step::Again) << status;
  }
  for (const char* code : {"40001", "40P01", "57014", "53300", "PGRST003"}) {
    EXPECT_EQ(judged(Method::Post, 400, answer(code, "later")).step, Step::Again) << code;
  }
  EXPECT_TRUE(judged(Method::Post, 429, "").throttled);
  EXPECT_EQ(judged(Method::Post, 400, answer("PGRST102", "")).step, Step::Fail);
}

Result<FeedSettings> read(const std::map<std::string, std::string>& variables) {
  return postgrest_settings([&](const std::string& name) -> std::optional<std::string> {
    const auto at = variables.find(name);
    if (at == variables.end()) return std::nullopt;
    return at->second;
  });
}

TEST(PostgrestSettings, HaveDefaultsAndNoServer) {
  const auto settings = read({});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->endpoints.postgrest, "");
  EXPECT_EQ(settings->credentials.postgrest_key, "");
  EXPECT_EQ(settings->limits.attempts, 3U);
  EXPECT_EQ(settings->limits.backoff, milliseconds{500});
  EXPECT_EQ(settings->limits.timeout, milliseconds{10'000});
}

TEST(PostgrestSettings, TakeTheFirstVariableThatIsSet) {
  const auto settings = read({{"SUPABASE_URL", "https://a.supabase.co/"},
                              {"NEXT_PUBLIC_SUPABASE_URL", "https://b.supabase.co"},
                              {"SUPABASE_ANON_KEY", "anon"},
                              {"SUPABASE_SECRET_KEY", "sb_secret_x"},
                              {"SUPABASE_RETRY_ATTEMPTS", "7"},
                              {"SUPABASE_RETRY_BACKOFF", "0.25"},
                              {"SUPABASE_TIMEOUT", "2.5"}});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->endpoints.postgrest, "https://a.supabase.co");
  EXPECT_EQ(settings->credentials.postgrest_key, "sb_secret_x");
  EXPECT_EQ(settings->limits.attempts, 7U);
  EXPECT_EQ(settings->limits.backoff, milliseconds{250});
  EXPECT_EQ(settings->limits.timeout, milliseconds{2'500});
  const auto seed = read({{"NEXT_PUBLIC_SUPABASE_URL", "https://b.supabase.co/rest/v1"},
                          {"NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY", "sb_publishable_x"}});
  ASSERT_TRUE(seed);
  EXPECT_EQ(seed->endpoints.postgrest, "https://b.supabase.co");
  EXPECT_EQ(seed->credentials.postgrest_key, "sb_publishable_x");
}

TEST(PostgrestSettings, GoToASimulatorUnlessAProjectIsNamed) {
  EXPECT_EQ(read({{"OFFEX_UPSTREAM", "http://127.0.0.1:8080"}})->endpoints.postgrest,
            "http://127.0.0.1:8080/supabase");
  EXPECT_EQ(read({{"OFFEX_UPSTREAM", "http://127.0.0.1:8080"}, {"SUPABASE_URL", "http://h"}})
                ->endpoints.postgrest,
            "http://h");
}

TEST(PostgrestSettings, NameTheVariableThatCannotBeRead) {
  const std::map<std::string, std::string> wrong{
      {"SUPABASE_URL", "postgres://x"},     {"NEXT_PUBLIC_SUPABASE_URL", "p.supabase.co"},
      {"SUPABASE_SERVICE_ROLE_KEY", "a b"}, {"SUPABASE_RETRY_ATTEMPTS", "2.5"},
      {"SUPABASE_RETRY_BACKOFF", "-1"},     {"SUPABASE_TIMEOUT", "ten"}};
  for (const auto& [name, value] : wrong) {
    const auto settings = read({{name, value}});
    ASSERT_FALSE(settings) << name;
    EXPECT_EQ(settings.error().code, ErrorCode::InvalidArgument);
    EXPECT_THAT(settings.error().message, HasSubstr(name));
  }
}

TEST(PostgrestSettings, DoNotDisturbThoseWhoNeverPush) {
  const auto settings = feed_settings([](const std::string& name) -> std::optional<std::string> {
    if (name == "SUPABASE_URL") return "nonsense";
    return std::nullopt;
  });
  EXPECT_TRUE(settings);
}

}  // namespace
}  // namespace offex::feeds
