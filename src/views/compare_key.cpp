#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "offex/kernels/order_statistics.hpp"
#include "offex/render/text_width.hpp"

#include "views/compare_internal.hpp"

namespace offex::views {

using render::Ink;
using render::Place;

double HeatScale::place(double value) const {
  if (std::isnan(value)) return value;
  if (is_signed) return std::clamp(value / high, -1.0, 1.0);
  // The lowest keeps a tint: paper is for what is missing.
  return 0.08 + 0.92 * std::clamp((value - low) / (high - low), 0.0, 1.0);
}

HeatScale heat_scale(const CompareFigureData& data, const CompareGrid& grid) {
  if (studies::is_score(data.metric)) return {.is_signed = true, .low = -3.0, .high = 3.0};
  const bool is_signed = words_of(data.metric).is_signed;
  std::vector<double> all;
  for (const std::vector<double>& row : grid.values) {
    for (const double value : row) all.push_back(is_signed ? std::fabs(value) : value);
  }
  double high = kernels::quantile(all, 0.98);
  double low = is_signed ? 0.0 : kernels::quantile(all, 0.02);
  if (std::isnan(high)) low = 0.0;
  if (!(high > low)) high = low + 1.0;
  return {.is_signed = is_signed, .low = is_signed ? -high : low, .high = high};
}

/// A strip that says what the colours mean.
render::Panel matrix_key(const CompareFigureData& data, const HeatScale& scale, double inches) {
  constexpr std::size_t kSteps = 21;
  constexpr double kStep = 0.085;  // inches
  const MetricWords& words = words_of(data.metric);
  const std::string low = fmt::format("{}  {}", words.low, value_text(data.metric, scale.low));
  const std::string high = fmt::format("{}  {}", value_text(data.metric, scale.high), words.high);
  const double before = static_cast<double>(render::display_width(low)) * kPerCharacter / kStep;
  render::Panel out;
  render::HeatMap map{
      .rows = 1, .columns = kSteps, .values = {}, .limit = 1.0, .is_signed = scale.is_signed};
  for (std::size_t step = 0; step < kSteps; ++step) {
    const double part = static_cast<double>(step) / (kSteps - 1);
    map.values.push_back(scale.place(scale.low + part * (scale.high - scale.low)));
  }
  const double end = static_cast<double>(kSteps) - 0.5;
  const double after =
      end + 1.0 + static_cast<double>(render::display_width(high)) * kPerCharacter / kStep + 3.0;
  const render::Box hole{.x_low = after,
                         .x_high = after + 2.4,
                         .y_low = -0.45,
                         .y_high = 0.45,
                         .ink = Ink::Shade3,
                         .hatched = true};
  render::Texts texts{{{.x = -1.2, .y = 0.0, .text = low, .place = Place::Left},
                       {.x = end + 0.7, .y = 0.0, .text = high, .place = Place::Right},
                       {.x = after + 3.2, .y = 0.0, .text = "no value", .place = Place::Right}}};
  out.marks = {std::move(map), render::Boxes{{hole}}, std::move(texts)};
  out.x = {
      .low = -before - 1.2, .high = inches / kStep - before - 1.2, .labels = false, .grid = false};
  out.y = {.low = -0.5, .high = 0.5, .labels = false, .grid = false};
  return out;
}

}  // namespace offex::views
