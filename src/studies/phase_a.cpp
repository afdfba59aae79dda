#include "offex/studies/phase_a.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "offex/base/check.hpp"
#include "offex/kernels/z_score.hpp"

#include "studies/phase_a_internal.hpp"

namespace offex::studies {
namespace {

using columns::Panel;

constexpr double kNan = Panel::kMissing;
constexpr double kMinLitVolume = 10'000.0;
constexpr kernels::ZOptions kZ20{20, 5, kernels::Baseline::Trailing};
constexpr kernels::ZOptions kZ60{60, 5, kernels::Baseline::Trailing};

bool present(double value) { return !std::isnan(value); }
double or_zero(double value) { return present(value) ? value : 0.0; }

void z_of(const Panel& in, const kernels::ZOptions& options, Panel& out) {
  kernels::z_score(kernels::block_of(in), 0, kernels::block_of(out), options);
}

/// Rules 9 to 13: volumes, denominator and ratios of the short-sale rows.
void short_columns(const PhaseAInputs& in, MetricPanels& out) {
  out["short_volume"] = in.short_volume;
  out["short_exempt_volume"] = in.short_exempt_volume;
  out["short_total_volume"] = in.total_volume;
  out["finra_buy_volume"] = in.short_volume;
  const auto shorts = in.short_volume.cells();
  const auto totals = in.total_volume.cells();
  const auto volumes = in.volume.cells();
  const auto sell = out["short_sell_volume"].cells();
  const auto ratio = out["short_ratio"].cells();
  const auto odds = out["short_buy_sell_ratio"].cells();
  const auto type = out["short_ratio_denominator_type"].cells();
  const auto value = out["short_ratio_denominator_value"].cells();
  const auto source = out["short_ratio_source"].cells();
  for (std::size_t cell = 0; cell < shorts.size(); ++cell) {
    const double buy = shorts[cell];
    const bool finra = totals[cell] > 0.0;
    const bool polygon = !finra && volumes[cell] > 0.0;
    const double denominator = finra ? totals[cell] : polygon ? volumes[cell] : kNan;
    type[cell] = finra ? 0.0 : polygon ? 1.0 : kNan;
    value[cell] = denominator;
    source[cell] = present(buy) ? 0.0 : kNan;
    ratio[cell] = buy / denominator;
    sell[cell] = present(buy) && present(denominator) ? std::max(denominator - buy, 0.0) : kNan;
    odds[cell] = denominator > buy ? buy / (denominator - buy) : kNan;
  }
}

/// Rule 16: the minimum lit volume binds the ratio and the imbalance only.
void lit_columns(const PhaseAInputs& in, MetricPanels& out) {
  out["lit_buy_volume"] = in.lit_buy_volume;
  out["lit_sell_volume"] = in.lit_sell_volume;
  const auto buys = in.lit_buy_volume.cells();
  const auto sells = in.lit_sell_volume.cells();
  const auto total = out["lit_total_volume"].cells();
  const auto ratio = out["lit_buy_ratio"].cells();
  const auto imbalance = out["lit_flow_imbalance"].cells();
  const auto log_ratio = out["log_buy_sell"].cells();
  for (std::size_t cell = 0; cell < buys.size(); ++cell) {
    const double sum = buys[cell] + sells[cell];
    const bool thick = sum >= kMinLitVolume;
    total[cell] = sum;
    ratio[cell] = thick ? buys[cell] / sum : kNan;
    imbalance[cell] = thick ? (buys[cell] - sells[cell]) / sum : kNan;
    log_ratio[cell] =
        buys[cell] > 0.0 && sells[cell] > 0.0 ? std::log(buys[cell] / sells[cell]) : kNan;
  }
}

/// Rules 14 and 15: a missing input counts as 0, unless both are missing.
void flow_columns(const PhaseAInputs& in, MetricPanels& out) {
  const auto shorts = in.short_volume.cells();
  const auto buys = in.lit_buy_volume.cells();
  const auto sells = in.lit_sell_volume.cells();
  const auto short_sell = out["short_sell_volume"].cells();
  const auto combined = out["combined_ratio"].cells();
  const auto flow = out["vw_flow"].cells();
  for (std::size_t cell = 0; cell < shorts.size(); ++cell) {
    const double bought = or_zero(shorts[cell]) + or_zero(buys[cell]);
    const double sold = or_zero(short_sell[cell]) + or_zero(sells[cell]);
    const bool any = present(shorts[cell]) || present(buys[cell]) || present(sells[cell]);
    combined[cell] = sold != 0.0 ? bought / sold : kNan;
    flow[cell] = any ? bought - sold : kNan;
  }
}

/// Rules 3 and 4: returns and their z run over the symbol's bars, not over sessions.
void price_columns(const PhaseAInputs& in, MetricPanels& out) {
  out["close"] = in.close;
  out["vwap"] = in.vwap;
  out["high"] = in.high;
  out["low"] = in.low;
  out["volume"] = in.volume;
  Panel& change = out["return_1d"];
  Panel& range = out["range_pct"];
  const std::size_t days = in.close.num_days();
  const std::size_t symbols = in.close.num_symbols();
  Panel bars{days, symbols};  // returns by bar number
  std::vector<std::size_t> count(symbols, 0);
  std::vector<double> previous(symbols, kNan);
  for (std::size_t day = 0; day < days; ++day) {
    for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
      if (in.has_bar.at(day, symbol) != 1.0) {
        continue;
      }
      const double close = in.close.at(day, symbol);
      const double before = previous[symbol];
      change.at(day, symbol) = before != 0.0 ? close / before - 1.0 : kNan;
      range.at(day, symbol) =
          close != 0.0 ? (in.high.at(day, symbol) - in.low.at(day, symbol)) / close : kNan;
      bars.at(count[symbol]++, symbol) = change.at(day, symbol);
      previous[symbol] = close;
    }
  }
  Panel bars_z{days, symbols};
  z_of(bars, kZ20, bars_z);
  Panel& z = out["return_z"];
  std::fill(count.begin(), count.end(), 0);
  for (std::size_t day = 0; day < days; ++day) {
    for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
      if (in.has_bar.at(day, symbol) == 1.0) {
        z.at(day, symbol) = bars_z.at(count[symbol]++, symbol);
      }
    }
  }
}

void session_z_columns(MetricPanels& out) {
  constexpr std::array<std::string_view, 7> kSeries{
      "short_ratio",   "short_buy_sell_ratio", "finra_buy_volume",    "vw_flow",
      "lit_buy_ratio", "lit_flow_imbalance",   "otc_weekly_buy_ratio"};
  constexpr std::array<std::string_view, 7> kNames{
      "short_ratio_z",   "short_buy_sell_ratio_z", "finra_buy_volume_z", "vw_flow_z",
      "lit_buy_ratio_z", "lit_flow_imbalance_z",   "otc_buy_ratio_z"};
  for (std::size_t index = 0; index < kSeries.size(); ++index) {
    z_of(out.at(kSeries[index]), kZ20, out[kNames[index]]);
  }
  z_of(out.at("otc_participation_rate"), kZ60, out["otc_participation_z"]);
}

}  // namespace

PhaseAInputs::PhaseAInputs(std::size_t num_days, std::size_t num_symbols) : weeks(num_symbols) {
  for (Panel* panel : {&short_volume, &short_exempt_volume, &total_volume, &high, &low, &close,
                       &vwap, &volume, &has_bar, &lit_buy_volume, &lit_sell_volume}) {
    *panel = Panel{num_days, num_symbols};
  }
}

std::string_view to_string(ScoreSource source) {
  return kScoreSourceWords[static_cast<std::size_t>(source)];
}

std::optional<ScoreSource> parse_score_source(std::string_view text) {
  for (std::size_t index = 0; index < kScoreSourceWords.size(); ++index) {
    if (kScoreSourceWords[index] == text) {
      return static_cast<ScoreSource>(index);
    }
  }
  return std::nullopt;
}

MetricPanels compute_phase_a(const PhaseAInputs& inputs, std::span<const market::Day> days,
                             ScoreSource source) {
  OFFEX_CHECK(inputs.short_volume.num_days() == days.size());
  const TableSpec* spec = find_table("daily_metrics", "PhaseA_v1");
  OFFEX_CHECK(spec != nullptr);
  MetricPanels out{*spec, days.size(), inputs.short_volume.num_symbols()};
  short_columns(inputs, out);
  lit_columns(inputs, out);
  flow_columns(inputs, out);
  price_columns(inputs, out);
  phase_a_weekly(inputs, days, out);
  session_z_columns(out);
  phase_a_score(source, out);
  return out;
}

}  // namespace offex::studies
