#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/faults_internal.hpp"

namespace offex::formats {

/// One field of a delimited line.
struct CsvField {
  std::string_view text;   ///< value without quotes
  std::string_view bytes;  ///< where it stands in the line, for messages
};

/// Cuts delimited lines. A field may stand in double quotes, with "" for a quote inside; a line end
/// inside quotes is not understood. Keeps its memory from line to line.
class CsvRow {
 public:
  /// \param quotes false: a quote is a letter like any other
  explicit CsvRow(char delimiter = ',', bool quotes = true)
      : delimiter_{delimiter}, quotes_{quotes} {}

  /// Returns what is wrong with the line, or nothing. Fields live until the next call.
  [[nodiscard]] std::optional<RowFault> read(std::string_view line);
  [[nodiscard]] const std::vector<CsvField>& fields() const { return fields_; }

 private:
  [[nodiscard]] std::optional<RowFault> read_quoted(std::string_view& rest);

  char delimiter_;
  bool quotes_;
  std::vector<CsvField> fields_;
  std::vector<std::string> unescaped_;
};

}  // namespace offex::formats
