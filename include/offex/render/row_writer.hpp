#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"

namespace offex::render {

/// Takes finished bytes of output, in order, about one mebibyte at a time. What it returns stops
/// the writer: a full disk, a closed pipe.
using Sink = std::function<Result<void>(std::string_view)>;

/// Returns a sink that appends to `text`, which must outlive it.
[[nodiscard]] Sink append_to(std::string& text);

/// Writes one table in one format: `begin` once, `rows` any number of times, `end` once.
///
/// Every batch has the columns of the first one, in the same order. Not for several threads at
/// once.
class RowWriter {
 public:
  RowWriter() = default;
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;
  RowWriter(RowWriter&&) = delete;
  RowWriter& operator=(RowWriter&&) = delete;
  virtual ~RowWriter() = default;

  /// Starts the output. Only names and types of `header` count; rows in it are not written.
  [[nodiscard]] virtual Result<void> begin(const columns::Batch& header) = 0;
  [[nodiscard]] virtual Result<void> rows(const columns::Batch& batch) = 0;
  /// Ends the output and hands the last bytes to the sink.
  [[nodiscard]] virtual Result<void> end() = 0;

  /// Returns sentences that the reader should see on stderr, for example which columns were left
  /// out. Complete after `end`.
  [[nodiscard]] virtual std::span<const std::string> notes() const { return {}; }
};

/// Writes a whole table that is in memory.
[[nodiscard]] Result<void> write_all(RowWriter& writer, const columns::Batch& batch);

}  // namespace offex::render
