#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace offex::test_support {

/// A small text table: a header and rows of unquoted fields.
struct CsvTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  /// Returns the position of a column; throws std::out_of_range when there is none.
  [[nodiscard]] std::size_t column(std::string_view name) const;
  [[nodiscard]] const std::string& cell(std::size_t row, std::string_view name) const {
    return rows[row][column(name)];
  }
  /// Returns a number, or nothing for an empty field.
  [[nodiscard]] std::optional<double> number(std::size_t row, std::string_view name) const;
};

/// Reads `path`, through `gzip -dc` when it ends in .gz. Throws std::runtime_error on failure.
[[nodiscard]] CsvTable read_csv(const std::filesystem::path& path);

}  // namespace offex::test_support
