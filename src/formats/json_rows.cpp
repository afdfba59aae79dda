#include "offex/formats/json_rows.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "offex/base/decimal.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/quantity.hpp"
#include "offex/market/symbol.hpp"

#include "formats/decimal_internal.hpp"
#include "formats/json_body_internal.hpp"

namespace offex::formats {
namespace {

using base::ErrorCode;
using columns::Column;
using columns::Type;

constexpr std::string_view kNoText = "not a text";
constexpr std::string_view kNoNumber = "not a number";

/// Appends a whole number, or an exact decimal times 10^scale.
template <class T>
std::string_view push_exact(Column& column, std::string_view text, int scale) {
  const auto value = read_decimal(text, scale);
  if (!value) return base::describe(value.error());
  if (*value < std::numeric_limits<T>::min() || *value > std::numeric_limits<T>::max()) {
    return "does not fit";
  }
  column.push<T>(static_cast<T>(*value));
  return {};
}

std::string_view push_double(Column& column, std::string_view text) {
  double value = 0.0;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = stop == text.data() + text.size();
  if (fault != std::errc{} || !whole || !std::isfinite(value)) return "no number that fits";
  column.push<double>(value);
  return {};
}

template <class Parsed, class Take>
std::string_view push_parsed(const Result<Parsed>& parsed, std::string_view why, const Take& take) {
  if (!parsed) return why;
  take(*parsed);
  return {};
}

std::string_view push_word(Column& column, std::string_view text) {
  switch (column.type()) {
    case Type::Symbol:
      return push_parsed(market::Symbol::parse(text), "not a symbol",
                         [&](market::Symbol symbol) { column.push(symbol); });
    case Type::Day:
      return push_parsed(market::Day::parse(text), "not a day (2026-04-17)",
                         [&](market::Day day) { column.push<std::int32_t>(day.days()); });
    default:
      return push_parsed(market::Instant::parse(text), "not a time (2026-04-17T20:00:00Z)",
                         [&](market::Instant at) { column.push<std::int64_t>(at.nanos()); });
  }
}

std::string_view push_number(Column& column, std::string_view text) {
  switch (column.type()) {
    case Type::Int32:
      return push_exact<std::int32_t>(column, text, 0);
    case Type::Int64:
      return push_exact<std::int64_t>(column, text, 0);
    case Type::Double:
      return push_double(column, text);
    case Type::Quantity:
      return push_exact<std::int64_t>(column, text, market::Quantity::kDecimals);
    case Type::Price:
      return push_exact<std::int64_t>(column, text, market::Price::kDecimals);
    default:
      column.push(std::string{text});
      return {};
  }
}

/// Appends a value that is there; returns why it cannot be, or nothing.
std::string_view push_value(Column& column, const JsonCell& cell) {
  switch (column.type()) {
    case Type::Bool:
      if (cell.kind != JsonKind::Bool) return "neither true nor false";
      column.push<std::int8_t>(cell.text == "true" ? 1 : 0);
      return {};
    case Type::Text:
      column.push(std::string{cell.text});
      return {};
    case Type::Symbol:
    case Type::Day:
    case Type::Instant:
      return cell.kind == JsonKind::Text ? push_word(column, cell.text) : kNoText;
    case Type::Quantity:
    case Type::Price:
    case Type::Number: {
      const bool exact = cell.kind == JsonKind::Number ||
                         (cell.kind == JsonKind::Text && base::parse_decimal(cell.text, 18));
      return exact ? push_number(column, cell.text) : kNoNumber;
    }
    default:
      return cell.kind == JsonKind::Number ? push_number(column, cell.text) : kNoNumber;
  }
}

class RowsReader {
 public:
  explicit RowsReader(columns::Batch& out) : out_{out}, filled_(out.num_columns(), 0) {}

  Result<void> read(std::string_view json) {
    OFFEX_TRY(body_.append(json));
    OFFEX_TRY(body_.open());
    OFFEX_TRY(body_.each_element(body_.document(), {},
                                 [this](JsonBody::Value& row) { return read_row(row); }));
    return body_.close();
  }

 private:
  Result<void> read_row(JsonBody::Value& row) {
    ++row_;
    expected_ = 0;
    filled_.assign(filled_.size(), 0);
    OFFEX_TRY(body_.each_member(row, "row", [this](std::string_view name, JsonBody::Value& value) {
      return read_member(name, value);
    }));
    for (std::size_t i = 0; i < filled_.size(); ++i) {
      if (filled_[i] == 0) out_.column(i).push_missing();
    }
    return {};
  }

  Result<void> read_member(std::string_view name, JsonBody::Value& value) {
    const std::size_t index = find(name);
    if (index == out_.num_columns()) return {};
    Column& column = out_.column(index);
    const std::string_view field = column.name();
    const char* const at = JsonBody::start_of(value);
    if (std::exchange(filled_[index], 1) != 0) return refuse(at, field, "this member stands twice");
    OFFEX_ASSIGN(JsonCell cell, body_.read_cell(value, field));
    if (cell.missing()) {
      column.push_missing();
      return {};
    }
    if (cell.kind == JsonKind::Nested) {
      if (column.type() != Type::Text) return refuse(at, field, "not a plain value");
      if (auto code = simdjson::to_json_string(value).get(cell.text)) return body_.malformed(code);
      cell.text = trimmed_token(cell.text);
    }
    const std::string_view why = push_value(column, cell);
    return why.empty() ? Result<void>{} : refuse(at, field, why);
  }

  /// The column of a member; rows mostly have their members in one order.
  std::size_t find(std::string_view name) {
    for (std::size_t tried = 0; tried < out_.num_columns(); ++tried) {
      const std::size_t index = (expected_ + tried) % out_.num_columns();
      if (out_.column(index).name() != name) continue;
      expected_ = index + 1;
      return index;
    }
    return out_.num_columns();
  }

  [[nodiscard]] std::unexpected<base::Error> refuse(const char* at, std::string_view field,
                                                    std::string_view why) const {
    return body_.refuse(at, field, fmt::format("row {}: {}", row_, why));
  }

  columns::Batch& out_;
  std::vector<char> filled_;  // of the row at hand
  JsonBody body_{{}, "rows of a table"};
  std::uint64_t row_{0};
  std::size_t expected_{0};
};

}  // namespace

Result<void> read_json_rows(std::string_view json, columns::Batch& out) {
  for (const Column& column : out.columns()) {
    if (column.type() == Type::Label) {
      return fail(ErrorCode::InvalidArgument,
                  fmt::format("column {} is of a type that no row is read into", column.name()));
    }
  }
  const std::size_t before = out.num_rows();
  auto outcome = RowsReader{out}.read(json);
  if (!outcome) out.truncate(before);
  return outcome;
}

}  // namespace offex::formats
