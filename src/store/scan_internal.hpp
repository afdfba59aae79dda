#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/reader_internal.hpp"

// Reading facts in chunks, without a join.
namespace offex::store {

/// What a scan reads: value columns of a fact table, and the macro with the revisions that count.
struct ScanSource {
  std::string_view table;
  std::string_view day;
  std::string_view revisions;
  std::string_view values;
  std::string revision_filter{};  ///< condition on the revisions; empty: all
  std::string row_filter{};       ///< condition on the rows; empty: all
  bool by_revision{false};        ///< a run holds rows of one revision only
};

/// A stretch of rows of one chunk that count.
class Run {
 public:
  Run(duckdb_data_chunk chunk, std::size_t begin, std::size_t rows)
      : chunk_{chunk}, begin_{begin}, rows_{rows} {}

  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// Of its first row.
  [[nodiscard]] std::int32_t revision() const {
    return engine::vector_data<std::int32_t>(chunk_, 0)[begin_];
  }
  /// Borrows a column; the first one of a chunk is the revision.
  template <class T>
  [[nodiscard]] ChunkColumn<T> column(idx_t column) {
    return {.values = engine::vector_data<T>(chunk_, column) + begin_,
            .validity = shifted(engine::vector_validity(chunk_, column))};
  }

 private:
  /// A mask whose first bit is the first row of the run.
  const std::uint64_t* shifted(const std::uint64_t* mask) {
    if (mask == nullptr || begin_ % 64 == 0) {
      return mask == nullptr ? nullptr : mask + begin_ / 64;
    }
    std::vector<std::uint64_t>& copy = copies_.emplace_back((rows_ + 63) / 64, 0);
    for (std::size_t row = 0; row < rows_; ++row) {
      const std::uint64_t bit = engine::is_valid(mask, begin_ + row) ? 1U : 0U;
      copy[row / 64] |= bit << (row % 64);
    }
    return copy.data();
  }

  duckdb_data_chunk chunk_;
  std::size_t begin_;
  std::size_t rows_;
  std::vector<std::vector<std::uint64_t>> copies_;
};

/// Runs a scan; `visit` sees the rows that count. Choosing whole stretches of a chunk is cheaper
/// than a join: the rows of a revision stand side by side.
[[nodiscard]] Result<void> run_scan(const ReaderImpl& impl, const ScanSource& source,
                                    const Scan& scan, const std::function<void(Run&)>& visit);

/// The WHERE clause "day in the scan's range" and nothing else, on `column`.
[[nodiscard]] std::string in_range(std::string_view column, market::DayRange days);

}  // namespace offex::store
