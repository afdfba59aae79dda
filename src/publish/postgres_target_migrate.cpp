#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "offex/base/digest.hpp"
#include "offex/publish/migrations.hpp"

#include "publish/postgres_target_lock_internal.hpp"
#include "publish/postgres_target_migrate_internal.hpp"

namespace offex::publish::pg {
namespace {

constexpr std::string_view kRecords =
    "CREATE TABLE IF NOT EXISTS offex_migration (name text PRIMARY KEY, sha256 text NOT NULL, "
    "applied_at timestamp with time zone NOT NULL DEFAULT now())";

/// "0001_daily_features" makes the table daily_features.
std::string table_of(const Migration& migration) {
  return std::string{migration.name.substr(migration.name.find('_') + 1)};
}

/// Returns whether it ran. A migration whose text has changed since runs again, and so does one
/// whose table somebody dropped: it may.
Result<bool> apply_in_turn(store::Postgres& db, const Migration& migration) {
  const std::string name{migration.name};
  const std::string digest = base::sha256(migration.sql).hex();
  const std::array<std::optional<std::string>, 3> recorded{name, digest, table_of(migration)};
  OFFEX_ASSIGN(const columns::Batch there,
               db.query("SELECT to_regclass('offex_migration') IS NOT NULL"));
  if (there.column(0).values<std::string>()[0] != "t") {
    OFFEX_TRY(db.run(std::string{kRecords}));
    OFFEX_TRY(db.run("ALTER TABLE offex_migration ENABLE ROW LEVEL SECURITY"));
  }
  OFFEX_ASSIGN(const columns::Batch done,
               db.query("SELECT 1 FROM offex_migration WHERE name = $1 AND sha256 = $2 AND "
                        "to_regclass(quote_ident($3)) IS NOT NULL",
                        recorded));
  const bool runs = done.num_rows() == 0;
  if (runs) {
    OFFEX_TRY(db.run(std::string{migration.sql}));
    const std::array<std::optional<std::string>, 2> record{name, digest};
    OFFEX_ASSIGN(
        const columns::Batch none,
        db.query("INSERT INTO offex_migration (name, sha256) VALUES ($1, $2) ON CONFLICT (name) "
                 "DO UPDATE SET sha256 = EXCLUDED.sha256, applied_at = now()",
                 record));
  }
  OFFEX_TRY(db.run("COMMIT"));
  return runs;
}

Result<bool> apply(store::Postgres& db, const Migration& migration) {
  OFFEX_TRY(db.run("BEGIN ISOLATION LEVEL READ COMMITTED"));
  OFFEX_TRY(take_turn(db, Turn::Migration));
  auto ran = apply_in_turn(db, migration);
  if (!ran) return std::unexpected{explained(db, std::move(ran.error()))};
  return ran;
}

}  // namespace

Result<std::vector<std::string>> migrate(store::Postgres& db, base::LogSink* log) {
  std::vector<std::string> out;
  for (const Migration& migration : migrations()) {
    auto ran = apply(db, migration);
    if (!ran) {
      // The first failure is the one to tell.
      [[maybe_unused]] const auto ended = db.run("ROLLBACK");
      return fail(ran.error().code, fmt::format("{}: {}", migration.name, ran.error().message));
    }
    if (const std::string notices = db.take_notices(); log != nullptr && !notices.empty()) {
      log->write(base::LogLevel::Debug, notices);
    }
    if (*ran) {
      out.emplace_back(migration.name);
    }
  }
  return out;
}

}  // namespace offex::publish::pg
