#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "offex/market/day.hpp"

#include "store/chunk_internal.hpp"
#include "store/duckdb_internal.hpp"

// Rows of small tables, cell by cell.
namespace offex::store {

/// Appends items [begin, end) as rows; `fill(chunk, row, item)` sets the columns.
template <class Fill>
Result<void> append_rows(engine::Appender& appender, std::size_t begin, std::size_t end,
                         Fill fill) {
  const std::size_t room = duckdb_vector_size();
  while (begin < end) {
    const std::size_t count = std::min(room, end - begin);
    for (std::size_t row = 0; row < count; ++row) {
      fill(appender.chunk(), row, begin + row);
    }
    OFFEX_TRY(appender.append(count));
    begin += count;
  }
  return {};
}

/// Appends one row to a table whose columns are set by `fill`.
template <class Fill>
Result<void> append_row(engine::Appender& appender, Fill fill) {
  fill(appender.chunk());
  return appender.append(1);
}

inline void set_optional_int64(duckdb_data_chunk chunk, idx_t column, idx_t row,
                               std::optional<std::int64_t> value) {
  if (value) {
    set_int64(chunk, column, row, *value);
  } else {
    set_missing(chunk, column, row);
  }
}

inline void set_optional_text(duckdb_data_chunk chunk, idx_t column, idx_t row,
                              const std::optional<std::string>& value) {
  if (value) {
    set_text(chunk, column, row, *value);
  } else {
    set_missing(chunk, column, row);
  }
}

inline void set_optional_day(duckdb_data_chunk chunk, idx_t column, idx_t row,
                             std::optional<market::Day> value) {
  if (value) {
    set_int32(chunk, column, row, value->days());
  } else {
    set_missing(chunk, column, row);
  }
}

}  // namespace offex::store
