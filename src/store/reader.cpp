#include "offex/store/reader.hpp"

#include <array>
#include <utility>

#include "offex/base/check.hpp"

#include "store/query_internal.hpp"
#include "store/schema_internal.hpp"
#include "store/snapshot_internal.hpp"

namespace offex::store {

namespace {

/// Brings the snapshot up to date when nobody writes; tells whether there is one to open.
Result<void> refresh(const StoreOptions& options, const StorePaths& paths) {
  std::error_code ignored;
  if (!std::filesystem::exists(paths.database, ignored) &&
      !std::filesystem::exists(paths.snapshot, ignored)) {
    return fail(base::ErrorCode::NotFound,
                "there is no store in " + paths.home.string() + " yet; import something first");
  }
  if (!is_stale(paths)) {
    return {};
  }
  auto published = publish_leftovers(options, paths);
  if (!published && std::filesystem::exists(paths.snapshot, ignored) &&
      (published.error().code == base::ErrorCode::Busy ||
       published.error().code == base::ErrorCode::Io)) {
    return {};  // somebody writes, or the folder is read-only: the last snapshot serves
  }
  return published;
}

Result<std::shared_ptr<engine::DatabaseHandle>> open_snapshot(const StoreOptions& options,
                                                              const StorePaths& paths) {
  OFFEX_ASSIGN(
      engine::DatabaseHandle database,
      engine::open_database(paths.snapshot.string(),
                            {.read_only = true, .sandboxed = true, .threads = options.threads}));
  return std::make_shared<engine::DatabaseHandle>(std::move(database));
}

Result<int> snapshot_step(const engine::DatabaseHandle& database) {
  OFFEX_ASSIGN(const engine::Connection connection, engine::Connection::open(database.get()));
  OFFEX_TRY(check_schema(connection));
  return schema_step(connection);
}

}  // namespace

Result<Session> ReaderImpl::session() const {
  if (borrowed_ != nullptr) {
    OFFEX_TRY(flush_());
    return Session{nullptr, {std::shared_ptr<void>{}, borrowed_}, false};
  }
  OFFEX_ASSIGN(engine::Connection connection, engine::Connection::open(database_->get()));
  return Session{database_, std::make_shared<const engine::Connection>(std::move(connection)),
                 true};
}

Result<Session> ReaderImpl::user_session() const {
  OFFEX_ASSIGN(Session on, session());
  if (!as_of_) return on;
  // A temporary view hides the stored one of the same name for this connection only.
  for (const std::string_view view : fact_views()) {
    const std::string name{view};
    std::string sql = "CREATE TEMP VIEW ";
    sql.append(name).append(" AS FROM ").append(name).append("_at(");
    sql.append(as_of_literal(as_of_)).append(")");
    OFFEX_TRY(on.connection->run(sql));
  }
  return on;
}

Result<void> ReaderImpl::each_chunk(
    const std::string& sql, std::span<const Parameter> parameters,
    const std::function<Result<void>(duckdb_data_chunk)>& visit) const {
  OFFEX_ASSIGN(const Session on, session());
  OFFEX_ASSIGN(engine::Rows rows, on.connection->select(sql, parameters, on.streaming));
  while (true) {
    OFFEX_ASSIGN(const engine::Chunk chunk, rows.fetch());
    if (!chunk) {
      return {};
    }
    OFFEX_TRY(visit(chunk.get()));
  }
}

std::string as_of_literal(std::optional<market::Instant> as_of) {
  return as_of ? "make_timestamp(" + std::to_string(engine::to_micros(*as_of)) + ")"
               : "TIMESTAMP 'infinity'";
}

Reader::Reader(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::open(const StoreOptions& options) {
  OFFEX_CHECK(options.clock != nullptr);
  const StorePaths paths{options.home};
  OFFEX_TRY(refresh(options, paths));
  OFFEX_ASSIGN(std::shared_ptr<engine::DatabaseHandle> database, open_snapshot(options, paths));
  OFFEX_ASSIGN(const int step, snapshot_step(*database));
  if (step < newest_schema_step()) {
    // An older program published it: migrate the store, then publish anew.
    database.reset();
    OFFEX_TRY(mark_stale(paths));
    OFFEX_TRY(publish_leftovers(options, paths));
    OFFEX_ASSIGN(database, open_snapshot(options, paths));
  }
  return Reader{std::make_unique<Impl>(std::move(database), options.as_of)};
}

Result<QueryRows> Reader::query(std::string_view sql, std::span<const Parameter> parameters) const {
  OFFEX_ASSIGN(Session session, impl_->user_session());
  return run_user_query(std::move(session), sql, parameters);
}

}  // namespace offex::store
