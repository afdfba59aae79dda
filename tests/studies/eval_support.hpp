#pragma once

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include "offex/studies/eval.hpp"

namespace offex::studies::test {

inline constexpr double kMissing = columns::Panel::kMissing;

/// Panels of `days` weekdays in a row without any price or signal, all sessions judged.
inline EvalPanels empty_panels(std::size_t days, std::size_t symbols) {
  EvalPanels out;
  for (std::size_t day = 0; day < days; ++day) {
    out.days.push_back(market::Day::from_days(20'000 + static_cast<std::int32_t>(day)));
  }
  out.end = days;
  out.signal = columns::Panel{days, symbols};
  out.open = columns::Panel{days, symbols};
  out.close = columns::Panel{days, symbols};
  out.broken.assign(days * symbols, 0);
  return out;
}

/// A market of random walks whose return from open to close follows the signal of the evening
/// before with the correlation `ic`.
inline EvalPanels random_market(std::size_t days, std::size_t symbols, double ic, unsigned seed) {
  EvalPanels out = empty_panels(days, symbols);
  std::mt19937_64 random{seed};
  std::normal_distribution<double> normal;
  std::vector<double> price(symbols, 100.0);
  for (std::size_t day = 0; day < days; ++day) {
    for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
      const double before = day > 0 ? out.signal.at(day - 1, symbol) : 0.0;
      const double intraday = ic * before + std::sqrt(1.0 - ic * ic) * normal(random);
      const double open = price[symbol] * std::exp(0.005 * normal(random));
      price[symbol] = open * std::exp(0.02 * intraday);
      out.open.at(day, symbol) = open;
      out.close.at(day, symbol) = price[symbol];
      out.signal.at(day, symbol) = normal(random);
    }
  }
  return out;
}

}  // namespace offex::studies::test
