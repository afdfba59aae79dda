#pragma once

#include <array>
#include <cstdint>

namespace offex::sim {

/// xoshiro256++ seeded by splitmix64, with its own distributions: those of the C++ library are
/// free to differ between implementations.
class Random {
 public:
  /// Streams with different `stream` and `step` are independent for every practical purpose, so
  /// that one security's day never depends on how many numbers another one drew.
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0, std::uint64_t step = 0);

  std::uint64_t bits();
  /// Returns a number in [0, 1).
  double uniform();
  /// Returns a whole number in [0, count). \pre count > 0
  std::uint64_t below(std::uint64_t count);
  bool chance(double probability) { return uniform() < probability; }
  double normal();
  /// Returns a draw of Student's t with 4 degrees of freedom, scaled to variance 1.
  double fat_tailed();
  /// \pre shape > 0
  double gamma(double shape);
  /// \pre a > 0, b > 0
  double beta(double a, double b);
  /// Returns successes in `trials`; above 64 trials by the normal approximation.
  std::int64_t binomial(std::int64_t trials, double p);

 private:
  std::array<std::uint64_t, 4> state_{};
  double spare_{0.0};
  bool has_spare_{false};
};

}  // namespace offex::sim
