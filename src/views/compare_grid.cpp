#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "offex/kernels/order_statistics.hpp"

#include "views/compare_internal.hpp"
#include "views/number_text_internal.hpp"

namespace offex::views {
namespace {

using render::Unit;
using studies::CompareMetric;

constexpr std::size_t kMostColumns = 260;  // sessions; beyond, a column is a week
constexpr std::size_t kLeastForBand = 20;
constexpr double kMissing = columns::Panel::kMissing;

constexpr std::array<MetricWords, studies::kCompareMetrics> kWords{{
    {"Surprise of the short ratio", "z_r, in standard deviations, given the volume",
     "fewer short than usual", "more short than usual", Unit::Signed, true},
    {"Surprise of the off-exchange volume", "z_v, in standard deviations", "less volume than usual",
     "more volume than usual", Unit::Signed, true},
    {"Persistent surprise of the short ratio", "z_p, memory of about three sessions",
     "fewer short for days", "more short for days", Unit::Signed, true},
    {"Short ratio", "short volume / FINRA total", "low", "high", Unit::Percent, false},
    {"Off-exchange share", "FINRA total / consolidated volume", "low", "high", Unit::Percent,
     false},
    {"Multiple of the usual volume", "off-exchange volume / what was expected", "low", "high",
     Unit::Number, false},
    {"Return of the session", "close to close, percentage points", "fell", "rose", Unit::Points,
     true},
}};

/// First column place of each session.
std::vector<std::size_t> columns_of(std::span<const market::Day> days, bool weekly) {
  std::vector<std::size_t> out;
  for (std::size_t day = 0; day < days.size(); ++day) {
    const bool starts =
        day == 0 || !weekly || market::week_start(days[day]) != market::week_start(days[day - 1]);
    out.push_back(day == 0 ? 0 : out.back() + (starts ? 1 : 0));
  }
  return out;
}

std::vector<double> column_means(std::span<const double> daily,
                                 std::span<const std::size_t> columns) {
  const std::size_t count = columns.empty() ? 0 : columns.back() + 1;
  std::vector<double> out(count, 0.0);
  std::vector<double> held(count, 0.0);
  for (std::size_t day = 0; day < columns.size(); ++day) {
    if (std::isnan(daily[day])) continue;
    out[columns[day]] += daily[day];
    held[columns[day]] += 1.0;
  }
  for (std::size_t column = 0; column < count; ++column) {
    out[column] = held[column] > 0.0 ? out[column] / held[column] : kMissing;
  }
  return out;
}

std::span<const market::Day> shown_days(const CompareFigureData& data) {
  return std::span{data.comparison.days}.subspan(data.first);
}

std::vector<std::size_t> shown_columns(const CompareFigureData& data) {
  const auto days = shown_days(data);
  return columns_of(days, days.size() > kMostColumns);
}

}  // namespace

const MetricWords& words_of(CompareMetric metric) {
  return kWords[static_cast<std::size_t>(metric)];
}

std::string value_text(CompareMetric metric, double value) {
  if (std::isnan(value)) return "-";
  switch (words_of(metric).unit) {
    case Unit::Percent:
      return fmt::format("{:.1f}%", 100.0 * value);
    case Unit::Points:
      return signed_text(100.0 * value, 1) + "%";
    case Unit::Signed:
      return signed_text(value, 1);
    default:
      return fmt::format("{:.2f}x", value);
  }
}

std::vector<double> daily_values(const CompareFigureData& data, std::size_t symbol) {
  std::vector<double> out;
  for (std::size_t day = 0; day < data.comparison.days.size(); ++day) {
    out.push_back(data.comparison.at(symbol, day)[data.metric]);
  }
  return out;
}

std::vector<double> together_daily(const CompareFigureData& data) {
  const columns::Batch rows = studies::compare_matrix(data.comparison, data.metric);
  const std::size_t last = rows.num_rows() - 1;
  std::vector<double> out;
  for (std::size_t day = 0; day < data.comparison.days.size(); ++day) {
    const columns::Column& column = rows.column(2 + day);
    out.push_back(column.valid(last) ? column.values<double>()[last] : kMissing);
  }
  return out;
}

CompareGrid compare_grid(const CompareFigureData& data) {
  const auto days = shown_days(data);
  const std::vector<std::size_t> columns = shown_columns(data);
  CompareGrid out;
  out.weekly = days.size() > kMostColumns;
  for (std::size_t day = 0; day < days.size(); ++day) {
    if (columns[day] == out.days.size()) out.days.push_back(days[day]);
  }
  for (std::size_t symbol = 0; symbol < data.comparison.symbols.size(); ++symbol) {
    const std::vector<double> daily = daily_values(data, symbol);
    out.values.push_back(column_means(std::span{daily}.subspan(data.first), columns));
  }
  const std::vector<double> together = together_daily(data);
  out.together = column_means(std::span{together}.subspan(data.first), columns);
  return out;
}

UsualBand usual_band(const CompareFigureData& data, std::size_t symbol) {
  const std::vector<double> daily = daily_values(data, symbol);
  std::vector<double> low;
  std::vector<double> high;
  for (std::size_t day = data.first; day < daily.size(); ++day) {
    const std::size_t begin = day - std::min(day, kCompareHistory);
    const auto before = std::span{daily}.subspan(begin, day - begin);
    const auto held = static_cast<std::size_t>(
        std::ranges::count_if(before, [](double value) { return !std::isnan(value); }));
    low.push_back(held < kLeastForBand ? kMissing : kernels::quantile(before, 0.1));
    high.push_back(held < kLeastForBand ? kMissing : kernels::quantile(before, 0.9));
  }
  const std::vector<std::size_t> columns = shown_columns(data);
  return {.low = column_means(low, columns), .high = column_means(high, columns)};
}

double newest_of(std::span<const double> values) {
  for (std::size_t i = values.size(); i > 0; --i) {
    if (!std::isnan(values[i - 1])) return values[i - 1];
  }
  return kMissing;
}

std::vector<double> column_places(std::size_t count) {
  std::vector<double> out(count);
  std::iota(out.begin(), out.end(), 0.0);
  return out;
}

ValueRange range_of(std::span<const std::vector<double>> rows) {
  ValueRange out{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const std::vector<double>& row : rows) {
    for (const double value : row) {
      if (std::isnan(value)) continue;
      out.low = std::min(out.low, value);
      out.high = std::max(out.high, value);
    }
  }
  return out;
}

}  // namespace offex::views
