#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <string>

#include "offex/base/check.hpp"

#include "store/chunk_internal.hpp"

namespace offex::store {

namespace {

using columns::Column;
using columns::Type;

__extension__ using Wide = __int128;

/// Exact text of a 128-bit decimal.
std::string wide_text(Wide value, int scale) {
  const bool negative = value < 0;
  __extension__ using Unsigned = unsigned __int128;
  // The most negative value has no positive twin.
  Unsigned rest =
      negative ? Unsigned{0} - static_cast<Unsigned>(value) : static_cast<Unsigned>(value);
  std::string digits;
  while (rest != 0 || digits.size() <= static_cast<std::size_t>(scale)) {
    digits += static_cast<char>('0' + static_cast<int>(rest % 10U));
    rest /= 10U;
  }
  std::reverse(digits.begin(), digits.end());
  if (scale > 0) {
    digits.insert(digits.size() - static_cast<std::size_t>(scale), 1, '.');
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') {
      digits.pop_back();
    }
  }
  return negative ? '-' + digits : digits;
}

Wide widen(const duckdb_hugeint& value) {
  return static_cast<Wide>(value.upper) * (static_cast<Wide>(1) << 64) +
         static_cast<Wide>(value.lower);
}

template <class From, class Push>
void each_valid(duckdb_vector in, std::size_t rows, Column& out, Push push) {
  const auto* values = static_cast<const From*>(duckdb_vector_get_data(in));
  const std::uint64_t* validity = duckdb_vector_get_validity(in);
  for (std::size_t row = 0; row < rows; ++row) {
    if (engine::is_valid(validity, row)) {
      push(values[row]);
    } else {
      out.push_missing();
    }
  }
}

/// Copies values whose bytes are the same on both sides.
template <class From, class To = From>
void append_same(duckdb_vector in, std::size_t rows, Column& out) {
  if (duckdb_vector_get_validity(in) == nullptr && out.validity().all_valid()) {
    const auto* values = static_cast<const From*>(duckdb_vector_get_data(in));
    auto& to = out.values<To>();
    to.insert(to.end(), values, values + rows);
    return;
  }
  each_valid<From>(in, rows, out, [&](From value) { out.push<To>(static_cast<To>(value)); });
}

void append_decimal(duckdb_vector in, duckdb_logical_type type, std::size_t rows, Column& out) {
  const int scale = duckdb_decimal_scale(type);
  const auto push_number = [&](Wide value) { out.push<std::string>(wide_text(value, scale)); };
  switch (duckdb_decimal_internal_type(type)) {
    case DUCKDB_TYPE_SMALLINT:
      each_valid<std::int16_t>(in, rows, out, push_number);
      return;
    case DUCKDB_TYPE_INTEGER:
      each_valid<std::int32_t>(in, rows, out, push_number);
      return;
    case DUCKDB_TYPE_BIGINT:
      each_valid<std::int64_t>(in, rows, out, push_number);
      return;
    default:
      each_valid<duckdb_hugeint>(in, rows, out,
                                 [&](const duckdb_hugeint& value) { push_number(widen(value)); });
  }
}

/// Quantity and Price from a decimal of their scale, of any width up to 18.
void append_exact(duckdb_vector in, duckdb_logical_type type, std::size_t rows, Column& out) {
  switch (duckdb_decimal_internal_type(type)) {
    case DUCKDB_TYPE_SMALLINT:
      return append_same<std::int16_t, std::int64_t>(in, rows, out);
    case DUCKDB_TYPE_INTEGER:
      return append_same<std::int32_t, std::int64_t>(in, rows, out);
    default:
      return append_same<std::int64_t>(in, rows, out);
  }
}

void append_enum(duckdb_vector in, duckdb_logical_type type, std::size_t rows, Column& out) {
  std::vector<std::string> words;
  const std::uint32_t size = duckdb_enum_dictionary_size(type);
  for (std::uint32_t i = 0; i < size; ++i) {
    char* word = duckdb_enum_dictionary_value(type, i);
    words.emplace_back(word);
    duckdb_free(word);
  }
  const auto push = [&](auto code) { out.push<std::string>(words[code]); };
  switch (duckdb_enum_internal_type(type)) {
    case DUCKDB_TYPE_UTINYINT:
      return each_valid<std::uint8_t>(in, rows, out, push);
    case DUCKDB_TYPE_USMALLINT:
      return each_valid<std::uint16_t>(in, rows, out, push);
    default:
      return each_valid<std::uint32_t>(in, rows, out, push);
  }
}

/// Timestamps of any unit; infinite ones and those outside the range of an Instant are missing,
/// as they stand for an open end.
void append_instants(duckdb_vector in, std::int64_t nanos_per_unit, std::size_t rows, Column& out) {
  each_valid<std::int64_t>(in, rows, out, [&](std::int64_t units) {
    const std::int64_t most = std::numeric_limits<std::int64_t>::max() / nanos_per_unit;
    if (units > most || units < -most || units == std::numeric_limits<std::int64_t>::max()) {
      out.push_missing();
    } else {
      out.push<std::int64_t>(units * nanos_per_unit);
    }
  });
}

void append_days(duckdb_vector in, std::size_t rows, Column& out) {
  each_valid<std::int32_t>(in, rows, out, [&](std::int32_t day) {
    const duckdb_date date{day};
    if (duckdb_is_finite_date(date)) {
      out.push<std::int32_t>(day);
    } else {
      out.push_missing();
    }
  });
}

void append_texts(duckdb_vector in, std::size_t rows, Column& out) {
  each_valid<duckdb_string_t>(in, rows, out, [&](const duckdb_string_t& value) {
    out.push<std::string>(std::string{engine::text_of(value)});
  });
}

}  // namespace

ResultType result_type(duckdb_logical_type type) {
  switch (duckdb_get_type_id(type)) {
    case DUCKDB_TYPE_BOOLEAN:
      return {Type::Bool};
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
      return {Type::Int32};
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UINTEGER:
      return {Type::Int64};
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
      return {Type::Double};
    case DUCKDB_TYPE_DATE:
      return {Type::Day};
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return {Type::Instant};
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_ENUM:
      return {Type::Text};
    case DUCKDB_TYPE_HUGEINT:
      return {Type::Number};
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_UHUGEINT:
      return {Type::Number, true};
    case DUCKDB_TYPE_DECIMAL:
      if (duckdb_decimal_width(type) <= 18 && duckdb_decimal_scale(type) == 6) {
        return {Type::Quantity};
      }
      if (duckdb_decimal_width(type) <= 18 && duckdb_decimal_scale(type) == 9) {
        return {Type::Price};
      }
      return {Type::Number};
    default:
      return {Type::Text, true};
  }
}

Result<void> append_vector(duckdb_vector in, std::size_t rows, Column& out) {
  const engine::LogicalType type{duckdb_vector_get_column_type(in)};
  switch (duckdb_get_type_id(type.get())) {
    case DUCKDB_TYPE_BOOLEAN:
      append_same<std::int8_t>(in, rows, out);
      break;
    case DUCKDB_TYPE_TINYINT:
      append_same<std::int8_t, std::int32_t>(in, rows, out);
      break;
    case DUCKDB_TYPE_SMALLINT:
      append_same<std::int16_t, std::int32_t>(in, rows, out);
      break;
    case DUCKDB_TYPE_INTEGER:
      append_same<std::int32_t>(in, rows, out);
      break;
    case DUCKDB_TYPE_UTINYINT:
      append_same<std::uint8_t, std::int32_t>(in, rows, out);
      break;
    case DUCKDB_TYPE_USMALLINT:
      append_same<std::uint16_t, std::int32_t>(in, rows, out);
      break;
    case DUCKDB_TYPE_BIGINT:
      append_same<std::int64_t>(in, rows, out);
      break;
    case DUCKDB_TYPE_UINTEGER:
      append_same<std::uint32_t, std::int64_t>(in, rows, out);
      break;
    case DUCKDB_TYPE_FLOAT:
      append_same<float, double>(in, rows, out);
      break;
    case DUCKDB_TYPE_DOUBLE:
      append_same<double>(in, rows, out);
      break;
    case DUCKDB_TYPE_DATE:
      append_days(in, rows, out);
      break;
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      append_instants(in, 1'000, rows, out);
      break;
    case DUCKDB_TYPE_TIMESTAMP_S:
      append_instants(in, 1'000'000'000, rows, out);
      break;
    case DUCKDB_TYPE_TIMESTAMP_MS:
      append_instants(in, 1'000'000, rows, out);
      break;
    case DUCKDB_TYPE_TIMESTAMP_NS:
      append_instants(in, 1, rows, out);
      break;
    case DUCKDB_TYPE_VARCHAR:
      append_texts(in, rows, out);
      break;
    case DUCKDB_TYPE_ENUM:
      append_enum(in, type.get(), rows, out);
      break;
    case DUCKDB_TYPE_HUGEINT:
      each_valid<duckdb_hugeint>(in, rows, out, [&](const duckdb_hugeint& value) {
        out.push<std::string>(wide_text(widen(value), 0));
      });
      break;
    case DUCKDB_TYPE_DECIMAL:
      if (out.type() == Type::Number) {
        append_decimal(in, type.get(), rows, out);
      } else {
        append_exact(in, type.get(), rows, out);
      }
      break;
    default:
      return fail(base::ErrorCode::Internal, "a result column has a type that was not cast");
  }
  return {};
}

}  // namespace offex::store
