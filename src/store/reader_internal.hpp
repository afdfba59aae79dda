#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "offex/store/reader.hpp"

#include "store/duckdb_internal.hpp"

namespace offex::store {

/// A connection that keeps its database open.
struct Session {
  std::shared_ptr<engine::DatabaseHandle> database;  ///< null for the writer's connection
  std::shared_ptr<const engine::Connection> connection;
  bool streaming{false};  ///< rows may be produced while they are fetched
};

/// What Reader::Impl is, with a name that the room's own functions can use.
class ReaderImpl {
 public:
  /// Over a snapshot; `as_of` is what SQL over the views of facts answers.
  explicit ReaderImpl(std::shared_ptr<engine::DatabaseHandle> database,
                      std::optional<market::Instant> as_of = {})
      : database_{std::move(database)}, as_of_{as_of} {}
  /// Over the writer's own connection; `flush` makes its pending rows visible.
  ReaderImpl(const engine::Connection& connection, std::function<Result<void>()> flush)
      : borrowed_{&connection}, flush_{std::move(flush)} {}

  /// One a query: a streaming result ends when its connection runs something else.
  [[nodiscard]] Result<Session> session() const;

  /// The session of a user's query: the views of facts answer as of the reader's moment.
  [[nodiscard]] Result<Session> user_session() const;

  /// Runs our own statement and calls `visit` for each chunk.
  [[nodiscard]] Result<void> each_chunk(
      const std::string& sql, std::span<const Parameter> parameters,
      const std::function<Result<void>(duckdb_data_chunk)>& visit) const;

 private:
  std::shared_ptr<engine::DatabaseHandle> database_;
  std::optional<market::Instant> as_of_;
  const engine::Connection* borrowed_{nullptr};
  std::function<Result<void>()> flush_;
};

class Reader::Impl final : public ReaderImpl {
 public:
  using ReaderImpl::ReaderImpl;
};

/// The newest state when there is no `as_of`.
[[nodiscard]] std::string as_of_literal(std::optional<market::Instant> as_of);

}  // namespace offex::store
