#include <algorithm>
#include <cstring>
#include <vector>

#include "offex/base/check.hpp"

#include "store/chunk_internal.hpp"

namespace offex::store {

namespace {

using columns::Column;
using columns::Type;

template <class T>
void copy_values(const std::vector<T>& values, const Slice& slice, duckdb_vector out) {
  T* to = static_cast<T*>(duckdb_vector_get_data(out));
  if (slice.index == nullptr) {
    std::memcpy(to, values.data() + slice.begin, slice.count * sizeof(T));
    return;
  }
  for (std::size_t i = 0; i < slice.count; ++i) {
    to[i] = values[slice.row(i)];
  }
}

/// Like copy_values, into another width or scale.
template <class To, class From, class Convert>
void convert_values(const std::vector<From>& values, const Slice& slice, duckdb_vector out,
                    Convert convert) {
  To* to = static_cast<To*>(duckdb_vector_get_data(out));
  for (std::size_t i = 0; i < slice.count; ++i) {
    to[i] = convert(values[slice.row(i)]);
  }
}

void copy_validity(const Column& column, const Slice& slice, duckdb_vector out) {
  if (column.validity().all_valid()) {
    return;
  }
  duckdb_vector_ensure_validity_writable(out);
  std::uint64_t* mask = duckdb_vector_get_validity(out);
  for (std::size_t i = 0; i < slice.count; ++i) {
    if (!column.valid(slice.row(i))) {
      duckdb_validity_set_row_invalid(mask, i);
    }
  }
}

std::string_view as_text(const std::string& text) { return text; }
std::string_view as_text(const market::Symbol& symbol) { return symbol.view(); }

template <class T>
void copy_texts(const Column& column, const Slice& slice, duckdb_vector out) {
  const std::vector<T>& values = column.values<T>();
  for (std::size_t i = 0; i < slice.count; ++i) {
    const std::size_t row = slice.row(i);
    if (column.valid(row)) {
      const std::string_view text = as_text(values[row]);
      duckdb_vector_assign_string_element_len(out, i, text.data(), text.size());
    }
  }
}

void copy_int32(const Column& column, const Slice& slice, duckdb_vector out) {
  const engine::LogicalType type{duckdb_vector_get_column_type(out)};
  if (duckdb_get_type_id(type.get()) != DUCKDB_TYPE_UTINYINT) {
    copy_values(column.values<std::int32_t>(), slice, out);
    return;
  }
  convert_values<std::uint8_t>(column.values<std::int32_t>(), slice, out,
                               [](std::int32_t value) { return static_cast<std::uint8_t>(value); });
}

template <class T>
T* cell(duckdb_data_chunk chunk, idx_t column, idx_t row) {
  return static_cast<T*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, column))) + row;
}

}  // namespace

void fill_vector(const Column& column, const Slice& slice, duckdb_vector out) {
  switch (column.type()) {
    case Type::Bool:
      copy_values(column.values<std::int8_t>(), slice, out);
      break;
    case Type::Int32:
      copy_int32(column, slice, out);
      break;
    case Type::Day:
      copy_values(column.values<std::int32_t>(), slice, out);
      break;
    case Type::Int64:
    case Type::Quantity:
    case Type::Price:
      copy_values(column.values<std::int64_t>(), slice, out);
      break;
    case Type::Instant:
      convert_values<std::int64_t>(
          column.values<std::int64_t>(), slice, out,
          [](std::int64_t nanos) { return engine::to_micros(market::Instant::from_nanos(nanos)); });
      break;
    case Type::Double:
      copy_values(column.values<double>(), slice, out);
      break;
    case Type::Label:
      copy_values(column.values<std::uint8_t>(), slice, out);
      break;
    case Type::Symbol:
      copy_texts<market::Symbol>(column, slice, out);
      break;
    case Type::Text:
    case Type::Number:
      copy_texts<std::string>(column, slice, out);
      break;
  }
  copy_validity(column, slice, out);
}

void fill_int32(duckdb_vector out, std::size_t rows, std::int32_t value) {
  std::fill_n(static_cast<std::int32_t*>(duckdb_vector_get_data(out)), rows, value);
}

void fill_missing(duckdb_vector out, std::size_t rows) {
  duckdb_vector_ensure_validity_writable(out);
  std::uint64_t* mask = duckdb_vector_get_validity(out);
  std::fill_n(mask, (rows + 63) / 64, std::uint64_t{0});
}

void set_int32(duckdb_data_chunk chunk, idx_t column, idx_t row, std::int32_t value) {
  *cell<std::int32_t>(chunk, column, row) = value;
}

void set_int64(duckdb_data_chunk chunk, idx_t column, idx_t row, std::int64_t value) {
  *cell<std::int64_t>(chunk, column, row) = value;
}

void set_uint8(duckdb_data_chunk chunk, idx_t column, idx_t row, std::uint8_t value) {
  *cell<std::uint8_t>(chunk, column, row) = value;
}

void set_text(duckdb_data_chunk chunk, idx_t column, idx_t row, std::string_view value) {
  duckdb_vector_assign_string_element_len(duckdb_data_chunk_get_vector(chunk, column), row,
                                          value.data(), value.size());
}

void set_missing(duckdb_data_chunk chunk, idx_t column, idx_t row) {
  const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, column);
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

std::string sql_type(Type type, std::span<const std::string_view> words) {
  switch (type) {
    case Type::Bool:
      return "BOOLEAN";
    case Type::Int32:
      return "INTEGER";
    case Type::Int64:
      return "BIGINT";
    case Type::Double:
      return "DOUBLE";
    case Type::Quantity:
      return "DECIMAL(18,6)";
    case Type::Price:
      return "DECIMAL(18,9)";
    case Type::Day:
      return "DATE";
    case Type::Instant:
      return "TIMESTAMP";
    case Type::Symbol:
    case Type::Text:
    case Type::Number:
      return "VARCHAR";
    case Type::Label:
      break;
  }
  std::string out = "ENUM(";
  for (const std::string_view word : words) {
    out += (out.size() > 5 ? ", " : "") + engine::literal(word);
  }
  return out + ')';
}

engine::LogicalType logical_type(Type type, std::span<const std::string_view> words) {
  switch (type) {
    case Type::Bool:
      return engine::LogicalType{duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN)};
    case Type::Int32:
      return engine::LogicalType{duckdb_create_logical_type(DUCKDB_TYPE_INTEGER)};
    case Type::Int64:
      return engine::LogicalType{duckdb_create_logical_type(DUCKDB_TYPE_BIGINT)};
    case Type::Double:
      return engine::LogicalType{duckdb_create_logical_type(DUCKDB_TYPE_DOUBLE)};
    case Type::Quantity:
      return engine::LogicalType{duckdb_create_decimal_type(18, 6)};
    case Type::Price:
      return engine::LogicalType{duckdb_create_decimal_type(18, 9)};
    case Type::Day:
      return engine::LogicalType{duckdb_create_logical_type(DUCKDB_TYPE_DATE)};
    case Type::Instant:
      return engine::LogicalType{duckdb_create_logical_type(DUCKDB_TYPE_TIMESTAMP)};
    case Type::Symbol:
    case Type::Text:
    case Type::Number:
      return engine::LogicalType{duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR)};
    case Type::Label:
      break;
  }
  OFFEX_CHECK(words.size() <= 255);  // one byte a row, as in columns::Column
  std::vector<std::string> texts;
  std::vector<const char*> names;
  texts.reserve(words.size());
  for (const std::string_view word : words) {
    names.push_back(texts.emplace_back(word).c_str());
  }
  return engine::LogicalType{duckdb_create_enum_type(names.data(), names.size())};
}

}  // namespace offex::store
