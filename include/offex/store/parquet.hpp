#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"

namespace offex::store {

/// A pair for the file's footer, for example {"disclaimer", "..."}.
struct ParquetNote {
  std::string key;
  std::string value;
};

/// Gives the next rows: replaces the batch, returns false when there are no more. The same shape
/// as `QueryRows::next`.
using BatchSource = std::function<Result<bool>(columns::Batch&)>;

/// Writes rows to a Parquet file in their order, zstd-compressed, and returns how many.
///
/// Types are exact: Quantity is DECIMAL(18,6), Price DECIMAL(18,9), Day DATE, Instant TIMESTAMP (in
/// microseconds, rounded down), Number and Symbol text. A Label is text from its list of words.
/// The rows stream: memory does not grow with their number. The file appears whole or not at all
/// and replaces one of that name. \param header columns of every batch, rows not needed
[[nodiscard]] Result<std::uint64_t> write_parquet(const std::filesystem::path& path,
                                                  const columns::Batch& header,
                                                  const BatchSource& next,
                                                  std::span<const ParquetNote> notes = {});

}  // namespace offex::store
