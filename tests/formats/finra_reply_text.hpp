#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "formats/document_text.hpp"

namespace offex::formats::test {

/// Returns a reply of the Query API with one row.
inline std::string one_row(std::string_view fields) { return fmt::format("[{{{}}}]", fields); }

/// Returns cells of a row by the names of their columns, or why there is no document.
inline std::string cells(const Result<Document>& document, std::initializer_list<const char*> names,
                         std::size_t row = 0) {
  if (!document) return to_text(document);
  std::string out;
  for (const char* name : names) {
    const columns::Column& column = *document->rows.find(name);
    if (!out.empty()) out += ' ';
    out += column.valid(row) ? columns::cell_text(column, row) : "null";
  }
  return out;
}

}  // namespace offex::formats::test
