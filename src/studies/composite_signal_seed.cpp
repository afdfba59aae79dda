#include <cmath>

#include "offex/kernels/elementwise.hpp"
#include "offex/studies/composite_signal.hpp"

namespace offex::studies {
namespace {

/// A column of the seed's metrics and its name in the composite.
struct Taken {
  std::string_view from;
  std::string_view to;
};

constexpr std::array<Taken, 8> kTaken{{{"lit_flow_imbalance_z", "lit_z"},
                                       {"return_z", "price_z"},
                                       {"otc_participation_z", "otc_z"},
                                       {"otc_status", "otc_status"},
                                       {"accumulation_score", "seed_score"},
                                       {"accumulation_score_display", "score"},
                                       {"confidence", "confidence"},
                                       {"pressure_context_label", "label_score"}}};

}  // namespace

MetricPanels compute_seed_composite(const MetricPanels& phase_a, ScoreSource source) {
  MetricPanels out{*find_table("composite_signal", "cs/1.0.0"), phase_a.num_days(),
                   phase_a.num_symbols()};
  out.fill("inference_version", 0.0);
  out.fill("short_z_source", static_cast<double>(source));
  kernels::copy(phase_a.at(to_string(source)).cells(), out["short_z"].cells());
  for (const Taken& column : kTaken) {
    kernels::copy(phase_a.at(column.from).cells(), out[column.to].cells());
  }
  const auto short_z = out.at("short_z").cells();
  const auto return_z = out.at("price_z").cells();
  const auto label = out["label_zrule"].cells();
  for (std::size_t cell = 0; cell < label.size(); ++cell) {
    label[cell] = static_cast<double>(kernels::label_by_z(short_z[cell], return_z[cell]));
  }
  return out;
}

std::vector<std::size_t> seed_composite_cells(const MetricPanels& panels) {
  std::vector<std::size_t> cells = cells_by_symbol(panels);
  const auto score = panels.at("score").cells();
  std::erase_if(cells, [&](std::size_t cell) { return std::isnan(score[cell]); });
  return cells;
}

}  // namespace offex::studies
