#include "offex/store/postgres.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "support/postgres_database.hpp"

namespace offex::store {
namespace {

using base::ErrorCode;
using columns::Batch;
using columns::Column;
using columns::Type;
using test_support::given;
using test_support::PostgresDatabase;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
constexpr auto kMin = std::numeric_limits<std::int64_t>::min();

class PostgresServer : public testing::Test {
 protected:
  void SetUp() override {
    if (!test_support::postgres_server()) GTEST_SKIP() << test_support::kNoPostgres;
    database_.emplace();
  }

  /// Sends one column to a table of its type and returns how the server reads it.
  std::vector<std::string> round_trip(const Column& column, const std::string& shown = "c") {
    Postgres db = database_->connect();
    given(db.run("CREATE TABLE t (row bigserial, c " + std::string{postgres_type(column.type())} +
                 ")"));
    EXPECT_EQ(given(db.copy_in("t", Batch{{column}})), column.size());
    const Batch rows = given(db.query("SELECT (" + shown + ")::text FROM t ORDER BY row"));
    std::vector<std::string> out;
    out.reserve(rows.num_rows());
    for (std::size_t row = 0; row < rows.num_rows(); ++row) {
      out.push_back(rows.column(0).valid(row) ? rows.column(0).values<std::string>()[row] : "null");
    }
    return out;
  }

  template <class T>
  static Column column(Type type, const std::vector<T>& cells) {
    Column out{"c", type};
    for (const T& cell : cells) out.push(cell);
    out.push_missing();
    return out;
  }

  std::optional<PostgresDatabase> database_;
};

TEST(PublicPostgresUrl, KeepsUserHostPortAndDatabase) {
  EXPECT_EQ(public_postgres_url("postgresql://push:secret@127.0.0.1:5433/market"),
            "postgresql://push@127.0.0.1:5433/market");
  EXPECT_EQ(public_postgres_url("postgres://push@[::1]/market?sslmode=require"),
            "postgresql://push@[::1]/market?sslmode=require");
  EXPECT_EQ(public_postgres_url("postgresql://u:p@a,b:1,c/db"), "postgresql://u@a,b:1,c/db");
}

TEST(PublicPostgresUrl, DropsPasswordsInParameters) {
  EXPECT_EQ(public_postgres_url("postgresql://push@h/db?password=secret&sslpassword=hidden"),
            "postgresql://push@h/db");
  EXPECT_EQ(public_postgres_url("postgresql:///db?user=push&pass%77ord=secret&host=/run/pg"),
            "postgresql://push@%2Frun%2Fpg/db");
}

TEST(PublicPostgresUrl, DropsPasswordsOfKeywordsAndValues) {
  EXPECT_EQ(public_postgres_url("host=h port=5 user=push password='se cret\\'s' dbname=db"),
            "postgresql://push@h:5/db");
}

TEST(PublicPostgresUrl, ShowsNothingOfAnAddressThatItCannotRead) {
  for (const std::string url :
       {"postgresql://u:secret%zz@h/db", "secret", "host=h password=a secret",
        "postgresql://u:a@secret@h/db", "postgresql://u:12/secret@h/db",
        "postgresql://u:secret/x@h/db", "http://u:secret@h"}) {
    EXPECT_THAT(public_postgres_url(url), Not(HasSubstr("secret"))) << url;
    const auto connected = Postgres::connect(url);
    ASSERT_FALSE(connected) << url;
    EXPECT_EQ(connected.error().code, ErrorCode::InvalidArgument) << url;
    EXPECT_THAT(connected.error().message,
                AllOf(Not(HasSubstr("secret")), HasSubstr("percent-encoded")));
  }
}

TEST(CheckPostgresAddress, TakesUrlsAndKeywordsAndNothingElse) {
  for (const std::string address :
       {"postgresql://u@h/db", "postgres:///db", "host=h user=u password='a b' dbname=db",
        "service=mine", "host = h"}) {
    EXPECT_TRUE(check_postgres_address(address)) << address;
  }
  for (const std::string address : {"", " ", "h", "http://h/?a=b", "hosst=h", "host=h port=a"}) {
    EXPECT_FALSE(check_postgres_address(address)) << address;
  }
}

TEST(QuoteName, DoublesQuotes) { EXPECT_EQ(quote_name("a\"b"), "\"a\"\"b\""); }

TEST(PostgresConnect, SaysThatNobodyListens) {
  const auto connected =
      Postgres::connect("postgresql://push:secret@127.0.0.1:1/market", std::chrono::seconds{2});
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code, ErrorCode::Upstream);
  EXPECT_THAT(connected.error().message,
              AllOf(HasSubstr("postgresql://push@127.0.0.1:1/market"), Not(HasSubstr("secret"))));
}

TEST_F(PostgresServer, TellsAWrongPasswordFromAMissingDatabase) {
  const auto refused = Postgres::connect(database_->url("postgres", "not-this-one"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Credentials);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("28P01"), Not(HasSubstr("not-this-one")),
                                             Not(HasSubstr("LOCATION"))));
  const auto missing = Postgres::connect(database_->url() + "_gone");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("3D000"));
}

TEST_F(PostgresServer, CallsItselfOffexUnlessTheAddressSaysOtherwise) {
  EXPECT_EQ(database_->value("SHOW application_name"), "offex");
  Postgres named = given(Postgres::connect(database_->url() + "?application_name=flow"));
  EXPECT_EQ(given(named.query("SHOW application_name")).column(0).values<std::string>()[0], "flow");
}

/// An option of the only TCP connection to a server that this process has; -1 when there is none.
int option_of_connection(int level, int name) {
  for (int descriptor = 3; descriptor < 256; ++descriptor) {
    int value = -1;
    socklen_t size = sizeof value;
    sockaddr_in peer{};
    socklen_t peer_size = sizeof peer;
    if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0 &&
        peer.sin_family == AF_INET && getsockopt(descriptor, level, name, &value, &size) == 0) {
      return value;
    }
  }
  return -1;
}

TEST_F(PostgresServer, GivesUpASilentPeerUnlessTheAddressSaysOtherwise) {
  {
    const Postgres db = database_->connect();
    EXPECT_EQ(option_of_connection(SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option_of_connection(IPPROTO_TCP, TCP_KEEPIDLE), 30);
    EXPECT_EQ(option_of_connection(IPPROTO_TCP, TCP_KEEPINTVL), 10);
    EXPECT_EQ(option_of_connection(IPPROTO_TCP, TCP_KEEPCNT), 3);
    EXPECT_EQ(option_of_connection(IPPROTO_TCP, TCP_USER_TIMEOUT), 60'000);
  }
  const Postgres own = given(Postgres::connect(database_->url() + "?tcp_user_timeout=5000"));
  EXPECT_EQ(option_of_connection(IPPROTO_TCP, TCP_USER_TIMEOUT), 5'000);
}

TEST_F(PostgresServer, BindsParametersAndReadsRowsAsText) {
  Postgres db = database_->connect();
  const std::array<std::optional<std::string>, 2> parameters{"it's", std::nullopt};
  const Batch rows = given(db.query("SELECT $1::text AS a, $2::int AS b, 1.50 AS c", parameters));
  ASSERT_EQ(rows.num_rows(), 1U);
  EXPECT_EQ(rows.column(0).name(), "a");
  EXPECT_EQ(rows.column(0).values<std::string>()[0], "it's");
  EXPECT_FALSE(rows.column(1).valid(0));
  EXPECT_EQ(rows.column(2).values<std::string>()[0], "1.50");
}

TEST_F(PostgresServer, LeavesNoPreparedStatementBehind) {
  Postgres db = database_->connect();
  const std::array<std::optional<std::string>, 1> parameters{"1"};
  given(db.query("SELECT $1::int", parameters));
  EXPECT_EQ(given(db.query("SELECT 1 FROM pg_prepared_statements")).num_rows(), 0U);
}

TEST_F(PostgresServer, KeepsDoublesBitForBit) {
  const std::vector<double> cells{0.1,
                                  -0.0,
                                  std::numeric_limits<double>::denorm_min(),
                                  std::numeric_limits<double>::max(),
                                  -std::numeric_limits<double>::infinity(),
                                  std::nan("")};
  const std::vector<std::string> hex =
      round_trip(column(Type::Double, cells), "encode(float8send(c), 'hex')");
  ASSERT_EQ(hex.size(), cells.size() + 1);
  for (std::size_t at = 0; at < cells.size(); ++at) {
    EXPECT_EQ(std::stoull(hex[at], nullptr, 16), std::bit_cast<std::uint64_t>(cells[at])) << at;
  }
  EXPECT_EQ(hex.back(), "null");
}

TEST_F(PostgresServer, KeepsWholeNumbersAndFlags) {
  EXPECT_THAT(round_trip(column<std::int64_t>(Type::Int64, {kMin, -1, 0, kMax})),
              ElementsAre("-9223372036854775808", "-1", "0", "9223372036854775807", "null"));
  database_->run("DROP TABLE t");
  EXPECT_THAT(round_trip(column<std::int32_t>(Type::Int32, {-2147483647 - 1, 2147483647})),
              ElementsAre("-2147483648", "2147483647", "null"));
  database_->run("DROP TABLE t");
  EXPECT_THAT(round_trip(column<std::int8_t>(Type::Bool, {1, 0})),
              ElementsAre("true", "false", "null"));
}

TEST_F(PostgresServer, KeepsQuantitiesAndPricesExactly) {
  constexpr std::int64_t kWidest = 999'999'999'999'999'999;
  EXPECT_THAT(round_trip(column<std::int64_t>(
                  Type::Quantity, {kWidest, -kWidest, 1, 0, 9'699'860'835'956, 10'000'000'000})),
              ElementsAre("999999999999.999999", "-999999999999.999999", "0.000001", "0.000000",
                          "9699860.835956", "10000.000000", "null"));
  database_->run("DROP TABLE t");
  EXPECT_THAT(round_trip(column<std::int64_t>(Type::Price, {kWidest, -1, 12'500'000'000})),
              ElementsAre("999999999.999999999", "-0.000000001", "12.500000000", "null"));
}

TEST_F(PostgresServer, RefusesAQuantityOfMoreThan18Digits) {
  Postgres db = database_->connect();
  given(db.run("CREATE TABLE t (c numeric(18,6))"));
  const auto sent = db.copy_in("t", Batch{{column<std::int64_t>(Type::Quantity, {kMax})}});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Integrity);
  EXPECT_THAT(sent.error().message, AllOf(HasSubstr("22003"), HasSubstr("line 1, column c")));
}

TEST_F(PostgresServer, KeepsNumbersOfAnyWidth) {
  EXPECT_THAT(round_trip(column<std::string>(
                  Type::Number, {"123456789012345678901234567890.123456789", "-0.5", "100000000"})),
              ElementsAre("123456789012345678901234567890.123456789", "-0.5", "100000000", "null"));
}

TEST_F(PostgresServer, KeepsDaysAndInstantsToTheMicrosecond) {
  EXPECT_THAT(round_trip(column<std::int32_t>(Type::Day, {0, 20'507, 10'957, -25'567})),
              ElementsAre("1970-01-01", "2026-02-23", "2000-01-01", "1900-01-01", "null"));
  database_->run("DROP TABLE t");
  EXPECT_THAT(
      round_trip(column<std::int64_t>(Type::Instant, {0, 1'771'869'600'123'456'789, -1, kMin}),
                 "to_char(c AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"),
      ElementsAre("1970-01-01 00:00:00.000000", "2026-02-23 18:00:00.123456",
                  "1969-12-31 23:59:59.999999", "1677-09-21 00:12:43.145224", "null"));
}

TEST_F(PostgresServer, KeepsTextsSymbolsAndWords) {
  static constexpr std::array<std::string_view, 2> kWords{"OK", "PARTIAL"};
  EXPECT_THAT(round_trip(column<std::string>(Type::Text, {"", "a\tb\n\\.", "\xe2\x82\xac"})),
              ElementsAre("", "a\tb\n\\.", "\xe2\x82\xac", "null"));
  database_->run("DROP TABLE t");
  EXPECT_THAT(round_trip(column<market::Symbol>(Type::Symbol,
                                                {market::Symbol::from_trusted("TpC"),
                                                 market::Symbol::from_trusted("ABCDEFGHIJKLMNO")})),
              ElementsAre("TpC", "ABCDEFGHIJKLMNO", "null"));
  database_->run("DROP TABLE t");
  Column label{"c", kWords};
  label.push(std::uint8_t{1});
  label.push_missing();
  EXPECT_THAT(round_trip(label), ElementsAre("PARTIAL", "null"));
}

TEST_F(PostgresServer, StaysUsableAfterRowsThatCannotBeSent) {
  Postgres db = database_->connect();
  given(db.run("CREATE TABLE t (c text)"));
  const Batch rows{{column<std::string>(Type::Text, {"fine", std::string{"a\0b", 3}})}};
  const auto sent = db.copy_in("t", rows);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Integrity);
  EXPECT_THAT(sent.error().message, HasSubstr("row 2, column c"));
  EXPECT_EQ(database_->value("SELECT count(*) FROM t"), "0");
  EXPECT_EQ(given(db.copy_in("t", rows, 0, 1)), 1U);
}

TEST_F(PostgresServer, RefusesTextThatIsNoUtf8) {
  Postgres db = database_->connect();
  given(db.run("CREATE TABLE t (c text)"));
  const auto sent = db.copy_in("t", Batch{{column<std::string>(Type::Text, {"ok", "\xff"})}});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Integrity);
  EXPECT_THAT(sent.error().message, HasSubstr("line 2"));
}

TEST_F(PostgresServer, SendsManyChunks) {
  Postgres db = database_->connect();
  given(db.run("CREATE TABLE t (c bigint)"));
  Column numbers{"c", Type::Int64};
  for (std::int64_t row = 0; row < 100'000; ++row) numbers.push(row);
  EXPECT_EQ(given(db.copy_in("t", Batch{{std::move(numbers)}})), 100'000U);
  EXPECT_EQ(database_->value("SELECT sum(c) FROM t"), "4999950000");
}

TEST_F(PostgresServer, NamesTheKindOfAFailure) {
  struct Case {
    std::string sql;
    ErrorCode code;
    std::string state;
  };
  Postgres db = database_->connect();
  given(db.run("CREATE TABLE t (c int UNIQUE NOT NULL); INSERT INTO t VALUES (1)"));
  for (const Case& wrong : std::vector<Case>{
           {"SELECT * FROM nowhere", ErrorCode::NotFound, "42P01"},
           {"SELECT nothing FROM t", ErrorCode::NotFound, "42703"},
           {"INSERT INTO t VALUES (1)", ErrorCode::Integrity, "23505"},
           {"INSERT INTO t VALUES (null)", ErrorCode::Integrity, "23502"},
           {"SELECT 'x'::int", ErrorCode::Integrity, "22P02"},
           {"INSERT INTO t VALUES (1) ON CONFLICT (ctid) DO NOTHING", ErrorCode::NotFound, "42P10"},
           {"SELEC 1", ErrorCode::Internal, "42601"},
           {"SET statement_timeout = 20; SELECT pg_sleep(5)", ErrorCode::Upstream, "57014"},
           {"DO $$ BEGIN RAISE 'no' USING ERRCODE = '0A000'; END $$", ErrorCode::InvalidArgument,
            "0A000"},
           {"DO $$ BEGIN RAISE 'no' USING ERRCODE = '40P01'; END $$", ErrorCode::Upstream, "40P01"},
           {"DO $$ BEGIN RAISE 'no' USING ERRCODE = '53100'; END $$", ErrorCode::Upstream, "53100"},
           {"COPY t FROM STDIN", ErrorCode::Internal, ""},
       }) {
    const auto done = db.run(wrong.sql);
    ASSERT_FALSE(done) << wrong.sql;
    EXPECT_EQ(done.error().code, wrong.code) << wrong.sql << done.error().message;
    EXPECT_EQ(db.sqlstate(), wrong.state) << wrong.sql << done.error().message;
  }
  given(db.run("SELECT 1"));
}

TEST_F(PostgresServer, NamesAMissingPrivilege) {
  const std::string role = "weak_" + database_->name();
  database_->run("CREATE TABLE t (c int); CREATE ROLE " + role + " LOGIN PASSWORD 'w'");
  {
    Postgres weak = given(Postgres::connect(database_->url(role, "w")));
    const auto done = weak.run("SELECT * FROM t");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Credentials);
  }
  database_->run("DROP ROLE " + role);
}

TEST_F(PostgresServer, ReportsAConnectionThatTheServerEnded) {
  Postgres db = database_->connect();
  const std::string pid =
      given(db.query("SELECT pg_backend_pid()")).column(0).values<std::string>()[0];
  database_->run("SELECT pg_terminate_backend(" + pid + ")");
  const auto done = db.run("SELECT 1");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::Upstream);
}

TEST_F(PostgresServer, CollectsWhatTheServerNotes) {
  Postgres db = database_->connect();
  given(db.run("DO $$ BEGIN RAISE NOTICE 'first'; RAISE WARNING 'second'; END $$"));
  EXPECT_EQ(db.take_notices(), "NOTICE: first\nWARNING: second");
  EXPECT_EQ(db.take_notices(), "");
}

}  // namespace
}  // namespace offex::store
