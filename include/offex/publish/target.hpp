#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/log.hpp"
#include "offex/base/result.hpp"
#include "offex/feeds/upstream.hpp"
#include "offex/market/day.hpp"
#include "offex/publish/shipment.hpp"

namespace offex::publish {

/// Another database that takes rows.
class Target {
 public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  Target(Target&&) = delete;
  Target& operator=(Target&&) = delete;
  virtual ~Target() = default;

  /// Where the rows go, for people, without secrets: "postgresql://push@127.0.0.1:5433/market".
  [[nodiscard]] virtual std::string describe() const = 0;
  /// Whether all that is sent between begin and commit comes to the table at once, or not at all.
  /// PostgREST cannot: there a push that was cut is repeated, and each row is there once.
  [[nodiscard]] virtual bool transactional() const = 0;

  /// Creates or brings up to date our tables by the numbered migrations; returns the names of those
  /// that ran. PostgREST runs no DDL: an InvalidArgument there.
  [[nodiscard]] virtual Result<std::vector<std::string>> migrate() = 0;
  /// Columns that a table has, or NotFound with the way to make it.
  [[nodiscard]] virtual Result<std::vector<std::string>> columns_of(std::string_view table) = 0;

  [[nodiscard]] virtual Result<void> begin() = 0;
  /// Upserts the rows, and reads back that each key is there: fewer are an Integrity error.
  [[nodiscard]] virtual Result<Delivery> send(const Shipment& shipment) = 0;
  [[nodiscard]] virtual Result<void> commit() = 0;

  /// Symbols that `daily_features` holds for a day and version, each once, in order; every page of
  /// them.
  [[nodiscard]] virtual Result<std::vector<std::string>> symbols(market::Day day,
                                                                 std::string_view version) = 0;
};

/// Where rows are to go.
struct TargetAddress {
  std::string url;                 ///< postgresql://..., host=... user=... or http(s)://...
  feeds::FeedSettings settings{};  ///< of PostgREST: key, attempts, backoff
  std::size_t chunk_rows{0};       ///< of a COPY or request at most; 0: the target's usual number
};

/// Finds the target: `url` when given, else SUPABASE_URL or NEXT_PUBLIC_SUPABASE_URL where there is
/// a key, else DATABASE_URL or SUPABASE_DB_URL_LOCAL. Nothing when there are no credentials at all.
/// An http address without a key is a Credentials error that names the variables; an address of a
/// database that cannot be read is an InvalidArgument that names its variable, never its password.
[[nodiscard]] Result<std::optional<TargetAddress>> find_target(std::string_view url,
                                                               const feeds::Variables& variables);

/// Connects. \param log may be null
[[nodiscard]] Result<std::unique_ptr<Target>> open_target(const TargetAddress& address,
                                                          base::LogSink* log);

/// The two kinds; `open_target` chooses by the address.
[[nodiscard]] Result<std::unique_ptr<Target>> open_postgres_target(const TargetAddress& address,
                                                                   base::LogSink* log);
[[nodiscard]] Result<std::unique_ptr<Target>> open_postgrest_target(const TargetAddress& address,
                                                                    base::LogSink* log);

}  // namespace offex::publish
