// Several at a time: pushes into one database, and others who hold locks there.

#include <chrono>
#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "publish/postgres_fixture.hpp"

namespace offex::publish {
namespace {

using base::ErrorCode;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class PostgresLocks : public PostgresFixture {
 protected:
  void SetUp() override {
    PostgresFixture::SetUp();
    if (!IsSkipped()) migrate();
  }

  /// An address whose own lock_timeout makes the waiting short.
  [[nodiscard]] std::string impatient() const {
    return database_->url() + "?options=-clock_timeout%3D200";
  }
};

/// Waits for the other thread, but not for ever: it may have to wait for us.
void meet(std::latch& both) {
  both.count_down();
  for (int round = 0; round < 50 && !both.try_wait(); ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

TEST_F(PostgresLocks, LetTwoPushesOverlapInOppositeOrders) {
  const std::vector<Shipment> shipments{features({{"A", 0.5}}), features({{"B", 0.5}})};
  std::vector<Result<void>> done(2);
  std::latch both{2};
  std::vector<std::thread> threads;
  threads.reserve(2);
  for (std::size_t at = 0; at < 2; ++at) {
    threads.emplace_back([&, at] {
      const auto target = open();
      done[at] = [&]() -> Result<void> {
        OFFEX_TRY(target->begin());
        OFFEX_TRY(target->send(shipments[at]));
        meet(both);
        OFFEX_TRY(target->send(shipments[1 - at]));
        return target->commit();
      }();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Result<void>& one : done) {
    EXPECT_TRUE(one) << one.error().message;
  }
  EXPECT_EQ(count(), "2");
}

TEST_F(PostgresLocks, EndThePatienceOfASecondPush) {
  const auto first = open();
  given(first->begin());
  const auto second = open_at(impatient());
  const auto begun = second->begin();
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code, ErrorCode::Upstream);
  EXPECT_THAT(begun.error().message, AllOf(HasSubstr("another push"), HasSubstr("55P03")));
  given(first->commit());
  EXPECT_THAT(counts(given(push(*second, features({{"A", 0.5}})))), ElementsAre(1, 0, 0, 1));
}

TEST_F(PostgresLocks, OfOthersEndThePatienceOfAPush) {
  store::Postgres other = database_->connect();
  given(other.run("BEGIN; LOCK TABLE daily_features IN ACCESS EXCLUSIVE MODE"));
  const auto target = open_at(impatient());
  const auto sent = push(*target, features({{"A", 0.5}}));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Upstream);
  EXPECT_THAT(sent.error().message,
              AllOf(HasSubstr("daily_features"), HasSubstr("somebody else"), HasSubstr("55P03")));
  given(other.run("COMMIT"));
  EXPECT_THAT(counts(given(push(*target, features({{"A", 0.5}})))), ElementsAre(1, 0, 0, 1));
}

TEST_F(PostgresLocks, OfOthersEndThePatienceOfAReaderAndOfAMigration) {
  database_->run("DELETE FROM offex_migration WHERE name = '0001_daily_features'");
  store::Postgres other = database_->connect();
  given(other.run("BEGIN; LOCK TABLE daily_features IN ACCESS EXCLUSIVE MODE"));
  const auto target = open_at(impatient());
  const auto names = target->symbols(kDay, "v1");
  ASSERT_FALSE(names);
  EXPECT_EQ(names.error().code, ErrorCode::Upstream);
  EXPECT_THAT(names.error().message, HasSubstr("somebody else"));
  const auto ran = target->migrate();
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::Upstream);
  EXPECT_THAT(ran.error().message,
              AllOf(HasSubstr("0001_daily_features"), HasSubstr("somebody else")));
}

/// What a trigger saw of the limit in the transaction that wrote.
constexpr const char* kNoteLimit =
    "CREATE TABLE seen (lock_timeout text); "
    "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen "
    "VALUES (current_setting('lock_timeout')); RETURN NULL; END $$; "
    "CREATE TRIGGER note AFTER INSERT ON daily_features FOR EACH STATEMENT EXECUTE FUNCTION "
    "note()";

TEST_F(PostgresLocks, AreWaitedForOneMinuteUnlessTheAddressSaysOtherwise) {
  database_->run(kNoteLimit);
  given(push(features({{"A", 0.5}})));
  const auto target = open_at(database_->url() + "?options=-clock_timeout%3D7s");
  given(push(*target, features({{"A", 0.6}})));
  EXPECT_EQ(database_->value("SELECT string_agg(lock_timeout, ' ') FROM seen"), "1min 7s");
}

}  // namespace
}  // namespace offex::publish
