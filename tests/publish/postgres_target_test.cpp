#include <bit>
#include <csignal>
#include <cstdint>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "offex/studies/catalogue.hpp"

#include "publish/postgres_fixture.hpp"

namespace offex::publish {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class PostgresTarget : public PostgresFixture {
 protected:
  void SetUp() override {
    PostgresFixture::SetUp();
    if (!IsSkipped()) migrate();
  }

  /// Bits of a row's share, as the server has them.
  [[nodiscard]] std::uint64_t share_bits(const std::string& symbol) const {
    return std::stoull(
        database_->value("SELECT encode(float8send(short_vol_share), 'hex') FROM daily_features "
                         "WHERE symbol = '" +
                         symbol + "'"),
        nullptr, 16);
  }
};

TEST_F(PostgresTarget, TellsWhereItIsWithoutThePassword) {
  const std::string url = database_->url();
  const std::size_t begin = url.find(':', url.find("://") + 3) + 1;
  const std::string password = url.substr(begin, url.find('@') - begin);
  ASSERT_FALSE(password.empty());
  const auto target = open();
  EXPECT_THAT(target->describe(), HasSubstr("/" + database_->name()));
  EXPECT_THAT(target->describe(), Not(HasSubstr(password)));
  EXPECT_TRUE(target->transactional());
}

TEST_F(PostgresTarget, InsertsNewRows) {
  const auto sent = given(push(features({{"A", 0.25}, {"B", std::nullopt}})));
  EXPECT_THAT(counts(sent), ElementsAre(2, 0, 0, 2));
  EXPECT_EQ(sent.rows, 2U);
  EXPECT_EQ(sent.chunks, 1U);
  EXPECT_EQ(sent.table, "daily_features");
  EXPECT_THAT(sent.warnings, IsEmpty());
  EXPECT_EQ(database_->value("SELECT string_agg(concat_ws('|', symbol, trade_date, "
                             "coalesce(short_vol_share::text, 'null'), feature_version, "
                             "provenance->>'hash'), ' ' ORDER BY symbol) FROM daily_features"),
            "A|2026-02-23|0.25|v1|a B|2026-02-23|null|v1|a");
}

TEST_F(PostgresTarget, NeitherWritesNorLocksEqualRows) {
  const Shipment rows = features({{"A", 0.25}, {"B", std::nullopt}});
  given(push(rows));
  const std::string state =
      "SELECT string_agg(concat_ws('/', xmin, xmax, ctid), ' ' ORDER BY symbol) FROM "
      "daily_features";
  const std::string before = database_->value(state);
  EXPECT_THAT(counts(given(push(rows))), ElementsAre(0, 0, 2, 2));
  EXPECT_EQ(database_->value(state), before);
}

TEST_F(PostgresTarget, ReplacesRowsThatDiffer) {
  given(push(features({{"A", 0.25}, {"B", 0.5}, {"C", std::nullopt}, {"D", 0.1}})));
  EXPECT_THAT(counts(given(push(features({{"A", 0.25},
                                          {"B", std::nullopt},
                                          {"C", 0.0},
                                          {"D", 0.1, R"({"hash":"b"})"},
                                          {"E", 1.0}})))),
              ElementsAre(1, 3, 1, 5));
  EXPECT_EQ(database_->value("SELECT string_agg(coalesce(short_vol_share::text, 'null'), ' ' "
                             "ORDER BY symbol) FROM daily_features"),
            "0.25 null 0 0.1 1");
}

TEST_F(PostgresTarget, ReplacesRowsThatSomebodyElseWrote) {
  database_->run(
      "INSERT INTO daily_features (symbol, trade_date, feature_version, metadata) "
      "VALUES ('A', '2026-02-23', 'v1', '{\"mine\": 1}')");
  EXPECT_THAT(counts(given(push(features({{"A", 0.25}})))), ElementsAre(0, 1, 0, 1));
  EXPECT_EQ(database_->value("SELECT metadata->>'mine' FROM daily_features"), "1");
}

TEST_F(PostgresTarget, KeepsEveryBitOfADouble) {
  const double share = 0.1 + 0.2;
  given(push(features({{"A", share}, {"Z", 0.0}})));
  EXPECT_EQ(share_bits("A"), std::bit_cast<std::uint64_t>(share));
  // Equal to SQL, and yet not the same bytes.
  EXPECT_THAT(counts(given(push(features({{"Z", -0.0}})))), ElementsAre(0, 1, 0, 1));
  EXPECT_EQ(share_bits("Z"), std::bit_cast<std::uint64_t>(-0.0));
}

TEST_F(PostgresTarget, KeepsEventsThatAreThere) {
  const auto events = [](const std::string& payload) {
    Column source{"source", Type::Text};
    Column hash{"artifact_sha256", Type::Text};
    Column json{"payload", Type::Text};
    source.push(std::string{"daily_features"});
    hash.push(std::string(64, 'a'));
    json.push(payload);
    return Shipment{.table = "provenance_events",
                    .key = {"source", "artifact_sha256"},
                    .rows = Batch{{source, hash, json}},
                    .json_columns = {"payload"},
                    .keep_existing = true};
  };
  EXPECT_THAT(counts(given(push(events(R"({"at":1})")))), ElementsAre(1, 0, 0, 1));
  EXPECT_THAT(counts(given(push(events(R"({"at":2})")))), ElementsAre(0, 0, 1, 1));
  EXPECT_EQ(database_->value("SELECT payload->>'at' FROM provenance_events"), "1");
}

TEST_F(PostgresTarget, SendsThirtyThousandRowsInChunks) {
  const Shipment rows = many_features(30'000);
  const auto target = open(8'000);
  const auto sent = given(push(*target, rows));
  EXPECT_EQ(sent.chunks, 4U);
  EXPECT_THAT(counts(sent), ElementsAre(30'000, 0, 0, 30'000));
  EXPECT_EQ(count(), "30000");
  EXPECT_THAT(counts(given(push(*target, rows))), ElementsAre(0, 0, 30'000, 30'000));
}

TEST_F(PostgresTarget, SendsManyShipmentsInOneTransaction) {
  const auto target = open();
  given(target->begin());
  for (int round = 0; round < 50; ++round) {
    given(target->send(features({{"A" + std::to_string(round), 0.5}, {"B", 0.5}})));
  }
  EXPECT_EQ(count(), "0");  // nobody else sees any of it yet
  given(target->commit());
  EXPECT_EQ(count(), "51");
}

TEST_F(PostgresTarget, SendsNoRowsWithoutAFuss) {
  const auto sent = given(push(features({})));
  EXPECT_THAT(counts(sent), ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(sent.chunks, 0U);
}

TEST_F(PostgresTarget, ForgetsWhatWasNotCommitted) {
  {
    const auto target = open();
    given(target->begin());
    given(target->send(features({{"A", 0.5}})));
  }
  EXPECT_EQ(count(), "0");
}

TEST_F(PostgresTarget, LeavesNothingOfAProcessThatIsKilled) {
  constexpr std::size_t kRows = 2'000;
  int pipes[2] = {};
  ASSERT_EQ(pipe(pipes), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    try {
      const auto target = open();
      given(target->begin());
      given(target->send(many_features(kRows / 2)));
      static_cast<void>(write(pipes[1], "x", 1));
      pause();
    } catch (const std::exception&) {
      _exit(1);  // the parent sees the pipe close
    }
    _exit(0);
  }
  close(pipes[1]);
  char ready = 0;
  EXPECT_EQ(read(pipes[0], &ready, 1), 1);
  close(pipes[0]);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));

  EXPECT_THAT(counts(given(push(many_features(kRows)))), ElementsAre(kRows, 0, 0, kRows));
  EXPECT_THAT(counts(given(push(many_features(kRows)))), ElementsAre(0, 0, kRows, kRows));
  EXPECT_EQ(database_->value("SELECT max(n) FROM (SELECT count(*) AS n FROM daily_features GROUP "
                             "BY symbol) AS c"),
            "1");
}

TEST_F(PostgresTarget, TakesTwoPushesOfTheSameRowsAtOnce) {
  constexpr std::size_t kRows = 3'000;
  std::vector<std::uint64_t> inserted(2);
  std::vector<std::thread> threads;
  threads.reserve(2);
  for (std::size_t at = 0; at < 2; ++at) {
    threads.emplace_back([&, at] { inserted[at] = given(push(many_features(kRows))).inserted; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(inserted[0] + inserted[1], kRows);
  EXPECT_EQ(count(), std::to_string(kRows));
}

TEST_F(PostgresTarget, ListsSymbolsOfADayOnceAndByTheirBytes) {
  given(push(features({{"B", 0.1}, {"TPC", 0.1}, {"TpC", 0.1}, {"a", 0.1}})));
  database_->run(
      "INSERT INTO daily_features (symbol, trade_date, feature_version) VALUES "
      "('OLD', '2026-02-20', 'v1'), ('OTHER', '2026-02-23', 'v2')");
  const auto target = open();
  EXPECT_THAT(given(target->symbols(kDay, "v1")), ElementsAre("B", "TPC", "TpC", "a"));
  EXPECT_THAT(given(target->symbols(kDay, "v3")), IsEmpty());
}

TEST_F(PostgresTarget, ListsColumnsOfATable) {
  EXPECT_THAT(given(open()->columns_of("provenance_events")),
              ElementsAre("id", "source", "source_url", "payload", "artifact_sha256",
                          "parser_version", "created_at"));
}

TEST_F(PostgresTarget, WritesIntoATableOfAnotherSchema) {
  database_->run("CREATE SCHEMA \"Market\"; ALTER TABLE daily_features SET SCHEMA \"Market\"");
  Shipment rows = features({{"A", 0.25}});
  rows.table = "Market.daily_features";
  EXPECT_THAT(counts(given(push(rows))), ElementsAre(1, 0, 0, 1));
  EXPECT_EQ(database_->value("SELECT count(*) FROM \"Market\".daily_features"), "1");
}

/// A row of every column of a table, each with a value of its type.
Batch filled(const studies::TableSpec& spec) {
  Batch out;
  for (const studies::Metric& metric : spec.metrics) {
    const bool symbol = metric.name == "symbol_code";
    const Type type = symbol ? Type::Symbol : metric.type;
    const std::string name{symbol ? "symbol" : metric.name};
    Column& column = out.add(type == Type::Label ? Column{name, metric.words} : Column{name, type});
    switch (type) {
      case Type::Bool:
        column.push(std::int8_t{1});
        break;
      case Type::Int32:
        column.push(std::int32_t{-7});
        break;
      case Type::Day:
        column.push(kDay.days());
        break;
      case Type::Double:
        column.push(0.1);
        break;
      case Type::Quantity:
      case Type::Price:
        column.push(std::int64_t{1});
        break;
      case Type::Symbol:
        column.push(market::Symbol::from_trusted("BRK.B"));
        break;
      case Type::Label:
        column.push(std::uint8_t{0});
        break;
      default:
        column.push(std::string{"text"});
        break;
    }
  }
  return out;
}

TEST_F(PostgresTarget, KeepsEveryColumnOfTheCataloguesTables) {
  struct Case {
    std::string table;
    std::string version;
    std::vector<std::string> key;
  };
  for (const Case& one :
       {Case{"daily_metrics", "v2", {"trade_date", "symbol", "inference_version"}},
        Case{"scan_hit", "rv/1.0.0", {"trade_date", "symbol", "inference_version"}},
        Case{"macro_daily",
             "rv/1.0.0",
             {"trade_date", "group_kind", "group_name", "inference_version"}}}) {
    const Shipment rows{.table = one.table,
                        .key = one.key,
                        .rows = filled(*studies::find_table(one.table, one.version))};
    const auto sent = given(push(rows));
    EXPECT_THAT(counts(sent), ElementsAre(1, 0, 0, 1)) << one.table;
    EXPECT_THAT(sent.warnings, IsEmpty()) << one.table;
    EXPECT_THAT(counts(given(push(rows))), ElementsAre(0, 0, 1, 1)) << one.table;
  }
}

}  // namespace
}  // namespace offex::publish
