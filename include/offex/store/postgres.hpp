#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"

namespace offex::store {

/// A connection to a PostgreSQL server, for those who push rows into another database.
///
/// Errors: Upstream (no connection, or it broke; a deadlock, a lock or a statement that took too
/// long, a server that is out of resources),
/// Credentials (a refused user, a missing privilege, row-level security), NotFound (no such
/// database, table, column or unique index), Integrity (the server refused the data),
/// InvalidArgument (an address that cannot be read; something that the server or the table does not
/// support), Internal (SQL that the server does not understand). Messages hold the server's own
/// words and the SQLSTATE, never the password. Use from one thread. The destructor closes: what was
/// not committed is gone.
class Postgres {
 public:
  /// \param url `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require` or `host=...
  ///   user=...`, as libpq reads them; what it leaves out comes from libpq's variables and files
  /// \param timeout to connect, unless the address has a connect_timeout
  [[nodiscard]] static Result<Postgres> connect(const std::string& url,
                                                std::chrono::seconds timeout = std::chrono::seconds{
                                                    10});
  Postgres(Postgres&&) noexcept;
  Postgres& operator=(Postgres&&) noexcept;
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;
  ~Postgres();

  /// Runs statements without parameters whose rows, if any, nobody wants.
  [[nodiscard]] Result<void> run(const std::string& sql);
  /// Runs one statement and returns its rows as Text columns under the server's names. No prepared
  /// statement stays behind, so that it works through a transaction pooler.
  /// \param parameters bound to $1, $2, ... as text; empty ones are null
  [[nodiscard]] Result<columns::Batch> query(
      const std::string& sql, std::span<const std::optional<std::string>> parameters = {});
  /// Sends rows by one binary COPY into the columns of a table that have their names and the types
  /// of `postgres_type`. Exact: doubles bit for bit, quantities and prices as decimals; instants
  /// are cut down to microseconds. Returns how many rows the server took.
  /// \param table as SQL names it, quoted if need be
  /// \param first row, \param count of rows at most: a part of the batch
  [[nodiscard]] Result<std::uint64_t> copy_in(std::string_view table, const columns::Batch& rows,
                                              std::size_t first = 0,
                                              std::size_t count = static_cast<std::size_t>(-1));

  /// SQLSTATE of the last failure, for example "42P01"; empty when the server said none.
  [[nodiscard]] const std::string& sqlstate() const;
  /// What the server noted (NOTICE, WARNING) since the last call.
  [[nodiscard]] std::string take_notices();

 private:
  class Impl;
  explicit Postgres(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Returns the type that `copy_in` sends a column as: Bool boolean, Int32 integer, Int64 bigint,
/// Double double precision, Quantity numeric(18,6), Price numeric(18,9), Day date, Instant
/// timestamp with time zone (microseconds), Number numeric, all others text.
[[nodiscard]] std::string_view postgres_type(columns::Type type);

/// Returns a name in double quotes, quotes in it doubled.
[[nodiscard]] std::string quote_name(std::string_view name);

/// Refuses what is no address of a PostgreSQL, as a URL or as keywords and values: InvalidArgument
/// when libpq cannot read it, or reads it as something else than was meant. The message repeats
/// nothing of it, since any part may be a secret.
[[nodiscard]] Result<void> check_postgres_address(std::string_view address);

/// Returns an address as it may be shown, as a URL: user, host, port, database and sslmode, and
/// nothing else of it. One that cannot be read may hold a secret anywhere: only that is said.
[[nodiscard]] std::string public_postgres_url(std::string_view url);

}  // namespace offex::store
