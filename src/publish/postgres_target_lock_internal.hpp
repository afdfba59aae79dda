#pragma once

#include <cstdint>

#include "offex/base/result.hpp"
#include "offex/store/postgres.hpp"

// Waiting for others who use the same database.
namespace offex::publish::pg {

/// What only one process at a time does to a database, by the key of its advisory lock: a number of
/// our own, the bytes of "offex", and the next. The lock ends with the transaction, so that it
/// works through a pooler, and with the process.
enum class Turn : std::int64_t { Migration = 478459356536, Push = 478459356537 };

/// Waits until no other process has the turn, at most five minutes, and keeps it to the end of the
/// transaction. From then on each lock of a table or row is waited for at most one minute. A
/// lock_timeout that the address, the role or the database has counts instead of both. A turn that
/// does not come is Upstream. \pre a transaction is open, READ COMMITTED
[[nodiscard]] Result<void> take_turn(store::Postgres& db, Turn turn);

/// Without a turn: each lock is waited for at most one minute, to the end of the transaction.
[[nodiscard]] Result<void> limit_waits(store::Postgres& db);

/// Adds what it means when `error`, the connection's last, is a lock that did not come in time.
[[nodiscard]] base::Error explained(const store::Postgres& db, base::Error error);

}  // namespace offex::publish::pg
