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
  [[nodiscard]] bool add_last(const columns::Batch& rows) { return add(rows, rows.num_rows() - 1); }
  /// Adds a row of `rows`; returns false when a row that was added before has the same key.
  [[nodiscard]] bool add(const columns::Batch& rows, std::size_t row) {
    return find_or_add(rows, row) == row;
  }
  /// Returns the row with the same key that was added before, or adds `row` and returns it.
  [[nodiscard]] std::size_t find_or_add(const columns::Batch& rows, std::size_t row);

 private:
  // The hash stands beside the row, so that other keys are mostly passed over without a look at
  // their rows, which lie all over memory.
  struct Slot {
    std::uint64_t hash{0};
    std::int64_t row{-1};  // -1: free
  };

  [[nodiscard]] std::uint64_t hash(const columns::Batch& rows, std::size_t row) const;
  [[nodiscard]] bool equal(const columns::Batch& rows, std::size_t a, std::size_t b) const;
  void grow();
  [[nodiscard]] std::size_t slot_of(std::uint64_t hash) const { return hash >> shift_; }

  std::vector<std::size_t> key_;
  std::vector<Slot> slots_;  // size is a power of two
  std::size_t used_{0};
  unsigned shift_{64};
};

}  // namespace offex::formats
