#pragma once

#include <span>
#include <string>
#include <string_view>

#include "offex/store/query.hpp"

#include "store/chunk_internal.hpp"
#include "store/reader_internal.hpp"

namespace offex::store {

class QueryRows::Impl {
 public:
  Impl(Session session, engine::Rows rows, columns::Batch header);

  [[nodiscard]] const columns::Batch& header() const { return header_; }
  [[nodiscard]] Result<bool> next(columns::Batch& batch);
  [[nodiscard]] Result<columns::Batch> all();

 private:
  [[nodiscard]] Result<bool> append_next(columns::Batch& batch);

  Session session_;  // outlives the rows
  engine::Rows rows_;
  columns::Batch header_;
};

/// Runs one reading statement of a user.
///
/// Anything but a single SELECT or EXPLAIN is an InvalidArgument. Result types that we have no
/// column for are rendered as text by the engine.
[[nodiscard]] Result<QueryRows> run_user_query(Session session, std::string_view sql,
                                               std::span<const Parameter> parameters);

}  // namespace offex::store
