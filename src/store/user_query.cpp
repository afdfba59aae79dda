#include <utility>
#include <vector>

#include "store/query_internal.hpp"

namespace offex::store {

namespace {

constexpr base::ErrorCode kUserError = base::ErrorCode::InvalidArgument;

/// Prepares `sql` when it is exactly one statement.
Result<engine::Prepared> prepare_single(duckdb_connection connection, const std::string& sql) {
  engine::Extracted extracted;
  const idx_t count = duckdb_extract_statements(connection, sql.c_str(), extracted.out());
  if (count == 0) {
    const char* message = duckdb_extract_statements_error(extracted.get());
    return fail(kUserError, message != nullptr ? message : "there is no statement");
  }
  if (count > 1) {
    return fail(kUserError, "one statement at a time, this is " + std::to_string(count));
  }
  engine::Prepared statement;
  if (duckdb_prepare_extracted_statement(connection, extracted.get(), 0, statement.out()) ==
      DuckDBError) {
    const char* message = duckdb_prepare_error(statement.get());
    return fail(kUserError, message != nullptr ? message : "the statement cannot be prepared");
  }
  return statement;
}

Result<void> only_reads(duckdb_prepared_statement statement) {
  switch (duckdb_prepared_statement_type(statement)) {
    case DUCKDB_STATEMENT_TYPE_SELECT:
    case DUCKDB_STATEMENT_TYPE_EXPLAIN:
      return {};
    default:
      return fail(kUserError,
                  "only SELECT and what reads like it (FROM, WITH, DESCRIBE, SHOW, "
                  "SUMMARIZE, EXPLAIN) can be run here");
  }
}

struct Shape {
  columns::Batch header;
  std::vector<bool> cast;  ///< columns that the engine must render as text
  bool any_cast{false};
};

Shape shape_of(duckdb_result& result) {
  Shape shape;
  for (idx_t i = 0; i < duckdb_column_count(&result); ++i) {
    const engine::LogicalType type{duckdb_column_logical_type(&result, i)};
    const ResultType mapped = result_type(type.get());
    shape.header.add(columns::Column{duckdb_column_name(&result, i), mapped.type});
    shape.cast.push_back(mapped.cast_to_text);
    shape.any_cast = shape.any_cast || mapped.cast_to_text;
  }
  return shape;
}

/// The same rows with some columns rendered as text; columns are renamed by position, so that
/// equal names do not matter.
std::string with_casts(const std::string& sql, const Shape& shape) {
  std::string list;
  std::string names;
  for (std::size_t i = 0; i < shape.cast.size(); ++i) {
    const std::string name = "c" + std::to_string(i);
    names += (i == 0 ? "" : ", ") + name;
    list += (i == 0 ? "" : ", ") + (shape.cast[i] ? "CAST(" + name + " AS VARCHAR)" : name);
  }
  // The line break ends a comment at the end of the text.
  return "SELECT " + list + " FROM (" + sql + "\n) AS q(" + names + ")";
}

std::string without_semicolon(std::string_view sql) {
  const std::size_t last = sql.find_last_not_of(" \t\r\n;");
  return std::string{sql.substr(0, last == std::string_view::npos ? 0 : last + 1)};
}

}  // namespace

Result<QueryRows> run_user_query(Session session, std::string_view sql,
                                 std::span<const Parameter> parameters) {
  const duckdb_connection connection = session.connection->get();
  const std::string text = without_semicolon(sql);
  OFFEX_ASSIGN(engine::Prepared statement, prepare_single(connection, text));
  OFFEX_TRY(only_reads(statement.get()));
  OFFEX_TRY(engine::bind(statement.get(), parameters));
  OFFEX_ASSIGN(engine::Rows rows, engine::execute(statement.get(), session.streaming, kUserError));
  Shape shape = shape_of(rows.raw());
  if (shape.any_cast) {
    rows.reset();
    OFFEX_ASSIGN(statement, prepare_single(connection, with_casts(text, shape)));
    OFFEX_TRY(engine::bind(statement.get(), parameters));
    OFFEX_ASSIGN(rows, engine::execute(statement.get(), session.streaming, kUserError));
  }
  return QueryRows{std::make_unique<QueryRows::Impl>(std::move(session), std::move(rows),
                                                     std::move(shape.header))};
}

}  // namespace offex::store
