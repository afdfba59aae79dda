#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace offex::test_support {

/// A table of the reference implementation, tests/data/oracle: a header and rows of text.
struct OracleTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  [[nodiscard]] std::size_t size() const { return rows.size(); }
  /// Returns the text of a cell; throws std::out_of_range when there is no such column or row.
  [[nodiscard]] const std::string& text(std::size_t row, std::string_view name) const {
    for (std::size_t column = 0; column < header.size(); ++column) {
      if (header[column] == name) {
        return rows.at(row).at(column);
      }
    }
    throw std::out_of_range("no column " + std::string{name});
  }
  /// Returns a number; NaN for an empty field, as the reference writes missing values. Throws
  /// std::invalid_argument for anything else.
  [[nodiscard]] double number(std::size_t row, std::string_view name) const {
    const std::string& field = text(row, name);
    if (field.empty()) {
      return std::numeric_limits<double>::quiet_NaN();
    }
    std::size_t used = 0;
    const double value = std::stod(field, &used);
    if (used != field.size()) {
      throw std::invalid_argument("not a number: " + field);
    }
    return value;
  }
  /// Returns a column as numbers.
  [[nodiscard]] std::vector<double> numbers(std::string_view name) const {
    std::vector<double> out;
    out.reserve(size());
    for (std::size_t row = 0; row < size(); ++row) {
      out.push_back(number(row, name));
    }
    return out;
  }
};

/// Splits a line at its commas; commas between double quotes belong to the field.
[[nodiscard]] inline std::vector<std::string> oracle_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char letter : line) {
    if (letter == '"') {
      quoted = !quoted;
    } else if (letter == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back().push_back(letter);
    }
  }
  return fields;
}

/// Reads tests/data/oracle/`name`, such as "fx_tz.csv". Throws std::runtime_error when the file
/// cannot be read or a row does not have the fields of the header.
[[nodiscard]] inline OracleTable oracle_table(std::string_view name) {
  const auto path = std::filesystem::path{OFFEX_SOURCE_DIR} / "tests/data/oracle" / name;
  std::ifstream file{path};
  OracleTable table;
  std::string line;
  while (std::getline(file, line)) {
    if (table.header.empty()) {
      table.header = oracle_fields(line);
      continue;
    }
    table.rows.push_back(oracle_fields(line));
    if (table.rows.back().size() != table.header.size()) {
      throw std::runtime_error("uneven row in " + path.string() + ": " + line);
    }
  }
  if (table.rows.empty()) {
    throw std::runtime_error("no rows in " + path.string());
  }
  return table;
}

}  // namespace offex::test_support
