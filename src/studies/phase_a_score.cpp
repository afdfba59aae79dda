#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "studies/phase_a_internal.hpp"

namespace offex::studies {
namespace {

using columns::Panel;

double or_zero(double value) { return std::isnan(value) ? 0.0 : value; }

double score_of(double z_short, double z_lit, double z_return, double z_participation) {
  const double pressure = 0.55 * std::tanh(0.5 * z_short) + 0.30 * std::tanh(0.5 * or_zero(z_lit)) +
                          0.15 * std::tanh(0.3 * or_zero(z_return));
  const double intensity = 0.7 + 0.6 / (1.0 + std::exp(-or_zero(z_participation)));
  // clamp keeps a NaN: no score without the short z-score.
  return std::clamp(pressure * intensity, -1.0, 1.0);
}

double confidence_of(std::size_t status, std::size_t missing, bool imbalance) {
  constexpr std::array<double, 3> kByStatus{1.0, 0.7, 0.5};
  constexpr std::array<double, 3> kByMissing{1.0, 0.8, 0.5};
  const double value =
      kByStatus[status] * kByMissing[std::min<std::size_t>(missing, 2)] * (imbalance ? 1.0 : 0.9);
  return std::clamp(value, 0.25, 1.0);
}

double label_of(double display) {
  if (display > 70.0) {
    return 0.0;  // Accumulating
  }
  return display < 30.0 ? 1.0 : 2.0;  // Distribution, Neutral
}

/// Fills a flag column by whether another column has a value.
void flag(MetricPanels& out, std::string_view name, std::string_view of) {
  const auto values = out.at(of).cells();
  const auto flags = out[name].cells();
  for (std::size_t cell = 0; cell < values.size(); ++cell) {
    flags[cell] = std::isnan(values[cell]) ? 0.0 : 1.0;
  }
}

}  // namespace

void phase_a_score(ScoreSource source, MetricPanels& out) {
  flag(out, "has_otc", "otc_off_exchange_volume");
  flag(out, "has_short", "short_ratio");
  flag(out, "has_lit", "lit_buy_ratio");
  flag(out, "has_price", "close");
  out.fill("inference_version", 0.0);
  out.fill("accumulation_short_z_source", static_cast<double>(source));

  const auto z_short = out.at(to_string(source)).cells();
  const auto z_lit = out.at("lit_flow_imbalance_z").cells();
  const auto z_return = out.at("return_z").cells();
  const auto z_participation = out.at("otc_participation_z").cells();
  const auto status = out.at("otc_status").cells();
  const auto has_short = out.at("has_short").cells();
  const auto has_lit = out.at("has_lit").cells();
  const auto has_price = out.at("has_price").cells();
  const auto imbalance = out.at("lit_flow_imbalance").cells();
  const auto score = out["accumulation_score"].cells();
  const auto display = out["accumulation_score_display"].cells();
  const auto confidence = out["confidence"].cells();
  const auto label = out["pressure_context_label"].cells();
  for (std::size_t cell = 0; cell < score.size(); ++cell) {
    score[cell] = score_of(z_short[cell], z_lit[cell], z_return[cell], z_participation[cell]);
    display[cell] = 50.0 * (score[cell] + 1.0);
    label[cell] = label_of(display[cell]);
    const double there = has_short[cell] + has_lit[cell] + has_price[cell];
    confidence[cell] =
        confidence_of(static_cast<std::size_t>(status[cell]), static_cast<std::size_t>(3.0 - there),
                      !std::isnan(imbalance[cell]));
  }
}

}  // namespace offex::studies
