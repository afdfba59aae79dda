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
constexpr double kMinLitVolume = 10'000.0 * static_cast<double>(market::Quantity::kPerShare);
constexpr int kBreakSessions = 20;

/// The series that z-scores judge, warm-up rows included.
struct Series {
  Series(std::size_t rows, std::size_t count)
      : short_ratio{rows, count},
        offex_share{rows, count},
        log_total{rows, count},
        change{rows, count},
        imbalance{rows, count} {}

  Panel short_ratio, offex_share, log_total, change, imbalance;
};

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

Series series_of(const V2Inputs& in, Tile tile, std::size_t count) {
  const std::size_t rows = in.short_volume.num_days();
  Series out{rows, count};
  for (std::size_t row = 0; row < rows; ++row) {
    kernels::share(tile(in.short_volume, row), tile(in.total_volume, row),
                   out.short_ratio.row(row));
    kernels::share(tile(in.total_volume, row), tile(in.volume, row), out.offex_share.row(row));
    kernels::log_positive(tile(in.total_volume, row), out.log_total.row(row));
    kernels::imbalance(tile(in.lit_buy_volume, row), tile(in.lit_sell_volume, row), kMinLitVolume,
                       out.imbalance.row(row));
    if (row > 0) {
      kernels::relative_change(tile(in.close, row), tile(in.close, row - 1), out.change.row(row));
    }
  }
  return out;
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
      std::ranges::copy(tile(*panel, first + row), target.row(row).begin());
    }
  }
}

void ratio_columns(const V2Inputs& in, const Series& series, std::size_t first, Tile tile,
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
    std::ranges::copy(series.short_ratio.row(at), short_ratio.row(row).begin());
    std::ranges::copy(series.offex_share.row(at), offex_share.row(row).begin());
    std::ranges::copy(series.change.row(at), change.row(row).begin());
    std::ranges::copy(series.imbalance.row(at), imbalance.row(row).begin());
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

void z_columns(const Series& series, std::size_t first, MetricPanels& out) {
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

/// Position in kV2QualityWords of the gravest flaw.
double quality_of(unsigned presence, double shorts, double total, double volume) {
  if (total > volume) {
    return 5.0;  // TOTAL_ABOVE_CONSOLIDATED
  }
  if (shorts > total) {
    return 4.0;  // SHORT_ABOVE_TOTAL
  }
  if ((presence & V2Inputs::kShort) == 0) {
    return 1.0;  // NO_SHORT
  }
  if (!(total > 0.0)) {
    return 3.0;  // TOTAL_MISSING
  }
  return std::isnan(volume) ? 2.0 : 0.0;  // NO_PRICE, OK
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
    const auto presences = tile(in.presence, at);
    const auto shorts = tile(in.short_volume, at);
    const auto totals = tile(in.total_volume, at);
    const auto volumes = tile(in.volume, at);
    const auto closes = tile(in.close, at);
    const double from = in.cnms[at] != 0 ? 0.0 : 1.0;
    std::ranges::fill(broken.row(row), in.breaks[at] != 0 ? 1.0 : 0.0);
    for (std::size_t cell = 0; cell < presences.size(); ++cell) {
      const unsigned presence =
          std::isnan(presences[cell]) ? 0U : static_cast<unsigned>(presences[cell]);
      const bool has_ratio = !std::isnan(ratio.at(row, cell));
      has_short.at(row, cell) = (presence & V2Inputs::kShort) != 0 ? 1.0 : 0.0;
      has_lit.at(row, cell) = (presence & V2Inputs::kLit) != 0 ? 1.0 : 0.0;
      has_price.at(row, cell) = std::isnan(closes[cell]) ? 0.0 : 1.0;
      source.at(row, cell) = (presence & V2Inputs::kShort) != 0 ? from : kNan;
      type.at(row, cell) = has_ratio ? 0.0 : kNan;
      value.at(row, cell) = has_ratio ? totals[cell] : kNan;
      quality.at(row, cell) = quality_of(presence, shorts[cell], totals[cell], volumes[cell]);
      if (totals[cell] > volumes[cell]) {
        of_consolidated.at(row, cell) = kNan;  // the denominator contradicts the files
      }
    }
  }
}

}  // namespace

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

MetricPanels compute_v2(const V2Inputs& inputs, std::size_t first, std::size_t first_symbol,
                        std::size_t count) {
  const std::size_t rows = inputs.short_volume.num_days();
  OFFEX_CHECK(first <= rows && first_symbol + count <= inputs.short_volume.num_symbols());
  const TableSpec* spec = find_table("daily_metrics", "v2");
  OFFEX_CHECK(spec != nullptr);
  const Tile tile{first_symbol, count};
  const Series series = series_of(inputs, tile, count);
  MetricPanels out{*spec, rows - first, count};
  copy_inputs(inputs, first, tile, out);
  ratio_columns(inputs, series, first, tile, out);
  z_columns(series, first, out);
  provenance_columns(inputs, first, tile, out);
  return out;
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
