#pragma once

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "offex/columns/batch.hpp"

#include "support/csv_table.hpp"

namespace offex::studies::test {

/// Whether two cells are the same: null for null, words equal, numbers within 1e-9 relative.
inline bool same_cell(const std::string& expected, const columns::Column& column, std::size_t row) {
  if (expected.empty() || !column.valid(row)) {
    return expected.empty() && !column.valid(row);
  }
  if (column.type() == columns::Type::Bool) {
    return expected == (column.values<std::int8_t>()[row] != 0 ? "True" : "False");
  }
  const std::string actual = columns::cell_text(column, row);
  if (expected == actual) {
    return true;
  }
  char* end = nullptr;
  const double wanted = std::strtod(expected.c_str(), &end);
  if (*end != '\0') {
    return false;
  }
  const double got = std::strtod(actual.c_str(), &end);
  return *end == '\0' && std::fabs(got - wanted) <= 1e-9 * std::max(std::fabs(wanted), 1e-300);
}

struct Comparison {
  std::size_t cells{0};
  std::size_t different{0};
  std::string first;  ///< first difference, for people
};

/// Compares cell by cell; columns by name (`date` is `trade_date`), rows in order.
inline Comparison compare(const test_support::CsvTable& expected, const columns::Batch& actual) {
  Comparison out;
  for (std::size_t index = 0; index < expected.header.size(); ++index) {
    const std::string& name = expected.header[index];
    const columns::Column* column = actual.find(name == "date" ? "trade_date" : name);
    for (std::size_t row = 0; row < expected.rows.size(); ++row) {
      ++out.cells;
      const bool there = column != nullptr && row < actual.num_rows();
      if (there && same_cell(expected.rows[row][index], *column, row)) {
        continue;
      }
      if (out.different++ == 0) {
        out.first = name + " in row " + std::to_string(row) + ": expected '" +
                    expected.rows[row][index] + "', got '" +
                    (there ? columns::cell_text(*column, row) : "nothing") + "'";
      }
    }
  }
  return out;
}

}  // namespace offex::studies::test
