#pragma once

#include <cstddef>
#include <cstdint>

#include "offex/base/result.hpp"

namespace offex::formats {

/// Counts decoded bytes against what they were decoded from: stops archive bombs.
class DecodeBudget {
 public:
  static constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

  DecodeBudget(std::uint64_t encoded_bytes, std::uint64_t max_bytes, std::uint64_t max_ratio)
      : encoded_bytes_{encoded_bytes}, max_bytes_{max_bytes}, max_ratio_{max_ratio} {}

  /// Adds encoded bytes, where their number is not known before.
  void receive(std::size_t bytes) { encoded_bytes_ += bytes; }
  /// Adds decoded bytes; an Integrity error when they are too many.
  [[nodiscard]] Result<void> spend(std::size_t bytes);

 private:
  std::uint64_t encoded_bytes_;
  std::uint64_t max_bytes_;
  std::uint64_t max_ratio_;
  std::uint64_t spent_{0};
};

}  // namespace offex::formats
