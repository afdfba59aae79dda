// Pushes over PostgREST into tables of other types, and the shapes of tables.
#include "sim/postgrest_push.hpp"
#include "sim/serve_postgrest_schema_internal.hpp"

namespace offex::sim {
namespace {

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
