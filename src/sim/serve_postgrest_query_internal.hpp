#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"

#include "sim/http_internal.hpp"
#include "sim/json_internal.hpp"

// What is asked of PostgREST.
namespace offex::sim {

/// "trade_date=not.in.(a,b)".
struct TableFilter {
  std::string column;
  bool negated{false};
  std::string kind;                 ///< eq, neq, gt, gte, lt, lte, is, in
  std::vector<std::string> values;  ///< one, but for `in`
};

struct TableOrder {
  std::string column;
  bool down{false};
};

/// A read.
struct TableQuery {
  std::vector<std::string> columns;  ///< empty: all
  std::vector<TableFilter> filters;
  std::vector<TableOrder> order;
  std::size_t first{0};
  std::size_t count{0};  ///< rows at most
  bool counts{false};    ///< all rows are counted
};
/// Reads a request. \param most rows of an answer, whatever is asked for
[[nodiscard]] Result<TableQuery> read_table_query(const HttpRequest& request, std::size_t most);

/// A write: objects that all have the same members.
struct TableUpload {
  std::vector<Json> rows;
  std::vector<std::string> key;  ///< on_conflict
  bool merges{false};
  bool ignores{false};
};
/// Reads a request; what does not go together is an error.
[[nodiscard]] Result<TableUpload> read_table_upload(const HttpRequest& request);

/// The answer to a read: rows as JSON, and which of how many they are.
/// \param total of all rows that fit, where they were counted
[[nodiscard]] HttpReply rows_reply(const TableQuery& query, std::string rows, std::size_t sent,
                                   std::size_t total);

/// An error as PostgREST words it.
[[nodiscard]] HttpReply table_refusal(int status, std::string_view code, std::string_view message);
[[nodiscard]] HttpReply no_such_table(std::string_view name);
[[nodiscard]] HttpReply no_such_column(std::string_view table, std::string_view column);

}  // namespace offex::sim
