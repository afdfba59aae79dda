#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "offex/columns/batch.hpp"

#include "store/duckdb_internal.hpp"

// Between columns of ours and vectors of the engine.
namespace offex::store {

/// Which rows of a column to copy: `count` rows from `begin` on, through `index` when it is set.
struct Slice {
  std::size_t begin{0};
  std::size_t count{0};
  const std::uint32_t* index{nullptr};

  [[nodiscard]] std::size_t row(std::size_t i) const {
    return index == nullptr ? begin + i : index[begin + i];
  }
};

/// Copies rows of `column` to rows 0.. of `out`, whose type must be the one `sql_type` names (a
/// UTINYINT takes Int32 values that fit).
void fill_vector(const columns::Column& column, const Slice& slice, duckdb_vector out);
/// Sets `rows` rows to one value or to nothing.
void fill_int32(duckdb_vector out, std::size_t rows, std::int32_t value);
void fill_missing(duckdb_vector out, std::size_t rows);
/// Sets one row.
void set_int32(duckdb_data_chunk chunk, idx_t column, idx_t row, std::int32_t value);
void set_int64(duckdb_data_chunk chunk, idx_t column, idx_t row, std::int64_t value);
void set_uint8(duckdb_data_chunk chunk, idx_t column, idx_t row, std::uint8_t value);
void set_text(duckdb_data_chunk chunk, idx_t column, idx_t row, std::string_view value);
void set_missing(duckdb_data_chunk chunk, idx_t column, idx_t row);

/// The engine's type for a column, for DDL: "DECIMAL(18,6)"; a Label is an ENUM of its words.
[[nodiscard]] std::string sql_type(columns::Type type, std::span<const std::string_view> words);
/// The same for data chunks.
[[nodiscard]] engine::LogicalType logical_type(columns::Type type,
                                               std::span<const std::string_view> words);

/// How a result column is read.
struct ResultType {
  columns::Type type{};
  bool cast_to_text{false};  ///< the engine must render it first (lists, intervals, ...)
};
[[nodiscard]] ResultType result_type(duckdb_logical_type type);

/// Appends all rows of a vector to `out`, whose type `result_type` gave.
[[nodiscard]] Result<void> append_vector(duckdb_vector in, std::size_t rows, columns::Column& out);

}  // namespace offex::store
