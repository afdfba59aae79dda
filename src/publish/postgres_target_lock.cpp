#include <array>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "publish/postgres_target_lock_internal.hpp"

namespace offex::publish::pg {
namespace {

constexpr const char* kWaitForTurn = "5min";
constexpr const char* kWaitForLock = "1min";
constexpr std::string_view kLockNotAvailable = "55P03";

Result<void> limit_waits_to(store::Postgres& db, const char* limit) {
  const std::array<std::optional<std::string>, 1> parameters{limit};
  // reset_val is what the address, the role or the database says, whatever this transaction has
  // set since; 0 is no limit.
  OFFEX_ASSIGN(const columns::Batch set,
               db.query("SELECT set_config('lock_timeout', CASE reset_val WHEN '0' THEN $1 ELSE "
                        "reset_val END, true) FROM pg_catalog.pg_settings WHERE name = "
                        "'lock_timeout'",
                        parameters));
  return {};
}

std::string_view done_by_others(Turn turn) {
  return turn == Turn::Push ? "another push into this database"
                            : "another migration of this database";
}

}  // namespace

Result<void> take_turn(store::Postgres& db, Turn turn) {
  OFFEX_TRY(limit_waits_to(db, kWaitForTurn));
  const auto taken = db.run(
      fmt::format("SELECT pg_catalog.pg_advisory_xact_lock({})", static_cast<std::int64_t>(turn)));
  if (!taken) {
    if (db.sqlstate() != kLockNotAvailable) return taken;
    return fail(taken.error().code,
                fmt::format("{} has not ended in time (lock_timeout, 5 minutes unless the address "
                            "or the role has its own): try again later; {}",
                            done_by_others(turn), taken.error().message));
  }
  return limit_waits(db);
}

Result<void> limit_waits(store::Postgres& db) { return limit_waits_to(db, kWaitForLock); }

base::Error explained(const store::Postgres& db, base::Error error) {
  if (error.code == base::ErrorCode::Upstream && db.sqlstate() == kLockNotAvailable) {
    error.message +=
        "; somebody else holds a lock there that did not end in time (lock_timeout, 1 minute "
        "unless the address or the role has its own): try again later";
  }
  return error;
}

}  // namespace offex::publish::pg
