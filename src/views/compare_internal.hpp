#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/views/compare_figure.hpp"

namespace offex::views {

/// How a metric is named and written.
struct MetricWords {
  std::string_view title;
  std::string_view meaning;
  std::string_view low, high;  ///< what the ends of the scale of colours say
  render::Unit unit;
  bool is_signed;
};
[[nodiscard]] const MetricWords& words_of(studies::CompareMetric metric);
/// Returns a value as it stands in a row: "+2.1", "45.2%", "1.8x"; "-" when missing.
[[nodiscard]] std::string value_text(studies::CompareMetric metric, double value);

/// What is drawn: one column a session, or a week where there are more than 260 of them.
struct CompareGrid {
  std::vector<market::Day> days;  ///< sessions, or the first session of each week
  bool weekly{false};
  std::vector<std::vector<double>> values;  ///< by symbol, then column
  std::vector<double> together;             ///< of all symbols
};
[[nodiscard]] CompareGrid compare_grid(const CompareFigureData& data);

/// What is usual for one symbol, by column of the grid: 10th and 90th percentile of the
/// kCompareHistory sessions before.
struct UsualBand {
  std::vector<double> low, high;
};
[[nodiscard]] UsualBand usual_band(const CompareFigureData& data, std::size_t symbol);

/// Returns the values of all sessions of a symbol, those before the shown ones included.
[[nodiscard]] std::vector<double> daily_values(const CompareFigureData& data, std::size_t symbol);
/// Returns the score of all symbols, or their median, on all sessions.
[[nodiscard]] std::vector<double> together_daily(const CompareFigureData& data);
/// Returns the last value that is there; NaN: none.
[[nodiscard]] double newest_of(std::span<const double> values);
/// Returns 0, 1, 2...
[[nodiscard]] std::vector<double> column_places(std::size_t count);

/// Smallest and largest value; low > high: none.
struct ValueRange {
  double low, high;
};
[[nodiscard]] ValueRange range_of(std::span<const std::vector<double>> rows);

/// Inches that a character of a label takes, about.
inline constexpr double kPerCharacter = 0.068;

/// Turns values into what a HeatMap with a limit of 1 takes.
struct HeatScale {
  bool is_signed;
  double low, high;  ///< values at the ends

  [[nodiscard]] double place(double value) const;  ///< NaN stays NaN
};
[[nodiscard]] HeatScale heat_scale(const CompareFigureData& data, const CompareGrid& grid);
/// Returns a strip that says what the colours mean. \param inches its width
[[nodiscard]] render::Panel matrix_key(const CompareFigureData& data, const HeatScale& scale,
                                       double inches);

// Each fills rows and width of the figure.
void draw_matrix(const CompareFigureData& data, const CompareGrid& grid, render::Figure& out);
void draw_multiples(const CompareFigureData& data, const CompareGrid& grid, render::Figure& out);
void draw_overlay(const CompareFigureData& data, const CompareGrid& grid, render::Figure& out);

}  // namespace offex::views
