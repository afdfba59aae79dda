#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "offex/store/types.hpp"
#include "offex/studies/metric_panels.hpp"

namespace offex::studies {

/// Finds the panel cell of a stored row in O(1): days by distance from the first, codes by table.
class CellFinder {
 public:
  /// Rows are sessions [first_day, end_day) of the axis, cells its symbols [first, first + count).
  CellFinder(const Axis& axis, std::size_t first_day, std::size_t end_day, std::size_t first_symbol,
             std::size_t count);

  struct Cell {
    std::size_t row;
    std::size_t symbol;
  };
  /// Returns nothing for a day or symbol outside.
  [[nodiscard]] std::optional<Cell> find(std::int32_t day, std::int32_t code) const;

 private:
  std::int32_t first_{0};
  std::vector<std::int32_t> rows_;     // by day - first_, -1 is none
  std::vector<std::int32_t> symbols_;  // by code, -1 is none
};

/// Codes for a scan: none when the axis part is all there is, since no filter is faster.
[[nodiscard]] std::vector<std::int32_t> scan_codes(const Axis& axis, std::size_t first_symbol,
                                                   std::size_t count, std::size_t known);

}  // namespace offex::studies
