#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"

// PostgreSQL's binary COPY format: what the server reads without parsing any text.
namespace offex::store::pg {

/// A chunk grows to about this many bytes before it goes out.
inline constexpr std::size_t kCopyChunkBytes = std::size_t{256} * 1024;

/// Writes some rows of a batch, chunk by chunk. The batch must outlive the encoder.
class CopyEncoder {
 public:
  /// \pre first + count <= rows.num_rows(), and all columns have that many rows
  CopyEncoder(const columns::Batch& rows, std::size_t first, std::size_t count,
              std::size_t chunk_bytes = kCopyChunkBytes);

  /// Replaces `chunk` by the next bytes: the header comes first, the trailer last. Returns false
  /// when there are no more. A cell that PostgreSQL cannot hold (a NUL byte in a text, a day beyond
  /// its calendar, a Number that is no decimal) is an Integrity error with its row and column.
  [[nodiscard]] Result<bool> next(std::string& chunk);

 private:
  const columns::Batch* rows_;
  std::size_t row_;
  std::size_t end_;
  std::size_t chunk_bytes_;
  bool begun_{false};
  bool ended_{false};
};

/// Appends a field of type numeric: its length, then base-10000 digits. \param scale 0 to 12
void append_numeric(std::string& out, std::int64_t value, int scale);

/// Appends the field of a decimal text of any width ("-12.50"); false when it is none or too long.
[[nodiscard]] bool append_numeric(std::string& out, std::string_view text);

}  // namespace offex::store::pg
