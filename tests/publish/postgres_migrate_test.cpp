#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "offex/publish/migrations.hpp"

#include "publish/postgres_fixture.hpp"

namespace offex::publish {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PostgresMigrate : public PostgresFixture {
 protected:
  static std::vector<std::string> all() {
    std::vector<std::string> out;
    for (const Migration& migration : migrations()) out.emplace_back(migration.name);
    return out;
  }
};

TEST_F(PostgresMigrate, RunsEachOnceAndRecordsIt) {
  const auto target = open();
  EXPECT_EQ(given(target->migrate()), all());
  EXPECT_THAT(given(target->migrate()), IsEmpty());
  EXPECT_EQ(database_->value("SELECT count(*) FROM offex_migration WHERE applied_at <= now()"),
            std::to_string(migrations().size()));
}

TEST_F(PostgresMigrate, RunsOneAgainWhoseTextHasChanged) {
  migrate();
  database_->run(
      "UPDATE offex_migration SET sha256 = 'old' WHERE name = '0004_scan_hit'; "
      "ALTER TABLE scan_hit DROP COLUMN z_r");
  EXPECT_THAT(given(open()->migrate()), ElementsAre("0004_scan_hit"));
  EXPECT_THAT(given(open()->columns_of("scan_hit")), testing::Contains("z_r"));
}

TEST_F(PostgresMigrate, MakesATableAgainThatSomebodyDropped) {
  migrate();
  database_->run("DROP TABLE scan_hit");
  EXPECT_THAT(given(open()->migrate()), ElementsAre("0004_scan_hit"));
}

TEST_F(PostgresMigrate, MayRunByHandBefore) {
  for (const Migration& migration : migrations()) {
    database_->run(std::string{migration.sql});
    database_->run(std::string{migration.sql});
  }
  EXPECT_EQ(given(open()->migrate()), all());
}

TEST_F(PostgresMigrate, RunsEachOnceWhenTwoDoItAtATime) {
  std::vector<std::vector<std::string>> ran(2);
  std::vector<std::thread> threads;
  threads.reserve(2);
  for (auto& names : ran) {
    threads.emplace_back([&] { names = given(open()->migrate()); });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::string> together = ran[0];
  together.insert(together.end(), ran[1].begin(), ran[1].end());
  std::ranges::sort(together);
  EXPECT_EQ(together, all());
}

TEST_F(PostgresMigrate, LeavesNothingOfOneThatFails) {
  database_->run("CREATE VIEW daily_metrics AS SELECT 1 AS one");  // in the way of the third
  const auto ran = open()->migrate();
  ASSERT_FALSE(ran);
  EXPECT_THAT(ran.error().message, testing::HasSubstr("0003_daily_metrics"));
  EXPECT_EQ(database_->value("SELECT string_agg(name, ' ' ORDER BY name) FROM offex_migration"),
            "0001_daily_features 0002_provenance_events");
  database_->run("DROP VIEW daily_metrics");
  EXPECT_THAT(given(open()->migrate()),
              ElementsAre("0003_daily_metrics", "0004_scan_hit", "0005_macro_daily"));
}

TEST_F(PostgresMigrate, TurnsRowLevelSecurityOnEverywhere) {
  migrate();
  EXPECT_EQ(database_->value("SELECT string_agg(relname, ' ') FROM pg_class WHERE relkind = 'r' "
                             "AND relnamespace = 'public'::regnamespace AND NOT relrowsecurity"),
            "null");
}

TEST_F(PostgresMigrate, LetsSupabasesUsersReadAndKeepsPoliciesThatAreThere) {
  // The role belongs to the whole server: another test may have made it.
  database_->run(
      "DO $$ BEGIN CREATE ROLE authenticated NOLOGIN; EXCEPTION WHEN duplicate_object "
      "THEN NULL; WHEN unique_violation THEN NULL; END $$");
  database_->run(std::string{migrations()[0].sql});
  database_->run(
      "DROP POLICY daily_features_read ON daily_features; "
      "CREATE POLICY mine ON daily_features USING (false)");
  migrate();
  EXPECT_EQ(database_->value("SELECT string_agg(policyname || ':' || cmd, ' ' ORDER BY policyname) "
                             "FROM pg_policies"),
            "daily_metrics_read:SELECT macro_daily_read:SELECT mine:ALL "
            "provenance_events_read:SELECT scan_hit_read:SELECT");
}

}  // namespace
}  // namespace offex::publish
