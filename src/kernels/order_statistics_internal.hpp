#pragma once

#include <cstdint>
#include <span>
#include <vector>

// What statistics by rank share: the order of the values of a span.
namespace offex::kernels::detail {

/// A value with its position; keys order as the values do.
struct Keyed {
  std::uint64_t key;
  std::uint32_t index;

  friend bool operator==(const Keyed&, const Keyed&) = default;
};

/// Fills `sorted` with the values that are not NaN, rising, equal ones by position; -0 equals 0.
/// \param scratch overwritten
void sort_by_value(std::span<const double> values, std::vector<Keyed>& sorted,
                   std::vector<Keyed>& scratch);

}  // namespace offex::kernels::detail
