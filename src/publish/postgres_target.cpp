#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "offex/base/check.hpp"
#include "offex/publish/target.hpp"
#include "offex/store/postgres.hpp"

#include "publish/postgres_target_lock_internal.hpp"
#include "publish/postgres_target_migrate_internal.hpp"
#include "publish/postgres_target_table_internal.hpp"

namespace offex::publish {
namespace {

using base::ErrorCode;

constexpr std::size_t kUsualChunkRows = 100'000;
constexpr std::string_view kFeatures = "daily_features";

std::uint64_t number_at(const columns::Batch& rows, std::size_t column) {
  return std::stoull(rows.column(column).values<std::string>()[0]);
}

class PostgresTarget final : public Target {
 public:
  PostgresTarget(store::Postgres db, const TargetAddress& address, base::LogSink* log)
      : db_{std::move(db)},
        shown_{store::public_postgres_url(address.url)},
        chunk_rows_{address.chunk_rows == 0 ? kUsualChunkRows : address.chunk_rows},
        log_{log} {}

  [[nodiscard]] std::string describe() const override { return shown_; }
  [[nodiscard]] bool transactional() const override { return true; }

  [[nodiscard]] Result<std::vector<std::string>> migrate() override {
    OFFEX_CHECK(!open_);
    return pg::migrate(db_, log_);
  }

  [[nodiscard]] Result<std::vector<std::string>> columns_of(std::string_view table) override {
    const Result<pg::Table> read = ended_by_failure(pg::read_table(db_, table));
    if (!read) return std::unexpected{read.error()};
    std::vector<std::string> out;
    for (const pg::TableColumn& column : read->columns) {
      out.push_back(column.name);
    }
    return out;
  }

  [[nodiscard]] Result<void> begin() override {
    OFFEX_CHECK(!open_);
    stagings_.clear();
    OFFEX_TRY(start());
    // Two at a time would lock the events that they share in different orders.
    return ended_by_failure(pg::take_turn(db_, pg::Turn::Push));
  }

  [[nodiscard]] Result<Delivery> send(const Shipment& shipment) override {
    OFFEX_TRY(check_open());
    auto sent = deliver(shipment);
    if (!sent) {
      sent = std::unexpected{pg::explained(db_, std::move(sent.error()))};
    }
    return ended_by_failure(std::move(sent));
  }

  [[nodiscard]] Result<void> commit() override {
    OFFEX_TRY(check_open());
    open_ = false;
    return db_.run("COMMIT");
  }

  [[nodiscard]] Result<std::vector<std::string>> symbols(market::Day day,
                                                         std::string_view version) override {
    if (open_) return ended_by_failure(read_symbols(day, version));
    OFFEX_TRY(start());  // the limit of waiting needs a transaction
    OFFEX_TRY(ended_by_failure(pg::limit_waits(db_)));
    auto names = ended_by_failure(read_symbols(day, version));
    if (names) {
      OFFEX_TRY(commit());
    }
    return names;
  }

 private:
  [[nodiscard]] Result<void> start() {
    // Each statement has to see what the push before it wrote, whatever the server's default is.
    OFFEX_TRY(db_.run("BEGIN ISOLATION LEVEL READ COMMITTED"));
    open_ = true;
    return {};
  }

  [[nodiscard]] Result<void> check_open() const {
    if (open_) return {};
    return fail(ErrorCode::Internal, "no transaction is open: it was not begun, or it failed");
  }

  /// After a failure PostgreSQL would answer a COMMIT with a rollback and call that a success.
  template <class T>
  Result<T> ended_by_failure(Result<T> result) {
    if (!result && std::exchange(open_, false)) {
      // The first failure is the one to tell.
      [[maybe_unused]] const auto ended = db_.run("ROLLBACK");
    }
    if (const std::string notices = db_.take_notices(); log_ != nullptr && !notices.empty()) {
      log_->write(base::LogLevel::Debug, notices);
    }
    return result;
  }

  [[nodiscard]] Result<Delivery> deliver(const Shipment& shipment) {
    Delivery out;
    out.table = shipment.table;
    out.rows = shipment.rows.num_rows();
    OFFEX_ASSIGN(const pg::Table table, pg::read_table(db_, shipment.table));
    OFFEX_TRY(pg::check_columns(table, shipment));
    warn_of_rounding(table, shipment, out);
    if (out.rows == 0) return out;
    OFFEX_ASSIGN(const std::string staging, empty_staging(shipment));
    OFFEX_TRY(copy(shipment, staging, out));
    OFFEX_TRY(upsert(table, shipment, staging, out));
    OFFEX_TRY(count_back(table, shipment, staging, out));
    return out;
  }

  void warn_of_rounding(const pg::Table& table, const Shipment& shipment, Delivery& out) {
    for (const columns::Column& column : shipment.rows.columns()) {
      auto warning = pg::rounding(table, *table.find(column.name()), column.type());
      if (warning && warned_.insert(*warning).second) {
        out.warnings.push_back(std::move(*warning));
      }
    }
  }

  /// One staging table serves all shipments of a kind: each new one would hold locks until the end.
  [[nodiscard]] Result<std::string> empty_staging(const Shipment& shipment) {
    std::string definition = pg::staging_columns(shipment.rows);
    if (const auto found = stagings_.find(definition); found != stagings_.end()) {
      OFFEX_TRY(db_.run("TRUNCATE " + found->second));
      return found->second;
    }
    const std::string name = fmt::format("offex_staging_{}", stagings_.size() + 1);
    OFFEX_TRY(
        db_.run(fmt::format("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP", name, definition)));
    return stagings_.emplace(std::move(definition), "pg_temp." + name).first->second;
  }

  [[nodiscard]] Result<void> copy(const Shipment& shipment, const std::string& staging,
                                  Delivery& out) {
    for (std::size_t row = 0; row < out.rows; row += chunk_rows_) {
      OFFEX_ASSIGN(const std::uint64_t taken,
                   db_.copy_in(staging, shipment.rows, row, chunk_rows_));
      if (taken != std::min<std::size_t>(chunk_rows_, out.rows - row)) {
        return fail(ErrorCode::Integrity,
                    fmt::format("{}: the server took {} rows of a chunk", out.table, taken));
      }
      ++out.chunks;
    }
    return {};
  }

  [[nodiscard]] Result<void> upsert(const pg::Table& table, const Shipment& shipment,
                                    const std::string& staging, Delivery& out) {
    const auto moved = db_.query(pg::upsert_statement(table, shipment, staging));
    if (!moved) {
      return fail(moved.error().code,
                  db_.sqlstate() == "42P10"
                      ? pg::missing_index(table, shipment)
                      : fmt::format("{}: {}", out.table, moved.error().message));
    }
    out.inserted = number_at(*moved, 0);
    out.updated = number_at(*moved, 1);
    out.unchanged = out.rows - out.inserted - out.updated;
    return {};
  }

  [[nodiscard]] Result<void> count_back(const pg::Table& table, const Shipment& shipment,
                                        const std::string& staging, Delivery& out) {
    OFFEX_ASSIGN(const columns::Batch counted,
                 db_.query(pg::count_query(table, shipment, staging)));
    out.counted = number_at(counted, 0);
    if (out.counted < out.rows) {
      return fail(ErrorCode::Integrity,
                  fmt::format("{} holds {} of the {} keys that were sent: nothing was written",
                              out.table, out.counted, out.rows));
    }
    return {};
  }

  [[nodiscard]] Result<std::vector<std::string>> read_symbols(market::Day day,
                                                              std::string_view version) {
    OFFEX_TRY(pg::read_table(db_, kFeatures));
    const std::array<std::optional<std::string>, 2> parameters{day.iso(), std::string{version}};
    auto rows = db_.query(
        "SELECT symbol FROM (SELECT DISTINCT symbol FROM daily_features WHERE trade_date "
        "= $1::date AND feature_version = $2 AND symbol IS NOT NULL) AS names "
        "ORDER BY symbol COLLATE \"C\"",
        parameters);
    if (!rows) return std::unexpected{pg::explained(db_, std::move(rows.error()))};
    return std::move(rows->column(0).values<std::string>());
  }

  store::Postgres db_;
  std::string shown_;
  std::size_t chunk_rows_;
  base::LogSink* log_;
  bool open_{false};
  std::map<std::string, std::string> stagings_;  // by their columns, in this transaction
  std::set<std::string> warned_;
};

}  // namespace

Result<std::unique_ptr<Target>> open_postgres_target(const TargetAddress& address,
                                                     base::LogSink* log) {
  const auto timeout = std::chrono::ceil<std::chrono::seconds>(address.settings.limits.timeout);
  OFFEX_ASSIGN(store::Postgres db, store::Postgres::connect(address.url, timeout));
  return std::unique_ptr<Target>{std::make_unique<PostgresTarget>(std::move(db), address, log)};
}

}  // namespace offex::publish
