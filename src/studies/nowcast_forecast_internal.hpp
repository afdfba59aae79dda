#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "offex/columns/panel.hpp"

#include "studies/nowcast_internal.hpp"

namespace offex::studies {

/// A week, and the day up to whose evening publications are known.
struct NowcastMoment {
  static constexpr double kAlways = std::numeric_limits<double>::infinity();

  std::size_t week;
  double known;
};

/// The published weeks of one symbol that its ratio is made of.
struct NowcastPast {
  std::size_t weeks{0};
  double centre{columns::Panel::kMissing};  ///< median of the log ratios
  /// From two weeks on: their mean distance from it, as a deviation.
  double spread{columns::Panel::kMissing};
};

/// What is expected of every symbol in one week.
struct NowcastExpected {
  explicit NowcastExpected(std::size_t symbols)
      : log_ratio(symbols, columns::Panel::kMissing),
        scale(symbols, columns::Panel::kMissing),
        weeks(symbols, 0) {}

  std::vector<double> log_ratio;
  std::vector<double> scale;  ///< of its error, before past errors judge it
  std::vector<std::uint8_t> weeks;
  std::vector<std::int16_t> tier{};
};

/// Expects weeks from the ones before them. \pre the inputs outlive this
class Forecaster {
 public:
  explicit Forecaster(const NowcastInputs& in);

  /// Published shares of the weeks.
  [[nodiscard]] const columns::Panel& shares() const { return shares_; }
  /// Tiers of the symbols in the newest week that was public, -1 where there is none. A break of
  /// the numbers does not make it another.
  [[nodiscard]] std::vector<std::int16_t> tiers(NowcastMoment moment) const;
  [[nodiscard]] NowcastExpected expect(NowcastMoment moment) const;
  /// Keeps how far off the nowcasts of a week were, in units of their own scale.
  void judge(std::size_t week, const NowcastExpected& expected);
  /// Returns by tier, all names last, how many scales an interval reaches to either side.
  [[nodiscard]] std::vector<double> reaches(NowcastMoment moment,
                                            const NowcastExpected& expected) const;
  /// Place of a tier in `reaches`.
  [[nodiscard]] std::size_t group_of(std::int16_t tier) const {
    return tier >= 0 ? static_cast<std::size_t>(tier) : in_.tiers.size();
  }

 private:
  [[nodiscard]] std::size_t begin_of(std::size_t week) const;
  [[nodiscard]] NowcastPast past_of(NowcastMoment moment, std::size_t symbol) const;

  const NowcastInputs& in_;
  columns::Panel log_ratios_, errors_, shares_;
  std::vector<std::size_t> begins_;  // by week: the first one that counts
};

}  // namespace offex::studies
