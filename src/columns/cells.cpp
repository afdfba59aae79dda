#include "offex/columns/cells.hpp"

#include <limits>

#include "offex/base/check.hpp"
#include "offex/market/quantity.hpp"

namespace offex::columns {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

const Column& column_of(const Batch& batch, std::string_view name) {
  const Column* column = batch.find(name);
  OFFEX_CHECK(column != nullptr);
  return *column;
}

}  // namespace

double number_of(const Column& column, std::size_t row) {
  if (!column.valid(row)) return kMissing;
  switch (column.type()) {
    case Type::Bool:
      return column.values<std::int8_t>()[row];
    case Type::Int32:
    case Type::Day:
      return column.values<std::int32_t>()[row];
    case Type::Int64:
    case Type::Instant:
      return static_cast<double>(column.values<std::int64_t>()[row]);
    case Type::Quantity:
      return static_cast<double>(column.values<std::int64_t>()[row]) /
             static_cast<double>(market::Quantity::kPerShare);
    case Type::Price:
      return static_cast<double>(column.values<std::int64_t>()[row]) /
             static_cast<double>(market::Price::kPerDollar);
    case Type::Double:
      return column.values<double>()[row];
    case Type::Label:
      return column.values<std::uint8_t>()[row];
    default:
      return kMissing;
  }
}

double number_of(const Batch& batch, std::string_view name, std::size_t row) {
  return number_of(column_of(batch, name), row);
}

std::optional<market::Day> day_of(const Batch& batch, std::string_view name, std::size_t row) {
  const Column& column = column_of(batch, name);
  if (!column.valid(row)) return std::nullopt;
  return market::Day::from_days(column.values<std::int32_t>()[row]);
}

std::string text_of(const Batch& batch, std::string_view name, std::size_t row) {
  return cell_text(column_of(batch, name), row);
}

}  // namespace offex::columns
