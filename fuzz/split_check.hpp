#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "offex/base/check.hpp"
#include "offex/columns/column.hpp"
#include "offex/formats/document.hpp"

namespace offex::fuzz {

/// Everything a result holds, so that two can be compared.
inline std::string to_text(const Result<formats::Document>& result) {
  if (!result) {
    return base::format_error(result.error()) + std::to_string(result.error().place.byte);
  }
  const formats::Document& document = *result;
  std::string out{market::to_string(document.dataset)};
  if (document.day) out += document.day->iso();
  for (const columns::Column& column : document.rows.columns()) {
    OFFEX_CHECK(column.size() == document.rows.num_rows());
    out += column.name();
    for (std::size_t row = 0; row < column.size(); ++row) {
      out += column.valid(row) ? columns::cell_text(column, row) : "null";
      out += ' ';
    }
  }
  for (const formats::RejectedRow& reject : document.rejects) {
    out += base::format_error({base::ErrorCode::Integrity, reject.reason, reject.place});
  }
  for (const std::string& warning : document.warnings) out += warning;
  return out;
}

inline Result<formats::Document> read_in_pieces(std::string_view text, std::size_t piece,
                                                const formats::ReadOptions& options) {
  OFFEX_ASSIGN(const auto reader, formats::make_reader(text, options));
  for (std::size_t at = 0; at < text.size(); at += piece) {
    OFFEX_TRY(reader->push(text.substr(at, piece)));
  }
  return reader->finish();
}

/// Stops the process when the text read whole and the text read in pieces differ.
inline void check_splits(const std::uint8_t* data, std::size_t size,
                         const formats::ReadOptions& options) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::string whole = to_text(read_in_pieces(text, size + 1, options));
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{61}}) {
    OFFEX_CHECK(to_text(read_in_pieces(text, piece, options)) == whole);
  }
}

}  // namespace offex::fuzz
