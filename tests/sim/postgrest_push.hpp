// What tests of the simulated PostgREST share: shipments, tables in memory and, where
// OFFEX_TEST_POSTGRES names one, in a real PostgreSQL, and the questions to the server.
#pragma once

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
#include "sim/server_client.hpp"

namespace offex::sim {

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

inline constexpr market::Day kDay = market::Day::from_days(20'560);  // 2026-04-17
inline constexpr const char* kVersion = "offexchange-features-v1";

/// A share that needs all digits of a double.
inline double share_of(std::size_t i) { return 1.0 / (3.0 + static_cast<double>(i)); }

inline Shipment features(std::size_t rows) {
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

inline Shipment events(std::size_t rows, std::string_view note) {
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
inline const char* test_server() {
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

inline std::string name_of(Backend backend) {
  return backend == Backend::Memory ? "Memory" : "Database";
}

inline feeds::FeedSettings settings_for(const Server& server) {
  feeds::FeedSettings out;
  out.endpoints = feeds::simulated_endpoints(server.url());
  out.credentials.postgrest_key = "simulated-supabase-key";
  out.limits.attempts = 3;
  out.limits.backoff = milliseconds{1};
  out.limits.longest_wait = milliseconds{20};
  return out;
}

inline std::unique_ptr<Target> target_of(const Server& server, feeds::FeedSettings settings,
                                         std::size_t chunk_rows = 0) {
  auto out = publish::open_postgrest_target({.url = server.url() + "/supabase",
                                             .settings = std::move(settings),
                                             .chunk_rows = chunk_rows},
                                            nullptr);
  EXPECT_TRUE(out) << base::format_error(out.error());
  return std::move(*out);
}

inline std::unique_ptr<Target> target_of(const Server& server) {
  return target_of(server, settings_for(server));
}

inline Delivery pushed(Target& target, const Shipment& shipment) {
  auto out = target.send(shipment);
  EXPECT_TRUE(out) << base::format_error(out.error());
  return out ? std::move(*out) : Delivery{};
}

inline Answer read(const Server& server, const std::string& query,
                   std::vector<std::string> headers = {}) {
  headers.emplace_back("apikey: k");
  return ask(server, {.path = "/supabase/rest/v1/" + query, .headers = std::move(headers)});
}

inline std::string total_of(const Server& server, const std::string& table) {
  const std::string range =
      read(server, table + "?limit=1", {"Prefer: count=exact"}).header("Content-Range");
  return range.substr(range.find('/') + 1);
}

}  // namespace offex::sim
