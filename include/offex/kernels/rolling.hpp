#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "offex/kernels/block.hpp"
#include "offex/kernels/z_score.hpp"

namespace offex::kernels {

// Rolling statistics over day-major blocks, under the rules of z_score.hpp: row i of `out` belongs
// to row `first` + i of `in`, the window is Lagged or Trailing, NaN is missing, and too few values
// in a window give NaN; so does a missing value where the value itself is judged (robust z,
// percentile). With `window` warm-up rows a block equals the same rows of a longer one bit for bit.
// No state between calls; safe from many threads on disjoint outputs. Time grows with the window.

void rolling_mean(const ConstBlock& in, std::size_t first, const Block& out,
                  const ZOptions& options);

/// Population variance, in two passes: no drift, exact 0 for equal values.
void rolling_variance(const ConstBlock& in, std::size_t first, const Block& out,
                      const ZOptions& options);

void rolling_median(const ConstBlock& in, std::size_t first, const Block& out,
                    const ZOptions& options);

/// (value - median) / (MAD x 1.4826022185056018) of the window. NaN where the MAD is 0.
void robust_z_score(const ConstBlock& in, std::size_t first, const Block& out,
                    const ZOptions& options);

/// Share of the window's values below the value, equal ones counted half: in [0, 1].
void rolling_percentile(const ConstBlock& in, std::size_t first, const Block& out,
                        const ZOptions& options);

/// Exponentially weighted means across symbols; a missing value leaves its symbol alone.
class DecayedMeans {
 public:
  /// \param half_life in observations, > 0
  DecayedMeans(double half_life, std::size_t count);

  /// Takes one row in, one value a symbol.
  void add(std::span<const double> values);
  /// Fills `out` with sum / weight, NaN where nothing was added.
  void means(std::span<double> out) const;
  /// The state, for those who keep it: set it only from what was read here.
  [[nodiscard]] std::span<double> sums() { return sums_; }
  [[nodiscard]] std::span<double> weights() { return weights_; }

 private:
  double decay_;
  std::vector<double> sums_;
  std::vector<double> weights_;
};

}  // namespace offex::kernels
