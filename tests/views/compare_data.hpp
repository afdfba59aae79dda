#pragma once

#include <string>
#include <utility>
#include <vector>

#include "offex/market/calendar.hpp"
#include "offex/views/compare_figure.hpp"

namespace offex::views::test {

inline constexpr double kNan = columns::Panel::kMissing;

inline std::vector<market::Day> sessions_to(const char* last, std::size_t count) {
  const market::Day end = market::Day::parse(last).value();
  std::vector<market::Day> out = market::sessions({end.plus(-600), end}).value();
  out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(count));
  return out;
}

/// Tickers named by sector, with values that a test then sets.
inline CompareFigureData data_of(const std::vector<std::pair<std::string, std::string>>& tickers,
                                 std::size_t days,
                                 studies::CompareMetric metric = studies::CompareMetric::ZR) {
  CompareFigureData out{.metric = metric, .comparison = {}};
  out.comparison.days = sessions_to("2026-04-17", days);
  for (const auto& [name, sector] : tickers) {
    out.comparison.symbols.push_back(market::Symbol::from_trusted(name));
    out.comparison.sectors.push_back(sector);
  }
  out.comparison.cells.resize(tickers.size() * days);
  return out;
}

inline studies::CompareCell& cell(CompareFigureData& data, std::size_t symbol, std::size_t day) {
  return data.comparison.cells[symbol * data.comparison.days.size() + day];
}

inline void set(CompareFigureData& data, std::size_t symbol, std::size_t day, double value) {
  cell(data, symbol, day).values[static_cast<std::size_t>(data.metric)] = value;
  cell(data, symbol, day).scored = true;
}

inline void set_all(CompareFigureData& data, std::size_t symbol,
                    const std::vector<double>& values) {
  for (std::size_t day = 0; day < values.size(); ++day) set(data, symbol, day, values[day]);
}

inline std::vector<std::pair<std::string, std::string>> many(std::size_t count) {
  std::vector<std::pair<std::string, std::string>> out;
  for (std::size_t i = 0; i < count; ++i) out.emplace_back("T" + std::to_string(i), "Energy");
  return out;
}

}  // namespace offex::views::test
