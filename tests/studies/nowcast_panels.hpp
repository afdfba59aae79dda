#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "studies/nowcast_internal.hpp"
#include "studies/weekly_week.hpp"

namespace offex::studies::test {

/// Weeks in which every symbol has FINRA totals of 1,000,000 shares and bars of 2,500,000, all of
/// tier T1, published by the rule; the tests change what they are about.
class NowcastWeeks {
 public:
  explicit NowcastWeeks(std::size_t weeks, std::size_t symbols = 1,
                        std::string_view first = "2024-01-08")
      : inputs{mondays(first, weeks), symbols} {
    inputs.tiers = {"T1", "T2"};
    for (std::size_t week = 0; week < weeks; ++week) {
      inputs.sessions_used[week] = inputs.sessions[week];
      for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
        inputs.finra.at(week, symbol) = 1e6 * kShares;
        inputs.consolidated.at(week, symbol) = 2.5e6 * kShares;
        inputs.week_consolidated.at(week, symbol) = 2.5e6 * kShares;
      }
    }
  }

  /// FINRA publishes `ratio` times the daily totals of a week. Tier 0 is T1.
  NowcastWeeks& publish(std::size_t week, std::size_t symbol, double ratio, std::int16_t tier = 0) {
    inputs.published.at(week, symbol) = std::round(ratio * inputs.finra.at(week, symbol));
    inputs.available.at(week, symbol) = inputs.weeks[week].plus(tier == 0 ? 21 : 35).days();
    inputs.tier[week * inputs.num_symbols() + symbol] = tier;
    return *this;
  }
  NowcastWeeks& publish_all(double ratio) {
    for (std::size_t week = 0; week < inputs.weeks.size(); ++week) {
      for (std::size_t symbol = 0; symbol < inputs.num_symbols(); ++symbol) {
        publish(week, symbol, ratio);
      }
    }
    return *this;
  }
  /// FINRA publishes ln ratios that are normal about each symbol's own; the same numbers each time.
  NowcastWeeks& publish_noise(double between, double within, std::uint64_t seed = 1) {
    std::mt19937_64 engine{seed};
    for (std::size_t symbol = 0; symbol < inputs.num_symbols(); ++symbol) {
      const double own = between * normal(engine);
      for (std::size_t week = 0; week < inputs.weeks.size(); ++week) {
        publish(week, symbol, std::exp(own + within * normal(engine)),
                static_cast<std::int16_t>(symbol % 2));
      }
    }
    return *this;
  }
  /// Nothing is published of the weeks from `first` on.
  NowcastWeeks& hide(std::size_t first) {
    for (std::size_t week = first; week < inputs.weeks.size(); ++week) {
      for (std::size_t symbol = 0; symbol < inputs.num_symbols(); ++symbol) {
        inputs.published.at(week, symbol) = kNan;
        inputs.available.at(week, symbol) = kNan;
        inputs.tier[week * inputs.num_symbols() + symbol] = -1;
      }
    }
    return *this;
  }
  [[nodiscard]] NowcastPanels told(std::size_t first = 0) const {
    return compute_nowcast(inputs, first);
  }

  NowcastInputs inputs;

 private:
  /// Twelve uniform numbers less six: the same on every machine.
  static double normal(std::mt19937_64& engine) {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(engine() >> 11U) * 0x1p-53;
    return sum;
  }
};

}  // namespace offex::studies::test
