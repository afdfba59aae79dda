#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"
#include "offex/publish/target.hpp"

#include "support/postgres_database.hpp"

namespace offex::publish {

using test_support::given;

/// One row of `daily_features` as tests write it down.
struct FeatureRow {
  std::string symbol;
  std::optional<double> share;
  std::string provenance{R"({"hash":"a"})"};
};

inline constexpr market::Day kDay = market::Day::from_days(20'507);  // 2026-02-23

/// A shipment of `daily_features` of one day.
inline Shipment features(const std::vector<FeatureRow>& rows) {
  using columns::Type;
  columns::Column symbol{"symbol", Type::Symbol};
  columns::Column day{"trade_date", Type::Day};
  columns::Column share{"short_vol_share", Type::Double};
  columns::Column version{"feature_version", Type::Text};
  columns::Column provenance{"provenance", Type::Text};
  for (const FeatureRow& row : rows) {
    symbol.push(market::Symbol::from_trusted(row.symbol));
    day.push(kDay.days());
    row.share ? share.push(*row.share) : share.push_missing();
    version.push(std::string{"v1"});
    provenance.push(row.provenance);
  }
  return {.table = "daily_features",
          .key = {"symbol", "trade_date", "feature_version"},
          .rows = columns::Batch{{symbol, day, share, version, provenance}},
          .json_columns = {"provenance"}};
}

/// So many rows of made-up symbols in order.
inline Shipment many_features(std::size_t rows) {
  std::vector<FeatureRow> out;
  out.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    out.push_back({fmt::format("S{:07}", row), 1.0 / static_cast<double>(row + 3)});
  }
  return features(out);
}

/// A database of its own for each test.
class PostgresFixture : public testing::Test {
 protected:
  void SetUp() override {
    if (!test_support::postgres_server()) GTEST_SKIP() << test_support::kNoPostgres;
    database_.emplace();
  }

  [[nodiscard]] std::unique_ptr<Target> open(std::size_t chunk_rows = 0) const {
    return open_at(database_->url(), chunk_rows);
  }
  [[nodiscard]] static std::unique_ptr<Target> open_at(const std::string& url,
                                                       std::size_t chunk_rows = 0) {
    TargetAddress address;
    address.url = url;
    address.chunk_rows = chunk_rows;
    return given(open_postgres_target(address, nullptr));
  }
  void migrate() const { given(open()->migrate()); }

  /// Pushes in a transaction of its own.
  [[nodiscard]] Result<Delivery> push(const Shipment& shipment) const {
    const auto target = open();
    return push(*target, shipment);
  }
  [[nodiscard]] static Result<Delivery> push(Target& target, const Shipment& shipment) {
    OFFEX_TRY(target.begin());
    OFFEX_ASSIGN(Delivery out, target.send(shipment));
    OFFEX_TRY(target.commit());
    return out;
  }
  [[nodiscard]] std::string count() const {
    return database_->value("SELECT count(*) FROM daily_features");
  }

  std::optional<test_support::PostgresDatabase> database_;
};

/// Inserted, updated, unchanged, counted.
inline std::vector<std::uint64_t> counts(const Delivery& delivery) {
  return {delivery.inserted, delivery.updated, delivery.unchanged, delivery.counted};
}

}  // namespace offex::publish
