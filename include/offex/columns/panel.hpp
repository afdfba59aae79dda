#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace offex::columns {

/// Dense day-major matrix of doubles: one contiguous row a session, one cell a symbol code.
/// NaN means missing.
class Panel {
 public:
  static constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

  Panel() = default;
  Panel(std::size_t num_days, std::size_t num_symbols)
      : num_days_{num_days}, num_symbols_{num_symbols}, cells_(num_days * num_symbols, kMissing) {}

  [[nodiscard]] std::size_t num_days() const { return num_days_; }
  [[nodiscard]] std::size_t num_symbols() const { return num_symbols_; }
  [[nodiscard]] std::span<double> row(std::size_t day) {
    return {cells_.data() + day * num_symbols_, num_symbols_};
  }
  [[nodiscard]] std::span<const double> row(std::size_t day) const {
    return {cells_.data() + day * num_symbols_, num_symbols_};
  }
  [[nodiscard]] double& at(std::size_t day, std::size_t symbol) {
    return cells_[day * num_symbols_ + symbol];
  }
  [[nodiscard]] double at(std::size_t day, std::size_t symbol) const {
    return cells_[day * num_symbols_ + symbol];
  }
  [[nodiscard]] std::span<double> cells() { return cells_; }
  [[nodiscard]] std::span<const double> cells() const { return cells_; }

 private:
  std::size_t num_days_{0};
  std::size_t num_symbols_{0};
  std::vector<double> cells_;
};

}  // namespace offex::columns
