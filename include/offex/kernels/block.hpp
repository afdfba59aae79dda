#pragma once

#include <cstddef>
#include <span>

#include "offex/columns/panel.hpp"

namespace offex::kernels {

/// Read-only window on day-major values: `rows` rows of `width` symbols, `stride` cells apart.
struct ConstBlock {
  const double* cells{nullptr};
  std::size_t rows{0};
  std::size_t width{0};
  std::size_t stride{0};

  [[nodiscard]] const double* row(std::size_t index) const { return cells + index * stride; }
  /// Returns the same rows, `count` symbols from `first` on.
  [[nodiscard]] ConstBlock symbols(std::size_t first, std::size_t count) const {
    return {cells + first, rows, count, stride};
  }
};

/// Window on day-major values that a kernel fills.
struct Block {
  double* cells{nullptr};
  std::size_t rows{0};
  std::size_t width{0};
  std::size_t stride{0};

  [[nodiscard]] double* row(std::size_t index) const { return cells + index * stride; }
  [[nodiscard]] Block symbols(std::size_t first, std::size_t count) const {
    return {cells + first, rows, count, stride};
  }
};

/// Returns a view of a whole panel, which must outlive it.
[[nodiscard]] inline ConstBlock block_of(const columns::Panel& panel) {
  return {panel.cells().data(), panel.num_days(), panel.num_symbols(), panel.num_symbols()};
}
[[nodiscard]] inline Block block_of(columns::Panel& panel) {
  return {panel.cells().data(), panel.num_days(), panel.num_symbols(), panel.num_symbols()};
}

}  // namespace offex::kernels
