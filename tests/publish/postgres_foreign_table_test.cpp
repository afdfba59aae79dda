// Tables that offex did not make, and servers that refuse.

#include <string>

#include <gmock/gmock.h>

#include "publish/postgres_fixture.hpp"

namespace offex::publish {
namespace {

using base::ErrorCode;
using columns::Batch;
using columns::Column;
using columns::Type;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// The table as the second seed's migrations leave it.
constexpr const char* kSeedTable =
    "CREATE TABLE daily_features (feature_id bigserial PRIMARY KEY, symbol text NOT NULL, "
    "trade_date date NOT NULL, metadata jsonb DEFAULT '{}', created_at timestamptz DEFAULT now(), "
    "short_vol_share numeric(20,4), short_exempt_share numeric(20,4), ats_share_of_total "
    "numeric(20,4), provenance jsonb DEFAULT '{}', feature_version text NOT NULL DEFAULT 'v1'); "
    "CREATE UNIQUE INDEX daily_features_uniq ON daily_features (symbol, trade_date, "
    "feature_version)";

class PostgresForeignTable : public PostgresFixture {
 protected:
  void make(const std::string& columns, const std::string& index = "symbol") const {
    database_->run("CREATE TABLE t (" + columns + ")");
    if (!index.empty()) database_->run("CREATE UNIQUE INDEX ON t (" + index + ")");
  }
  /// Two columns: a symbol and another.
  static Shipment pair(Column value, const std::string& symbol = "A") {
    Column name{"symbol", Type::Text};
    name.push(symbol);
    return {.table = "t", .key = {"symbol"}, .rows = Batch{{name, std::move(value)}}};
  }
  template <class T>
  static Column cell(Type type, T value) {
    Column out{"c", type};
    out.push(std::move(value));
    return out;
  }
  [[nodiscard]] base::Error refusal(const Shipment& shipment) const {
    const auto sent = push(shipment);
    EXPECT_FALSE(sent.has_value());
    return sent ? base::Error{} : sent.error();
  }
};

TEST_F(PostgresForeignTable, RoundsAsTheSeedsTableDoesAndSaysSoOnce) {
  database_->run(kSeedTable);
  migrate();
  const auto target = open();
  const Shipment rows = features({{"A", 0.00001460}, {"B", 0.123456}, {"C", 0.00015}});
  const auto first = given(push(*target, rows));
  EXPECT_THAT(counts(first), ElementsAre(3, 0, 0, 3));
  EXPECT_THAT(first.warnings,
              ElementsAre("daily_features.short_vol_share is numeric(20,4) there: values are "
                          "rounded to 4 decimals"));
  EXPECT_EQ(database_->value("SELECT string_agg(short_vol_share::text, ' ' ORDER BY symbol) FROM "
                             "daily_features"),
            "0.0000 0.1235 0.0002");
  const auto second = given(push(*target, rows));
  EXPECT_THAT(counts(second), ElementsAre(0, 0, 3, 3));
  EXPECT_THAT(second.warnings, IsEmpty());
}

TEST_F(PostgresForeignTable, ChangesNothingOfTheSeedsTableByMigrating) {
  database_->run(kSeedTable);
  migrate();
  EXPECT_EQ(database_->value("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE "
                             "attrelid = 'daily_features'::regclass AND attname = "
                             "'short_vol_share'"),
            "numeric(20,4)");
  EXPECT_EQ(database_->value("SELECT count(*) FROM pg_attribute WHERE attrelid = "
                             "'daily_features'::regclass AND attnum > 0"),
            "10");
}

TEST_F(PostgresForeignTable, KeepsADoubleInANumericWithoutScaleExactly) {
  make("symbol text, c numeric");
  given(push(pair(cell(Type::Double, 0.1 + 0.2))));
  EXPECT_EQ(database_->value("SELECT c FROM t"), "0.30000000000000004");
}

TEST_F(PostgresForeignTable, SaysWhatOtherTypesRound) {
  make("symbol text, c bigint");
  EXPECT_THAT(given(push(pair(cell(Type::Quantity, std::int64_t{1'500'000})))).warnings,
              ElementsAre("t.c is bigint there: values are rounded to whole numbers"));
  database_->run("ALTER TABLE t ALTER c TYPE real");
  EXPECT_THAT(given(push(pair(cell(Type::Double, 0.1)))).warnings,
              ElementsAre("t.c is real there: values are rounded to about 7 digits"));
  database_->run("ALTER TABLE t ALTER c TYPE numeric(20,6)");
  EXPECT_THAT(given(push(pair(cell(Type::Quantity, std::int64_t{1'500'000})))).warnings, IsEmpty());
}

TEST_F(PostgresForeignTable, WritesInstantsAsUtcWhateverTheTimeZone) {
  make("symbol text, c timestamp");
  database_->run("ALTER DATABASE " + database_->name() + " SET timezone = 'America/New_York'");
  given(push(pair(cell(Type::Instant, std::int64_t{1'771'869'600'000'000'000}))));
  EXPECT_EQ(database_->value("SELECT c::text FROM t"), "2026-02-23 18:00:00");
}

TEST_F(PostgresForeignTable, ComparesJsonByItsText) {
  make("symbol text, c json");
  Shipment rows = pair(cell(Type::Text, std::string{R"({"a": 1})"}));
  rows.json_columns = {"c"};
  given(push(rows));
  EXPECT_THAT(counts(given(push(rows))), ElementsAre(0, 0, 1, 1));
}

TEST_F(PostgresForeignTable, RefusesWhatWouldBeCutOff) {
  make("symbol text, c varchar(3)");
  const auto error = refusal(pair(cell(Type::Text, std::string{"long"})));
  EXPECT_EQ(error.code, ErrorCode::Integrity);
  EXPECT_THAT(error.message, HasSubstr("22001"));
}

TEST_F(PostgresForeignTable, RefusesTextThatIsNoJson) {
  make("symbol text, c jsonb");
  EXPECT_EQ(refusal(pair(cell(Type::Text, std::string{"{"}))).code, ErrorCode::Integrity);
}

TEST_F(PostgresForeignTable, NamesTheCureOfAMissingTable) {
  const auto error = refusal(features({{"A", 0.5}}));
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_THAT(error.message, AllOf(HasSubstr("daily_features"), HasSubstr("--migrate")));
  EXPECT_EQ(open()->columns_of("daily_features").error().code, ErrorCode::NotFound);
  EXPECT_EQ(open()->symbols(kDay, "v1").error().code, ErrorCode::NotFound);
}

TEST_F(PostgresForeignTable, NamesTheCureOfAMissingColumn) {
  make("symbol text");
  const auto error = refusal(pair(cell(Type::Double, 0.5)));
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("t has no column c: ALTER TABLE \"t\" ADD COLUMN \"c\" double"),
                    Not(HasSubstr("--migrate"))));
  database_->run("CREATE TABLE daily_features (symbol text)");
  EXPECT_THAT(refusal(features({{"A", 0.5}})).message,
              AllOf(HasSubstr("daily_features has no column"), HasSubstr("--migrate")));
}

TEST_F(PostgresForeignTable, AdvisesNoMigrationForATableThatIsNotOurs) {
  const auto error = refusal(pair(cell(Type::Double, 0.5)));
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_THAT(error.message, AllOf(HasSubstr("no table t"), Not(HasSubstr("--migrate"))));
}

TEST_F(PostgresForeignTable, NamesTheCureOfAMissingUniqueIndex) {
  make("symbol text, c float", "");
  const auto error = refusal(pair(cell(Type::Double, 0.5)));
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("t has no unique index on (symbol)"), Not(HasSubstr("--migrate")),
                    HasSubstr("CREATE UNIQUE INDEX ON \"t\" (symbol)")));
}

TEST_F(PostgresForeignTable, AdvisesTheMigrationThatAddsTheUniqueIndex) {
  database_->run(kSeedTable);
  database_->run("DROP INDEX daily_features_uniq");
  const auto error = refusal(features({{"A", 0.5}}));
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_THAT(error.message, AllOf(HasSubstr("`offex push URL --migrate` adds it"),
                                   HasSubstr("CREATE UNIQUE INDEX")));
  migrate();
  EXPECT_THAT(counts(given(push(features({{"A", 0.5}})))), ElementsAre(1, 0, 0, 1));
}

TEST_F(PostgresForeignTable, TakesAPartitionedTable) {
  database_->run(
      "CREATE TABLE t (symbol text, c float) PARTITION BY LIST (symbol); "
      "CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('A'); CREATE TABLE t_rest PARTITION OF t "
      "DEFAULT; CREATE UNIQUE INDEX ON t (symbol)");
  EXPECT_THAT(counts(given(push(pair(cell(Type::Double, 0.5))))), ElementsAre(1, 0, 0, 1));
  EXPECT_THAT(counts(given(push(pair(cell(Type::Double, 0.6))))), ElementsAre(0, 1, 0, 1));
  EXPECT_THAT(counts(given(push(pair(cell(Type::Double, 0.6))))), ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(counts(given(push(pair(cell(Type::Double, 0.6), "B")))), ElementsAre(1, 0, 0, 1));
  EXPECT_EQ(database_->value("SELECT c FROM t_a"), "0.6");
}

TEST_F(PostgresForeignTable, TakesAViewOfATable) {
  database_->run(
      "CREATE TABLE base (symbol text UNIQUE, c float); "
      "CREATE VIEW t AS SELECT symbol, c FROM base");
  EXPECT_THAT(counts(given(push(pair(cell(Type::Double, 0.5))))), ElementsAre(1, 0, 0, 1));
  EXPECT_THAT(counts(given(push(pair(cell(Type::Double, 0.6))))), ElementsAre(0, 1, 0, 1));
  EXPECT_EQ(database_->value("SELECT c FROM base"), "0.6");
}

TEST_F(PostgresForeignTable, RefusesAKeyThatComesTwice) {
  migrate();
  const auto error = refusal(features({{"A", 0.5}, {"A", 0.6}}));
  EXPECT_EQ(error.code, ErrorCode::Integrity);
  EXPECT_THAT(error.message, HasSubstr("21000"));
}

TEST_F(PostgresForeignTable, TakesBackEverythingWhenATriggerSwallowsRows) {
  migrate();
  database_->run(
      "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
      "NEW.symbol = 'B' THEN RETURN NULL; END IF; RETURN NEW; END $$; "
      "CREATE TRIGGER swallow BEFORE INSERT ON daily_features FOR EACH ROW EXECUTE "
      "FUNCTION swallow()");
  const auto error = refusal(features({{"A", 0.5}, {"B", 0.5}}));
  EXPECT_EQ(error.code, ErrorCode::Integrity);
  EXPECT_THAT(error.message, HasSubstr("holds 1 of the 2 keys"));
  EXPECT_EQ(count(), "0");
}

TEST_F(PostgresForeignTable, CommitsNothingAfterAFailure) {
  migrate();
  const auto target = open();
  given(target->begin());
  given(target->send(features({{"A", 0.5}})));
  Shipment broken = features({{"B", 0.5}});
  broken.rows.find("provenance")->values<std::string>()[0] = std::string{"a\0b", 3};
  const auto sent = target->send(broken);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Integrity);
  EXPECT_THAT(sent.error().message, HasSubstr("row 1, column provenance"));
  EXPECT_FALSE(target->commit());
  EXPECT_EQ(count(), "0");
  // The connection serves the next attempt.
  EXPECT_THAT(counts(given(push(*target, features({{"A", 0.5}})))), ElementsAre(1, 0, 0, 1));
}

TEST_F(PostgresForeignTable, ReportsAServerThatEndsTheConnection) {
  migrate();
  const auto target = open();
  given(target->begin());
  given(target->send(features({{"A", 0.5}})));
  database_->run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
      "current_database() AND pid <> pg_backend_pid()");
  const auto sent = target->send(features({{"B", 0.5}}));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Upstream);
  EXPECT_EQ(count(), "0");
}

/// A role that may do everything with the tables but for row-level security.
class PostgresWeakRole : public PostgresForeignTable {
 protected:
  void SetUp() override {
    PostgresFixture::SetUp();
    if (IsSkipped()) return;
    role_ = "weak_" + database_->name();
    database_->run("CREATE ROLE " + role_ + " LOGIN PASSWORD 'weak'");
  }
  void TearDown() override {
    if (role_.empty()) return;
    database_->run("DROP OWNED BY " + role_);
    database_->run("DROP ROLE " + role_);
  }
  [[nodiscard]] std::string url() const { return database_->url(role_, "weak"); }

  std::string role_;
};

TEST_F(PostgresWeakRole, IsRefusedByRowLevelSecurity) {
  migrate();
  database_->run("GRANT ALL ON ALL TABLES IN SCHEMA public TO " + role_ +
                 "; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO " + role_);
  const auto target = open_at(url());
  const auto sent = push(*target, features({{"A", 0.5}}));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Credentials);
  EXPECT_THAT(sent.error().message, AllOf(HasSubstr("42501"), HasSubstr("row-level security")));
  EXPECT_EQ(count(), "0");
}

TEST_F(PostgresWeakRole, IsRefusedWithoutPrivileges) {
  migrate();
  const auto target = open_at(url());
  EXPECT_EQ(push(*target, features({{"A", 0.5}})).error().code, ErrorCode::Credentials);
}

TEST_F(PostgresWeakRole, MayNotMigrate) {
  const auto ran = open_at(url())->migrate();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::Credentials);
  EXPECT_THAT(ran.error().message, HasSubstr("0001_daily_features"));
}

TEST_F(PostgresWeakRole, PushesWithAPolicyOfItsOwn) {
  migrate();
  database_->run("GRANT SELECT, INSERT, UPDATE ON daily_features TO " + role_ +
                 "; GRANT USAGE ON SEQUENCE daily_features_feature_id_seq TO " + role_ +
                 "; CREATE POLICY push ON daily_features TO " + role_ +
                 " USING (true) WITH CHECK (true)");
  const auto target = open_at(url());
  EXPECT_THAT(counts(given(push(*target, features({{"A", 0.5}})))), ElementsAre(1, 0, 0, 1));
}

}  // namespace
}  // namespace offex::publish
