#include "offex/studies/v2.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "offex/base/check.hpp"
#include "offex/kernels/elementwise.hpp"
#include "offex/kernels/z_score.hpp"
#include "offex/market/calendar.hpp"
#include "offex/market/quantity.hpp"

namespace offex::studies {
namespace {

using columns::Panel;

constexpr double kNan = Panel::kMissing;
constexpr kernels::ZOptions kLagged{20, 15, kernels::Baseline::Lagged};
constexpr int kBreakSessions = 20;

const TableSpec& v2_spec() {
  const TableSpec* spec = find_table("daily_metrics", "v2");
  OFFEX_CHECK(spec != nullptr);
  return *spec;
}

/// The tile's part of one input row.
class Tile {
 public:
  Tile(std::size_t first_symbol, std::size_t count) : first_{first_symbol}, count_{count} {}
  [[nodiscard]] std::span<const double> operator()(const Panel& panel, std::size_t row) const {
    return panel.row(row).subspan(first_, count_);
  }

 private:
  std::size_t first_;
  std::size_t count_;
};

void series_of(const V2Inputs& in, Tile tile, V2Series& out) {
  const std::size_t rows = in.short_volume.num_days();
  for (std::size_t row = 0; row < rows; ++row) {
    kernels::share(tile(in.short_volume, row), tile(in.total_volume, row),
                   out.short_ratio.row(row));
    kernels::share(tile(in.total_volume, row), tile(in.volume, row), out.offex_share.row(row));
    kernels::log_positive(tile(in.total_volume, row), out.log_total.row(row));
    kernels::imbalance(tile(in.lit_buy_volume, row), tile(in.lit_sell_volume, row), kMinLitVolume,
                       out.imbalance.row(row));
    if (row > 0) {
      kernels::relative_change(tile(in.close, row), tile(in.close, row - 1), out.change.row(row));
    } else {
      kernels::fill(kNan, out.change.row(row));
    }
  }
}

void copy_inputs(const V2Inputs& in, std::size_t first, Tile tile, MetricPanels& out) {
  const std::array<std::pair<std::string_view, const Panel*>, 11> columns{
      {{"short_volume", &in.short_volume},
       {"short_exempt_volume", &in.short_exempt_volume},
       {"total_volume", &in.total_volume},
       {"open", &in.open},
       {"high", &in.high},
       {"low", &in.low},
       {"close", &in.close},
       {"vwap", &in.vwap},
       {"volume", &in.volume},
       {"lit_buy_volume", &in.lit_buy_volume},
       {"lit_sell_volume", &in.lit_sell_volume}}};
  for (const auto& [name, panel] : columns) {
    Panel& target = out[name];
    for (std::size_t row = 0; row < out.num_days(); ++row) {
      kernels::copy(tile(*panel, first + row), target.row(row));
    }
  }
}

void ratio_columns(const V2Inputs& in, const V2Series& series, std::size_t first, Tile tile,
                   MetricPanels& out) {
  Panel& short_ratio = out["short_ratio"];
  Panel& offex_share = out["offex_share"];
  Panel& change = out["return_1d"];
  Panel& imbalance = out["lit_flow_imbalance"];
  Panel& exempt = out["short_exempt_ratio"];
  Panel& of_consolidated = out["short_of_consolidated"];
  Panel& net = out["net_short_volume"];
  Panel& range = out["range_pct"];
  Panel& lit = out["lit_buy_ratio"];
  for (std::size_t row = 0; row < out.num_days(); ++row) {
    const std::size_t at = first + row;
    kernels::copy(series.short_ratio.row(at), short_ratio.row(row));
    kernels::copy(series.offex_share.row(at), offex_share.row(row));
    kernels::copy(series.change.row(at), change.row(row));
    kernels::copy(series.imbalance.row(at), imbalance.row(row));
    const auto shorts = tile(in.short_volume, at);
    const auto totals = tile(in.total_volume, at);
    const auto volumes = tile(in.volume, at);
    kernels::share(tile(in.short_exempt_volume, at), totals, exempt.row(row));
    kernels::share(shorts, volumes, of_consolidated.row(row));
    kernels::net_of_twice(shorts, totals, net.row(row));
    kernels::range_share(tile(in.high, at), tile(in.low, at), tile(in.close, at), range.row(row));
    kernels::buy_share(tile(in.lit_buy_volume, at), tile(in.lit_sell_volume, at), kMinLitVolume,
                       lit.row(row));
  }
}

void z_columns(const V2Series& series, std::size_t first, MetricPanels& out) {
  const std::array<std::pair<std::string_view, const Panel*>, 5> columns{
      {{"short_ratio_z", &series.short_ratio},
       {"offex_share_z", &series.offex_share},
       {"total_volume_z", &series.log_total},
       {"return_z", &series.change},
       {"lit_flow_imbalance_z", &series.imbalance}}};
  for (const auto& [name, panel] : columns) {
    kernels::z_score(kernels::block_of(*panel), first, kernels::block_of(out[name]), kLagged);
  }
}

/// Fills one row with positions in kV2QualityWords: the gravest flaw of each cell, worst last.
void quality_row(const V2Inputs& in, std::size_t at, Tile tile, std::span<double> out) {
  const auto shorts = tile(in.short_volume, at);
  const auto totals = tile(in.total_volume, at);
  const auto volumes = tile(in.volume, at);
  kernels::fill(0.0, out);                                                     // OK
  kernels::set_where_missing(volumes, 2.0, out);                               // NO_PRICE
  kernels::set_unless_positive(totals, 3.0, out);                              // TOTAL_MISSING
  kernels::set_unless_bit(tile(in.presence, at), V2Inputs::kShort, 1.0, out);  // NO_SHORT
  kernels::set_where_greater(shorts, totals, 4.0, out);                        // SHORT_ABOVE_TOTAL
  kernels::set_where_greater(totals, volumes, 5.0, out);  // TOTAL_ABOVE_CONSOLIDATED
}

void provenance_columns(const V2Inputs& in, std::size_t first, Tile tile, MetricPanels& out) {
  Panel& has_short = out["has_short"];
  Panel& has_lit = out["has_lit"];
  Panel& has_price = out["has_price"];
  Panel& source = out["short_source"];
  Panel& type = out["short_ratio_denominator_type"];
  Panel& value = out["short_ratio_denominator_value"];
  Panel& broken = out["baseline_break"];
  Panel& quality = out["data_quality"];
  Panel& of_consolidated = out["short_of_consolidated"];
  const Panel& ratio = out.at("short_ratio");
  out.fill("inference_version", 0.0);
  for (std::size_t row = 0; row < out.num_days(); ++row) {
    const std::size_t at = first + row;
    const auto presence = tile(in.presence, at);
    const auto totals = tile(in.total_volume, at);
    kernels::fill(in.breaks[at] != 0 ? 1.0 : 0.0, broken.row(row));
    kernels::bit_flag(presence, V2Inputs::kShort, has_short.row(row));
    kernels::bit_flag(presence, V2Inputs::kLit, has_lit.row(row));
    kernels::fill(1.0, has_price.row(row));
    kernels::set_where_missing(tile(in.close, at), 0.0, has_price.row(row));
    kernels::fill(in.cnms[at] != 0 ? 0.0 : 1.0, source.row(row));
    kernels::set_unless_bit(presence, V2Inputs::kShort, kNan, source.row(row));
    kernels::fill(0.0, type.row(row));
    kernels::set_where_missing(ratio.row(row), kNan, type.row(row));
    kernels::copy(totals, value.row(row));
    kernels::set_where_missing(ratio.row(row), kNan, value.row(row));
    quality_row(in, at, tile, quality.row(row));
    // A denominator that contradicts the files.
    kernels::set_where_greater(totals, tile(in.volume, at), kNan, of_consolidated.row(row));
  }
}

}  // namespace

V2Series::V2Series(std::size_t rows, std::size_t count)
    : short_ratio{rows, count},
      offex_share{rows, count},
      log_total{rows, count},
      change{rows, count},
      imbalance{rows, count} {}

V2Workspace::V2Workspace() : panels_{v2_spec(), 0, 0} {}

V2Inputs::V2Inputs(std::size_t num_days, std::size_t num_symbols)
    : cnms(num_days, 0), breaks(num_days, 0) {
  for (Panel* panel : {&short_volume, &short_exempt_volume, &total_volume, &open, &high, &low,
                       &close, &vwap, &volume, &lit_buy_volume, &lit_sell_volume, &presence}) {
    *panel = Panel{num_days, num_symbols};
  }
}

void V2Inputs::roll(std::size_t rows, std::size_t fresh) {
  for (Panel* panel : {&short_volume, &short_exempt_volume, &total_volume, &open, &high, &low,
                       &close, &vwap, &volume, &lit_buy_volume, &lit_sell_volume, &presence}) {
    Panel next{rows + fresh, panel->num_symbols()};
    for (std::size_t row = 0; row < rows; ++row) {
      std::ranges::copy(panel->row(panel->num_days() - rows + row), next.row(row).begin());
    }
    *panel = std::move(next);
  }
  cnms.erase(cnms.begin(), cnms.end() - static_cast<std::ptrdiff_t>(rows));
  cnms.resize(rows + fresh, 0);
  breaks.erase(breaks.begin(), breaks.end() - static_cast<std::ptrdiff_t>(rows));
  breaks.resize(rows + fresh, 0);
}

std::vector<std::uint8_t> baseline_breaks(std::span<const market::Day> days) {
  constexpr std::string_view kDailyVolumes = "fractional-shares";
  std::vector<std::uint8_t> out(days.size(), 0);
  for (const market::StructuralBreak& change : market::structural_breaks()) {
    const Result<market::Day> last = market::session_after(change.day, kBreakSessions);
    if (change.name != kDailyVolumes || !last) {
      continue;
    }
    for (std::size_t day = 0; day < days.size(); ++day) {
      if (change.day <= days[day] && days[day] <= *last) {
        out[day] = 1;
      }
    }
  }
  return out;
}

const MetricPanels& V2Workspace::compute(const V2Inputs& inputs, std::size_t first,
                                         std::size_t first_symbol, std::size_t count) {
  const std::size_t rows = inputs.short_volume.num_days();
  OFFEX_CHECK(first <= rows && first_symbol + count <= inputs.short_volume.num_symbols());
  if (series_.short_ratio.num_days() != rows || series_.short_ratio.num_symbols() != count) {
    series_ = V2Series{rows, count};
  }
  if (panels_.num_days() != rows - first || panels_.num_symbols() != count) {
    panels_ = MetricPanels{panels_.spec(), rows - first, count};
  }
  const Tile tile{first_symbol, count};
  series_of(inputs, tile, series_);
  copy_inputs(inputs, first, tile, panels_);
  ratio_columns(inputs, series_, first, tile, panels_);
  z_columns(series_, first, panels_);
  provenance_columns(inputs, first, tile, panels_);
  return panels_;
}

MetricPanels compute_v2(const V2Inputs& inputs, std::size_t first, std::size_t first_symbol,
                        std::size_t count) {
  V2Workspace workspace;
  workspace.compute(inputs, first, first_symbol, count);
  return std::move(workspace).take();
}

std::vector<std::size_t> v2_rows(const V2Inputs& inputs, std::size_t first,
                                 std::size_t first_symbol, std::size_t count) {
  std::vector<std::size_t> out;
  for (std::size_t row = first; row < inputs.presence.num_days(); ++row) {
    for (std::size_t cell = 0; cell < count; ++cell) {
      if (!std::isnan(inputs.presence.at(row, first_symbol + cell))) {
        out.push_back((row - first) * count + cell);
      }
    }
  }
  return out;
}

}  // namespace offex::studies
