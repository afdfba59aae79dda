#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "offex/columns/batch.hpp"

namespace offex::formats {

/// Finds rows of a growing batch that repeat the key of an earlier one.
class RowSet {
 public:
  /// `key`: indices of the columns that make the key.
  explicit RowSet(std::vector<std::size_t> key) : key_{std::move(key)} {}

  /// Adds the last row of `rows`; returns false when an earlier row has the same key.
  [[nodiscard]] bool add_last(const columns::Batch& rows) {
    return add(rows, rows.num_rows() - 1);
  }
  /// Adds a row of `rows`; returns false when a row that was added before has the same key.
  [[nodiscard]] bool add(const columns::Batch& rows, std::size_t row);

 private:
  [[nodiscard]] std::uint64_t hash(const columns::Batch& rows, std::size_t row) const;
  [[nodiscard]] bool equal(const columns::Batch& rows, std::size_t a, std::size_t b) const;
  void grow(const columns::Batch& rows);
  [[nodiscard]] std::size_t slot_of(std::uint64_t hash) const { return hash >> shift_; }

  std::vector<std::size_t> key_;
  std::vector<std::int64_t> slots_;  // row number, -1 is free; size is a power of two
  std::size_t used_{0};
  unsigned shift_{64};
};

}  // namespace offex::formats
