// Pushes over PostgREST into the simulated server: into tables in memory, and, where
// OFFEX_TEST_POSTGRES names one, into a real PostgreSQL.
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "offex/columns/cells.hpp"
#include "offex/publish/migrations.hpp"
#include "offex/publish/target.hpp"
#include "offex/store/postgres.hpp"

#include "sim/json_internal.hpp"
#include "sim/serve_postgrest_schema_internal.hpp"
#include "sim/server_client.hpp"

namespace offex::sim {
namespace {

using base::ErrorCode;
using columns::Batch;
using columns::Column;
using columns::Type;
using publish::Delivery;
using publish::Shipment;
using publish::Target;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr market::Day kDay = market::Day::from_days(20'560);  // 2026-04-17
constexpr const char* kVersion = "offexchange-features-v1";

/// A share that needs all digits of a double.
double share_of(std::size_t i) { return 1.0 / (3.0 + static_cast<double>(i)); }

Shipment features(std::size_t rows) {
  Column symbol{"symbol", Type::Symbol};
  Column day{"trade_date", Type::Day};
  Column version{"feature_version", Type::Text};
  Column share{"short_vol_share", Type::Double};
  Column ats{"ats_share_of_total", Type::Double};
  Column provenance{"provenance", Type::Text};
  for (std::size_t i = 0; i < rows; ++i) {
    symbol.push(market::Symbol::from_trusted(fmt::format("S{:05}", i)));
    day.push<std::int32_t>(kDay.days());
    version.push(std::string{kVersion});
    share.push(i % 50 == 7 ? std::numeric_limits<double>::quiet_NaN() : share_of(i));
    if (i % 3 == 0) {
      ats.push_missing();
    } else {
      ats.push(0.5);
    }
    provenance.push(fmt::format(R"({{"z":"é\n","sha256":"{:064x}","n":[1.50,1e-7]}})", i));
  }
  return {.table = "daily_features",
          .key = {"symbol", "trade_date", "feature_version"},
          .rows = Batch{{symbol, day, version, share, ats, provenance}},
          .json_columns = {"provenance"}};
}

Shipment events(std::size_t rows, std::string_view note) {
  Column source{"source", Type::Text};
  Column digest{"artifact_sha256", Type::Text};
  Column payload{"payload", Type::Text};
  for (std::size_t i = 0; i < rows; ++i) {
    source.push(std::string{"daily_features"});
    digest.push(fmt::format("{:064x}", 7 * i));
    payload.push(fmt::format(R"({{"note":"{}"}})", note));
  }
  return {.table = "provenance_events",
          .key = {"source", "artifact_sha256"},
          .rows = Batch{{source, digest, payload}},
          .json_columns = {"payload"},
          .keep_existing = true};
}

/// Address of a server for tests, or null.
const char* test_server() {
  return std::getenv("OFFEX_TEST_POSTGRES");  // NOLINT(concurrency-mt-unsafe): nobody sets it
}

enum class Backend { Memory, Database };

/// A schema of its own in the database of OFFEX_TEST_POSTGRES.
class Schema {
 public:
  explicit Schema(const std::string& server)
      : server_{server}, name_{fmt::format("rest_{}_{}", ::getpid(), ++count)} {
    sql(server_, "CREATE SCHEMA " + name_);
  }
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;
  Schema(Schema&&) = delete;
  Schema& operator=(Schema&&) = delete;
  ~Schema() { sql(server_, "DROP SCHEMA " + name_ + " CASCADE"); }

  [[nodiscard]] std::string url() const {
    return server_ + (server_.contains('?') ? "&" : "?") + "options=-csearch_path%3D" + name_;
  }
  void run(const std::string& text) const { sql(url(), text); }
  [[nodiscard]] std::string one(const std::string& question) const {
    auto connection = store::Postgres::connect(url());
    auto rows = connection->query(question);
    EXPECT_TRUE(rows) << base::format_error(rows.error());
    return rows ? columns::cell_text(rows->column(0), 0) : std::string{};
  }

 private:
  static void sql(const std::string& url, const std::string& text) {
    auto connection = store::Postgres::connect(url);
    ASSERT_TRUE(connection) << base::format_error(connection.error());
    const auto done = connection->run(text);
    EXPECT_TRUE(done) << base::format_error(done.error());
  }

  inline static int count = 0;
  std::string server_;
  std::string name_;
};

/// Tables to push into.
class Tables : public testing::Test {
 protected:
  void prepare(Backend backend) {
    if (backend == Backend::Memory) return;
    const char* const url = test_server();
    if (url == nullptr) GTEST_SKIP() << "OFFEX_TEST_POSTGRES is not set (tools/with_postgres.sh)";
    schema_ = std::make_unique<Schema>(url);
    for (const publish::Migration& migration : publish::migrations()) {
      schema_->run(std::string{migration.sql});
    }
  }

  [[nodiscard]] Server start(ServerOptions options = {}) const {
    if (schema_) options.postgres = schema_->url();
    return serve(options);
  }

  std::unique_ptr<Schema> schema_;
};

class Push : public Tables, public testing::WithParamInterface<Backend> {
 protected:
  void SetUp() override { prepare(GetParam()); }
};

std::string name_of(Backend backend) { return backend == Backend::Memory ? "Memory" : "Database"; }

feeds::FeedSettings settings_for(const Server& server) {
  feeds::FeedSettings out;
  out.endpoints = feeds::simulated_endpoints(server.url());
  out.credentials.postgrest_key = "simulated-supabase-key";
  out.limits.attempts = 3;
  out.limits.backoff = milliseconds{1};
  out.limits.longest_wait = milliseconds{20};
  return out;
}

std::unique_ptr<Target> target_of(const Server& server, feeds::FeedSettings settings,
                                  std::size_t chunk_rows = 0) {
  auto out = publish::open_postgrest_target({.url = server.url() + "/supabase",
                                             .settings = std::move(settings),
                                             .chunk_rows = chunk_rows},
                                            nullptr);
  EXPECT_TRUE(out) << base::format_error(out.error());
  return std::move(*out);
}

std::unique_ptr<Target> target_of(const Server& server) {
  return target_of(server, settings_for(server));
}

Delivery pushed(Target& target, const Shipment& shipment) {
  auto out = target.send(shipment);
  EXPECT_TRUE(out) << base::format_error(out.error());
  return out ? std::move(*out) : Delivery{};
}

Answer read(const Server& server, const std::string& query, std::vector<std::string> headers = {}) {
  headers.emplace_back("apikey: k");
  return ask(server, {.path = "/supabase/rest/v1/" + query, .headers = std::move(headers)});
}

std::string total_of(const Server& server, const std::string& table) {
  const std::string range =
      read(server, table + "?limit=1", {"Prefer: count=exact"}).header("Content-Range");
  return range.substr(range.find('/') + 1);
}

TEST_P(Push, OfTwelveThousandRowsReadsTwelveThousandBackThousandAtATime) {
  const Server server = start();
  const auto target = target_of(server);

  const Delivery delivery = pushed(*target, features(12'000));

  EXPECT_EQ(delivery.rows, 12'000U);
  EXPECT_EQ(delivery.inserted, 12'000U);
  EXPECT_EQ(delivery.counted, 12'000U);
  EXPECT_EQ(delivery.chunks, 12U);
  EXPECT_THAT(delivery.warnings, IsEmpty()) << "doubles arrive bit for bit";
  EXPECT_EQ(total_of(server, "daily_features"), "12000");
  const auto symbols = target->symbols(kDay, kVersion);
  ASSERT_TRUE(symbols);
  ASSERT_THAT(*symbols, SizeIs(12'000));
  EXPECT_EQ(symbols->front(), "S00000");
  EXPECT_EQ(symbols->back(), "S11999");
}

TEST_P(Push, RepeatedChangesNothingAndSendsNothing) {
  Server server = start();
  const auto target = target_of(server);
  pushed(*target, features(1'500));
  server.forget_served();

  const Delivery again = pushed(*target, features(1'500));

  EXPECT_EQ(again.unchanged, 1'500U);
  EXPECT_EQ(again.inserted + again.updated + again.chunks, 0U);
  EXPECT_EQ(again.counted, 1'500U);
  for (const ServedRequest& request : server.served()) EXPECT_EQ(request.method, "GET");
}

TEST_P(Push, ReplacesWhatDiffersAndAddsWhatIsNew) {
  const Server server = start();
  const auto target = target_of(server);
  pushed(*target, features(100));
  Shipment next = features(110);
  next.rows.find("short_vol_share")->values<double>()[3] = 0.75;
  next.rows.find("provenance")->values<std::string>()[5] = R"({"changed":true})";

  const Delivery delivery = pushed(*target, next);

  EXPECT_EQ(delivery.inserted, 10U);
  EXPECT_EQ(delivery.updated, 2U);
  EXPECT_EQ(delivery.unchanged, 98U);
  EXPECT_EQ(read(server, "daily_features?symbol=eq.S00003&select=short_vol_share").body,
            R"([{"short_vol_share":0.75}])");
}

TEST_P(Push, LeavesEventsAsTheyAre) {
  const Server server = start();
  const auto target = target_of(server);
  EXPECT_EQ(pushed(*target, events(250, "first")).inserted, 250U);

  const Delivery again = pushed(*target, events(260, "second"));

  EXPECT_EQ(again.inserted, 10U);
  EXPECT_EQ(again.unchanged, 250U);
  EXPECT_EQ(again.counted, 260U);
  EXPECT_THAT(read(server, fmt::format("provenance_events?artifact_sha256=eq.{:064x}", 7)).body,
              HasSubstr("first"));
  EXPECT_EQ(total_of(server, "provenance_events"), "260");
}

TEST_P(Push, OfManyEventsTakesFewRequests) {
  Server server = start();
  const auto target = target_of(server);
  for (const std::uint64_t there : {0U, 12'000U}) {
    server.forget_served();
    const Delivery delivery = pushed(*target, events(12'000, "first"));
    EXPECT_EQ(delivery.inserted, 12'000U - there);
    EXPECT_EQ(delivery.unchanged, there);
    EXPECT_EQ(delivery.counted, 12'000U);
    EXPECT_LE(server.served().size(), 27U) << "12 to send, 13 to read back, 2 to count";
  }
}

TEST_P(Push, OfEventsAmongManyOthersDoesNotReadTheOthers) {
  Server server = start();
  const auto target = target_of(server);
  pushed(*target, events(5'000, "others"));
  Shipment few = events(5'000, "few");
  Column source = *few.rows.find("source");
  Column digest{"artifact_sha256", Type::Text};
  Column payload = *few.rows.find("payload");
  source.truncate(3);
  payload.truncate(3);
  for (const std::size_t i : {0U, 17U, 34'992U}) digest.push(fmt::format("{:064x}", i));
  few.rows = Batch{{source, digest, payload}};
  server.forget_served();

  const Delivery delivery = pushed(*target, few);

  EXPECT_EQ(delivery.inserted, 2U);
  EXPECT_EQ(delivery.unchanged, 1U);
  EXPECT_EQ(delivery.counted, 3U);
  EXPECT_LE(server.served().size(), 4U);
}

TEST_P(Push, ReplacesAShareThatIsOnlyAlmostOurs) {
  const Server server = start();
  const auto target = target_of(server);
  Shipment wrong = features(9);
  for (double& share : wrong.rows.find("short_vol_share")->values<double>()) {
    share = std::round(share * 1e4) / 1e4;
  }
  pushed(*target, wrong);

  const Delivery delivery = pushed(*target, features(9));

  EXPECT_EQ(delivery.updated, 5U) << "four decimals are enough for the others";
  EXPECT_THAT(delivery.warnings, IsEmpty());
  EXPECT_EQ(read(server, "daily_features?symbol=eq.S00000&select=short_vol_share").body,
            R"([{"short_vol_share":0.3333333333333333}])");
}

TEST_P(Push, FindsTypesOfColumnsInTheDescription) {
  const Server server = start();
  const auto description = parse_json(read(server, "").body);
  ASSERT_TRUE(description);
  const auto format = [&](const char* table, const char* column) {
    const Json* here = description->find("definitions");
    for (const char* name : {table, "properties", column, "format"}) {
      here = here == nullptr ? nullptr : here->find(name);
    }
    return here == nullptr ? "none" : here->text;
  };
  EXPECT_EQ(format("daily_features", "feature_id"), "bigint");
  EXPECT_EQ(format("daily_features", "short_vol_share"), "double precision");
  EXPECT_EQ(format("daily_features", "trade_date"), "date");
  EXPECT_EQ(format("daily_features", "created_at"), "timestamp with time zone");
  EXPECT_EQ(format("daily_metrics", "short_volume"), "numeric");
  EXPECT_EQ(format("daily_metrics", "has_price"), "boolean");
}

TEST_P(Push, DoesNotRelyOnThePagesOfTheServer) {
  const Server server = start({.now = {}, .table_rows = 37});
  const auto target = target_of(server);
  const Delivery delivery = pushed(*target, features(500));
  EXPECT_EQ(delivery.counted, 500U);
  EXPECT_THAT(target->symbols(kDay, kVersion).value(), SizeIs(500));
}

TEST_P(Push, ThatWasCutIsRepeatedAndLeavesEachRowOnce) {
  Server server = start();
  feeds::FeedSettings impatient = settings_for(server);
  impatient.limits.attempts = 1;
  const auto first = target_of(server, impatient, 50);
  server.set_faults({.rate = 0.3, .seed = 5, .kinds = {Fault::ServerError, Fault::Reset}});
  const auto cut = first->send(features(1'000));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::Upstream);
  server.set_faults({});

  const Delivery delivery = pushed(*target_of(server), features(1'000));

  EXPECT_EQ(delivery.inserted + delivery.unchanged, 1'000U);
  EXPECT_EQ(delivery.counted, 1'000U);
  EXPECT_EQ(total_of(server, "daily_features"), "1000");
}

TEST_P(Push, WithAPublicKeyIsRefusedByTheRowsSecurity) {
  const Server server = start();
  feeds::FeedSettings settings = settings_for(server);
  for (const char* key : {"sb_publishable_x", "eyJh.eyJyb2xlIjoieCIsInJvbGUiOiJhbm9uIn0.x"}) {
    settings.credentials.postgrest_key = key;
    const auto refused = target_of(server, settings)->send(features(3));
    ASSERT_FALSE(refused) << key;
    EXPECT_EQ(refused.error().code, ErrorCode::Credentials);
    EXPECT_THAT(refused.error().message, HasSubstr("42501"));
    EXPECT_THAT(refused.error().message, HasSubstr("SUPABASE_SERVICE_ROLE_KEY"));
  }
}

TEST_P(Push, TakesAKeyOfTheNewKind) {
  const Server server = start();
  feeds::FeedSettings settings = settings_for(server);
  settings.credentials.postgrest_key = "sb_secret_x";
  EXPECT_EQ(pushed(*target_of(server, settings), features(3)).inserted, 3U);
}

TEST_P(Push, IntoATableThatIsNotThereNamesTheMigrations) {
  const Server server = start();
  Shipment shipment = features(3);
  shipment.table = "daily_nothing";
  const auto refused = target_of(server)->send(shipment);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::NotFound);
  EXPECT_THAT(refused.error().message, HasSubstr("migrations"));
}

TEST_P(Push, ByAKeyWithoutAUniqueIndexIsRefused) {
  const Server server = start();
  Shipment shipment = features(3);
  shipment.key = {"symbol", "trade_date"};
  const auto refused = target_of(server)->send(shipment);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::NotFound);
  EXPECT_THAT(refused.error().message, HasSubstr("42P10"));
}

TEST_P(Push, OfAColumnThatIsNotThereIsRefused) {
  const Server server = start();
  Shipment shipment = features(3);
  shipment.rows.find("ats_share_of_total")->rename("no_such_share");
  const auto refused = target_of(server)->send(shipment);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::NotFound);
  EXPECT_THAT(refused.error().message, HasSubstr("no_such_share"));
}

TEST_P(Push, KnowsTheColumnsOfATableWithAndWithoutRows) {
  const Server server = start();
  const auto target = target_of(server);
  for (const std::size_t rows : {0U, 2U}) {
    if (rows > 0) pushed(*target, features(rows));
    const auto names = target->columns_of("daily_features");
    ASSERT_TRUE(names) << base::format_error(names.error());
    for (const char* name : {"symbol", "trade_date", "feature_version", "short_vol_share",
                             "ats_share_of_total", "provenance"}) {
      EXPECT_THAT(*names, testing::Contains(name));
    }
  }
  const auto none = target->columns_of("daily_nothing");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::NotFound);
}

TEST_P(Push, GivesSymbolsOfTheDayAndVersionOnly) {
  const Server server = start();
  const auto target = target_of(server);
  pushed(*target, features(2));
  EXPECT_THAT(target->symbols(kDay, kVersion).value(), ElementsAre("S00000", "S00001"));
  EXPECT_THAT(target->symbols(kDay.plus(1), kVersion).value(), IsEmpty());
  EXPECT_THAT(target->symbols(kDay, "v0").value(), IsEmpty());
}

TEST_P(Push, RunsNoMigrations) {
  const Server server = start();
  const auto refused = target_of(server)->migrate();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("postgresql://"));
}

TEST_P(Push, IsReadByFilters) {
  const Server server = start();
  pushed(*target_of(server), features(10));
  const auto symbols = [&](const std::string& filter) {
    return read(server, "daily_features?select=symbol&order=symbol.desc&" + filter).body;
  };
  const auto count = [&](const std::string& filter) {
    const auto rows = parse_json(symbols(filter));
    return rows ? rows->items.size() : 999;
  };
  EXPECT_THAT(symbols("symbol=in.(S00001,%22S00002%22,none)"),
              testing::AllOf(HasSubstr("S00001"), HasSubstr("S00002")));
  EXPECT_EQ(count("symbol=in.(S00001,%22S00002%22,none)"), 2U);
  EXPECT_EQ(count("short_vol_share=is.null"), 1U);
  EXPECT_EQ(count("short_vol_share=not.is.null"), 9U);
  EXPECT_EQ(count("symbol=neq.S00001"), 9U);
  EXPECT_EQ(count("symbol=not.eq.S00001"), 9U);
  EXPECT_EQ(count("symbol=gt.S00003&symbol=lte.S00005"), 2U);
  EXPECT_EQ(count("trade_date=gte.2026-04-17&trade_date=lt.2026-04-18"), 10U);
  EXPECT_EQ(read(server, "daily_features?symbol=near.S").status, 400);
}

TEST_P(Push, IsNotReadBehindItsEndWhereRowsAreCounted) {
  const Server server = start();
  pushed(*target_of(server), features(10));
  EXPECT_EQ(read(server, "daily_features?offset=11", {"Prefer: count=exact"}).status, 416);
  EXPECT_EQ(read(server, "daily_features?offset=10", {"Prefer: count=exact"}).body, "[]");
  EXPECT_EQ(read(server, "daily_features?offset=99").body, "[]");
}

INSTANTIATE_TEST_SUITE_P(Into, Push, testing::Values(Backend::Memory, Backend::Database),
                         [](const auto& test) { return name_of(test.param); });

class FaultyPush : public Tables, public testing::WithParamInterface<std::tuple<Backend, Fault>> {
 protected:
  void SetUp() override { prepare(std::get<Backend>(GetParam())); }
};

TEST_P(FaultyPush, EndsWithEachRowOnce) {
  Server server = start();
  feeds::FeedSettings settings = settings_for(server);
  settings.limits.attempts = 20;
  settings.limits.timeout = milliseconds{250};
  const auto target = target_of(server, settings, 40);
  server.set_faults({.rate = 0.3,
                     .seed = 11,
                     .kinds = {std::get<Fault>(GetParam())},
                     .stall = milliseconds{400}});

  const Delivery delivery = pushed(*target, features(400));

  EXPECT_EQ(delivery.counted, 400U);
  bool faulty = false;
  for (const ServedRequest& request : server.served()) faulty = faulty || request.faulty;
  EXPECT_TRUE(faulty) << "the plan reaches requests for tables";
  server.set_faults({});
  EXPECT_EQ(total_of(server, "daily_features"), "400");
}

TEST_P(FaultyPush, CountsNewEventsOnceEach) {
  Server server = start();
  feeds::FeedSettings settings = settings_for(server);
  settings.limits.attempts = 20;
  settings.limits.timeout = milliseconds{250};
  const auto target = target_of(server, settings, 40);
  pushed(*target, events(100, "first"));
  server.set_faults({.rate = 0.3,
                     .seed = 11,
                     .kinds = {std::get<Fault>(GetParam())},
                     .stall = milliseconds{400}});

  const Delivery delivery = pushed(*target, events(400, "second"));

  EXPECT_EQ(delivery.inserted, 300U) << "also where an attempt arrived and its answer did not";
  EXPECT_EQ(delivery.unchanged, 100U);
  EXPECT_EQ(delivery.counted, 400U);
}

INSTANTIATE_TEST_SUITE_P(
    Meets, FaultyPush,
    testing::Combine(testing::Values(Backend::Memory, Backend::Database),
                     testing::Values(Fault::Reset, Fault::Truncate, Fault::Stall, Fault::TooMany,
                                     Fault::ServerError, Fault::GatewayPage, Fault::WrongLength)),
    [](const auto& test) {
      return fmt::format("{}_{}", name_of(std::get<Backend>(test.param)),
                         to_string(std::get<Fault>(test.param)));
    });

/// The statements of a table whose shares are of another type.
std::string table_with(std::string_view type) {
  return fmt::format(
      "CREATE TABLE daily_features (feature_id bigserial PRIMARY KEY, symbol text NOT NULL, "
      "trade_date date NOT NULL, metadata jsonb DEFAULT '{{}}', short_vol_share {0}, "
      "short_exempt_share {0}, ats_share_of_total {0}, provenance jsonb DEFAULT '{{}}', "
      "feature_version text NOT NULL DEFAULT 'v1'); CREATE UNIQUE INDEX ON daily_features (symbol, "
      "trade_date, feature_version)",
      type);
}

TEST(PushIntoTheSeedsTable, WarnsOfRoundedSharesOnceForAColumn) {
  const char* const url = test_server();
  if (url == nullptr) GTEST_SKIP() << "OFFEX_TEST_POSTGRES is not set (tools/with_postgres.sh)";
  const Schema schema{url};
  schema.run(table_with("numeric(20,4)"));
  const Server server = serve({.now = {}, .postgres = schema.url()});
  const auto target = target_of(server);

  const Delivery delivery = pushed(*target, features(300));

  ASSERT_THAT(delivery.warnings, SizeIs(1));
  EXPECT_THAT(delivery.warnings[0], HasSubstr("short_vol_share is numeric there"));
  EXPECT_THAT(delivery.warnings[0], HasSubstr("rounded to 4 decimals"));
  EXPECT_EQ(delivery.counted, 300U);
  const Delivery again = pushed(*target, features(300));
  EXPECT_EQ(again.unchanged, 300U) << "rounded as it must be is not changed";
  EXPECT_THAT(again.warnings, SizeIs(1));
}

TEST(PushIntoATableOfSixDecimals, SaysToHowManyItRounds) {
  const char* const url = test_server();
  if (url == nullptr) GTEST_SKIP() << "OFFEX_TEST_POSTGRES is not set (tools/with_postgres.sh)";
  const Schema schema{url};
  schema.run(table_with("numeric(20,6)"));
  const Server server = serve({.now = {}, .postgres = schema.url()});
  const auto target = target_of(server);
  for (const bool again : {false, true}) {
    const Delivery delivery = pushed(*target, features(30));
    EXPECT_EQ(delivery.unchanged, again ? 30U : 0U);
    ASSERT_THAT(delivery.warnings, SizeIs(1));
    EXPECT_THAT(delivery.warnings[0], HasSubstr("rounded to 6 decimals"));
    EXPECT_THAT(delivery.warnings[0], HasSubstr("became 0.333333)"));
  }
}

TEST(PushIntoATableOfAllDecimals, ReplacesWhatWasRoundedByAnother) {
  const char* const url = test_server();
  if (url == nullptr) GTEST_SKIP() << "OFFEX_TEST_POSTGRES is not set (tools/with_postgres.sh)";
  const Schema schema{url};
  schema.run(table_with("numeric"));
  const Server server = serve({.now = {}, .postgres = schema.url()});
  const auto target = target_of(server);
  pushed(*target, features(30));
  schema.run("UPDATE daily_features SET short_vol_share = 0 WHERE symbol = 'S00003'");
  schema.run("UPDATE daily_features SET short_vol_share = 0.14 WHERE symbol = 'S00004'");

  const Delivery delivery = pushed(*target, features(30));

  EXPECT_EQ(delivery.updated, 2U);
  EXPECT_THAT(delivery.warnings, IsEmpty());
}

TEST(PushOverWhatIsNoNumber, ReplacesIt) {
  const char* const url = test_server();
  if (url == nullptr) GTEST_SKIP() << "OFFEX_TEST_POSTGRES is not set (tools/with_postgres.sh)";
  const Schema schema{url};
  schema.run(table_with("double precision"));
  const Server server = serve({.now = {}, .postgres = schema.url()});
  const auto target = target_of(server);
  pushed(*target, features(9));
  schema.run("UPDATE daily_features SET short_vol_share = 'NaN' WHERE symbol >= 'S00007'");
  schema.run("UPDATE daily_features SET ats_share_of_total = '-Infinity' WHERE symbol = 'S00001'");

  EXPECT_EQ(pushed(*target, features(9)).updated, 3U);

  EXPECT_EQ(schema.one("SELECT count(*)::text FROM daily_features WHERE short_vol_share = 'NaN' OR "
                       "ats_share_of_total = '-Infinity'"),
            "0");
}

TEST(PushIntoATableThatChangesRows, IsAnIntegrityError) {
  const char* const url = test_server();
  if (url == nullptr) GTEST_SKIP() << "OFFEX_TEST_POSTGRES is not set (tools/with_postgres.sh)";
  const Schema schema{url};
  for (const publish::Migration& migration : publish::migrations()) {
    schema.run(std::string{migration.sql});
  }
  schema.run(
      "CREATE FUNCTION clip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.symbol = "
      "'S00004' THEN NEW.short_vol_share := 0; END IF; RETURN NEW; END $$; CREATE TRIGGER clip "
      "BEFORE INSERT OR UPDATE ON daily_features FOR EACH ROW EXECUTE FUNCTION clip()");
  const Server server = serve({.now = {}, .postgres = schema.url()});

  const auto refused = target_of(server)->send(features(9));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Integrity);
  EXPECT_EQ(refused.error().place.field, "short_vol_share");
  EXPECT_THAT(refused.error().message, HasSubstr("S00004, 2026-04-17"));
}

TEST(ServerBeforeADatabase, DoesNotStartWithoutIt) {
  ServerOptions options{.now = at(kMuchLater), .postgres = "postgresql://nobody@127.0.0.1:1/none"};
  const auto server = Server::start({}, served_folder(), options);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::Upstream);
}

TEST(TableShapes, AreReadFromStatements) {
  std::vector<TableShape> shapes;
  add_shapes(
      "-- create table no (x text);\n"
      "CREATE TABLE IF NOT EXISTS public.\"T\" (id bigserial PRIMARY KEY, \"Day\" date NOT NULL, "
      "n numeric(20,4) DEFAULT 'a;b', CHECK (n > 0));\n"
      "do $$ begin create table hidden (x text); end $$;\n"
      "ALTER TABLE \"T\" ADD COLUMN IF NOT EXISTS a text DEFAULT '', ADD COLUMN b text;\n"
      "create unique index t_uniq on \"T\" using btree (\"Day\", a);\n"
      "create table two (a text, b int, primary key (b, a))",
      shapes);
  ASSERT_THAT(shapes, SizeIs(2));
  EXPECT_EQ(shapes[0].name, "T");
  EXPECT_THAT(shapes[0].columns, ElementsAre("id", "Day", "n", "a", "b"));
  EXPECT_THAT(shapes[0].formats, ElementsAre("bigint", "date", "numeric", "text", "text"));
  EXPECT_THAT(shapes[0].key, ElementsAre("Day", "a"));
  EXPECT_THAT(shapes[1].key, ElementsAre("b", "a"));
}

}  // namespace
}  // namespace offex::sim
