#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "offex/render/row_writer.hpp"

namespace offex::render {

/// Arrow's two ways to put the same record batches in a row.
enum class ArrowLayout : std::uint8_t {
  File,    ///< the IPC file format, also called Feather V2: a footer says where each batch is
  Stream,  ///< the IPC stream format, for pipes: read from front to back
};

/// A pair for the schema, for example {"offex.note.1", "..."}.
struct ArrowNote {
  std::string key;
  std::string value;
};

/// A text takes three times its bytes at most, and offsets have 31 bits.
inline constexpr std::size_t kMaxArrowText = ((std::size_t{1} << 31U) - 1) / 3;

struct ArrowOptions {
  ArrowLayout layout{ArrowLayout::File};
  std::vector<ArrowNote> notes{};
  /// Rows of a record batch at most. They are what the writer keeps in memory.
  std::size_t batch_rows{std::size_t{1} << 16U};
  /// Bytes of all texts of a batch at most, unless one row alone has more. \pre <= kMaxArrowText
  std::size_t batch_text_bytes{std::size_t{1} << 25U};
  /// A longer text is refused. \pre <= kMaxArrowText
  std::size_t max_text_bytes{kMaxArrowText};
};

/// Writes Arrow IPC, version 5 of its metadata, without compression. Binary: not for terminals.
///
/// Types are exact and those of our Parquet: Quantity is decimal128(18, 6), Price decimal128(18,
/// 9), Day date32, Symbol, Text, Number and Label utf8. An Instant keeps its nanoseconds, as
/// timestamp[ns, UTC]. Every column may have missing cells; NaN is a value. Bytes that are no UTF-8
/// become U+FFFD, and a column whose name an earlier one has gets a number: `a`, `a_1`.
/// Batches are cut by rows and bytes alone, so the output does not depend on how rows arrive.
/// Buffers begin at multiples of 64 bytes. `begin` fails without columns, `rows` for a batch that
/// differs from the header, for a text that is too long and for a decimal of 19 digits.
[[nodiscard]] std::unique_ptr<RowWriter> make_arrow_writer(Sink sink, ArrowOptions options = {});

}  // namespace offex::render
