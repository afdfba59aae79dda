#include "offex/columns/cells.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>

#include "offex/market/day.hpp"
#include "offex/market/quantity.hpp"

#include "bindings/arrays_internal.hpp"
#include "bindings/cells_internal.hpp"
#include "bindings/errors_internal.hpp"

namespace nb = nanobind;

namespace offex::bindings {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

constexpr std::int64_t kNotATime = std::numeric_limits<std::int64_t>::min();

template <class T>
nb::object lent(const Table& table, const Column& column) {
  auto* const owner = new std::shared_ptr<const Batch>(table.rows);
  const nb::capsule keeper(
      owner, [](void* held) noexcept { delete static_cast<std::shared_ptr<const Batch>*>(held); });
  const std::vector<T>& values = column.values<T>();
  return nb::cast(
      nb::ndarray<nb::numpy, const T, nb::ndim<1>>(values.data(), {values.size()}, keeper));
}

// NaT is the smallest integer: Python gives the array its unit.
nb::object times(const Column& column) {
  std::vector<std::int64_t> out(column.size(), kNotATime);
  for (std::size_t row = 0; row < out.size(); ++row) {
    if (!column.valid(row)) continue;
    out[row] = column.type() == Type::Day ? column.values<std::int32_t>()[row]
                                          : column.values<std::int64_t>()[row];
  }
  return array_of(std::move(out));
}

double number_in(const Column& column, std::size_t row) {
  if (column.type() != Type::Number || !column.valid(row)) return columns::number_of(column, row);
  const std::string& digits = column.values<std::string>()[row];
  double out = std::numeric_limits<double>::quiet_NaN();
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

nb::object as_doubles(const Column& column) {
  std::vector<double> out(column.size());
  for (std::size_t row = 0; row < out.size(); ++row) out[row] = number_in(column, row);
  return array_of(std::move(out));
}

nb::object bools(const Column& column) {
  const std::vector<std::int8_t>& values = column.values<std::int8_t>();
  std::vector<std::uint8_t> out(values.size());
  for (std::size_t row = 0; row < out.size(); ++row) out[row] = values[row] != 0 ? 1 : 0;
  return array_of(std::move(out)).attr("view")("bool");
}

/// Makes cells of one column into Python objects.
class CellMaker {
 public:
  CellMaker(const Column& column, bool exact) : column_{column}, exact_{exact} {
    if (exact) decimal_ = nb::module_::import_("decimal").attr("Decimal");
    if (column.type() == Type::Day) {
      from_ordinal_ = nb::module_::import_("datetime").attr("date").attr("fromordinal");
    }
    if (column.type() == Type::Instant) {
      const nb::object datetime = nb::module_::import_("datetime");
      const nb::object utc = datetime.attr("timezone").attr("utc");
      epoch_ = datetime.attr("datetime")(1970, 1, 1, nb::arg("tzinfo") = utc);
      delta_ = datetime.attr("timedelta");
    }
    for (const std::string_view word : column.words()) {
      words_.append(nb::str(word.data(), word.size()));
    }
  }

  [[nodiscard]] nb::object cell(std::size_t row) const;

 private:
  [[nodiscard]] nb::object fixed(std::size_t row, std::int64_t unit) const;
  [[nodiscard]] nb::object number(std::size_t row) const;
  [[nodiscard]] nb::object instant(std::int64_t nanos) const;

  const Column& column_;
  bool exact_;
  nb::object decimal_, from_ordinal_, epoch_, delta_;
  nb::list words_;
};

// Bytes that are no text become U+FFFD, as in Arrow.
nb::object text(std::string_view bytes) {
  PyObject* const out =
      PyUnicode_DecodeUTF8(bytes.data(), static_cast<Py_ssize_t>(bytes.size()), "replace");
  if (out == nullptr) throw nb::python_error();
  return nb::steal(out);
}

nb::object CellMaker::fixed(std::size_t row, std::int64_t unit) const {
  const std::int64_t value = column_.values<std::int64_t>()[row];
  if (exact_) return decimal_(text(columns::cell_text(column_, row)));
  if (value % unit == 0) return nb::int_(value / unit);
  return nb::float_(static_cast<double>(value) / static_cast<double>(unit));
}

nb::object CellMaker::number(std::size_t row) const {
  const nb::object digits = text(column_.values<std::string>()[row]);
  if (exact_) return decimal_(digits);
  const bool whole = column_.values<std::string>()[row].find('.') == std::string::npos;
  return whole ? nb::object(nb::int_(digits)) : nb::object(nb::float_(digits));
}

// Python's times have microseconds: rounded down, as in Parquet.
nb::object CellMaker::instant(std::int64_t nanos) const {
  const std::int64_t micros = nanos / 1000 - (nanos % 1000 < 0 ? 1 : 0);
  return epoch_ + delta_(nb::arg("microseconds") = micros);
}

nb::object CellMaker::cell(std::size_t row) const {
  if (!column_.valid(row)) return nb::none();
  constexpr std::int32_t kEpochOrdinal = 719'163;
  switch (column_.type()) {
    case Type::Bool:
      return nb::bool_(column_.values<std::int8_t>()[row] != 0);
    case Type::Int32:
      return nb::int_(column_.values<std::int32_t>()[row]);
    case Type::Int64:
      return nb::int_(column_.values<std::int64_t>()[row]);
    case Type::Double:
      return nb::float_(column_.values<double>()[row]);
    case Type::Quantity:
      return fixed(row, market::Quantity::kPerShare);
    case Type::Price:
      return fixed(row, market::Price::kPerDollar);
    case Type::Day:
      return from_ordinal_(column_.values<std::int32_t>()[row] + kEpochOrdinal);
    case Type::Instant:
      return instant(column_.values<std::int64_t>()[row]);
    case Type::Symbol:
      return text(column_.values<market::Symbol>()[row].view());
    case Type::Text:
      return text(column_.values<std::string>()[row]);
    case Type::Number:
      return number(row);
    case Type::Label:
      return words_[column_.values<std::uint8_t>()[row]];
  }
  return nb::none();
}

}  // namespace

nb::object numpy_column(const Table& table, const std::string& name) {
  const Column* const column = table.rows->find(name);
  if (column == nullptr) {
    raise({base::ErrorCode::NotFound, fmt::format("there is no column `{}`", name), {}});
  }
  const bool complete = column->validity().missing(column->size()) == 0;
  switch (column->type()) {
    case Type::Bool:
      return complete ? bools(*column) : as_doubles(*column);
    case Type::Int32:
      return complete ? lent<std::int32_t>(table, *column) : as_doubles(*column);
    case Type::Int64:
      return complete ? lent<std::int64_t>(table, *column) : as_doubles(*column);
    case Type::Double:
      return complete ? lent<double>(table, *column) : as_doubles(*column);
    case Type::Quantity:
    case Type::Price:
    case Type::Number:
      return as_doubles(*column);
    case Type::Day:
      return times(*column).attr("view")("datetime64[D]");
    case Type::Instant:
      return times(*column).attr("view")("datetime64[ns]");
    default:
      raise({base::ErrorCode::InvalidArgument,
             fmt::format("column `{}` holds {}, no numbers: use to_pandas or to_polars", name,
                         columns::to_string(column->type())),
             {}});
  }
}

Dicts rows_as_dicts(const Table& table, bool exact) {
  const Batch& rows = *table.rows;
  std::vector<CellMaker> makers;
  std::vector<nb::str> names;
  makers.reserve(rows.num_columns());
  for (const Column& column : rows.columns()) {
    makers.emplace_back(column, exact);
    names.emplace_back(column.name().c_str());
  }
  nb::list out;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    nb::dict cells;
    for (std::size_t i = 0; i < makers.size(); ++i) cells[names[i]] = makers[i].cell(row);
    out.append(cells);
  }
  return out;
}

TextRows head_as_text(const Table& table, std::size_t count) {
  nb::list out;
  for (std::size_t row = 0; row < std::min(count, table.rows->num_rows()); ++row) {
    nb::list cells;
    for (const Column& column : table.rows->columns()) {
      cells.append(text(columns::cell_text(column, row)));
    }
    out.append(cells);
  }
  return out;
}

}  // namespace offex::bindings
