#include <cmath>
#include <cstddef>

#include "offex/kernels/composite.hpp"

#include "studies/phase_a_internal.hpp"

namespace offex::studies {
namespace {

using columns::Panel;

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
    const kernels::SeedScore seed =
        kernels::seed_score(z_short[cell], z_lit[cell], z_return[cell], z_participation[cell]);
    score[cell] = seed.score;
    display[cell] = seed.display;
    label[cell] = static_cast<double>(kernels::label_by_score(seed.display));
    confidence[cell] = kernels::seed_confidence(
        static_cast<kernels::OtcStatus>(status[cell]), has_short[cell] != 0.0, has_lit[cell] != 0.0,
        has_price[cell] != 0.0, !std::isnan(imbalance[cell]));
  }
}

}  // namespace offex::studies
