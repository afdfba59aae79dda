#include "offex/studies/index_aggregate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/kernels/composite.hpp"
#include "offex/kernels/z_score.hpp"
#include "offex/market/quantity.hpp"

namespace offex::studies {
namespace {

using columns::Panel;

constexpr double kNan = Panel::kMissing;
constexpr kernels::ZOptions kLagged{20, 15, kernels::Baseline::Lagged};

double type_of(bool finra, bool polygon) {
  if (finra && polygon) {
    return 2.0;  // MIXED
  }
  return finra ? 0.0 : polygon ? 1.0 : kNan;
}

/// Rows from `first_day` on.
Panel rows_from(const Panel& in, std::size_t first_day) {
  Panel out{in.num_days() - first_day, in.num_symbols()};
  for (std::size_t day = 0; day < out.num_days(); ++day) {
    std::ranges::copy(in.row(day + first_day), out.row(day).begin());
  }
  return out;
}

}  // namespace

double dollars_of(double close, double volume) {
  return close * volume /
         (static_cast<double>(market::Price::kPerDollar) *
          static_cast<double>(market::Quantity::kPerShare));
}

IndexAggregate::IndexAggregate(std::span<const IndexDefinition> indexes,
                               std::span<const market::Day> days, std::string_view version)
    : indexes_{indexes},
      days_{days},
      spec_{find_table("index_constituent_short_agg_daily", version)},
      phase_a_{version == "PhaseA_v1"},
      totals_(days.size() * indexes.size()),
      returns_{days.size(), indexes.size()},
      returns_z_{days.size(), indexes.size()} {
  OFFEX_CHECK(spec_ != nullptr);
}

void IndexAggregate::add(const MetricPanels& tile, std::size_t first_symbol) {
  OFFEX_CHECK(tile.num_days() == days_.size());
  const std::size_t end_symbol = first_symbol + tile.num_symbols();
  const auto inside = [&](std::size_t position) {
    return position >= first_symbol && position < end_symbol;
  };
  for (std::size_t index = 0; index < indexes_.size(); ++index) {
    const IndexDefinition& definition = indexes_[index];
    if (definition.price_position && inside(*definition.price_position)) {
      const std::size_t cell = *definition.price_position - first_symbol;
      for (std::size_t day = 0; day < days_.size(); ++day) {
        returns_.at(day, index) = tile.at("return_1d").at(day, cell);
        returns_z_.at(day, index) = tile.at("return_z").at(day, cell);
      }
    }
    for (const IndexMember& member : definition.members) {
      if (member.position && inside(*member.position)) {
        add_member(tile, *member.position - first_symbol, index, member);
      }
    }
  }
}

void IndexAggregate::add_member(const MetricPanels& tile, std::size_t cell, std::size_t index,
                                const IndexMember& member) {
  const Panel& shorts = tile.at("short_volume");
  const Panel& values = tile.at("short_ratio_denominator_value");
  const Panel& types = tile.at("short_ratio_denominator_type");
  const Panel& ratios = tile.at("short_ratio");
  const Panel* closes = phase_a_ ? nullptr : &tile.at("close");
  for (std::size_t day = 0; day < days_.size(); ++day) {
    const bool has_ratio = !std::isnan(ratios.at(day, cell));
    if (!member.valid_on(days_[day]) || (!phase_a_ && !has_ratio)) {
      continue;  // v2 adds a member to both sums or to none
    }
    Totals& sum = totals(day, index);
    const double short_volume = shorts.at(day, cell);
    const double value = values.at(day, cell);
    sum.short_volume += std::isnan(short_volume) ? 0.0 : short_volume;
    sum.denominator += std::isnan(value) ? 0.0 : value;
    sum.finra = sum.finra || types.at(day, cell) == 0.0;
    sum.polygon = sum.polygon || types.at(day, cell) == 1.0;
    sum.covered += has_ratio ? 1.0 : 0.0;
    if (phase_a_) {
      continue;
    }
    sum.ratios += ratios.at(day, cell);
    const double close = closes->at(day, cell);
    if (!std::isnan(close)) {
      sum.short_dollars += dollars_of(close, short_volume);
      sum.dollars += dollars_of(close, value);
      sum.priced += 1.0;
    }
  }
}

MetricPanels IndexAggregate::finish(std::size_t first_day) const {
  const std::size_t count = indexes_.size();
  MetricPanels out{*spec_, days_.size() - first_day, count};
  Panel ratio{days_.size(), count};
  for (std::size_t cell = 0; cell < totals_.size(); ++cell) {
    const Totals& sum = totals_[cell];
    ratio.cells()[cell] = sum.denominator > 0.0 ? sum.short_volume / sum.denominator : kNan;
  }
  const auto options = phase_a_ ? kernels::ZOptions{20, 5, kernels::Baseline::Trailing} : kLagged;
  Panel& z = out["agg_short_ratio_z"];
  kernels::z_score(kernels::block_of(std::as_const(ratio)), first_day, kernels::block_of(z),
                   options);
  out["agg_short_ratio"] = rows_from(ratio, first_day);
  out["index_price_return"] = rows_from(returns_, first_day);
  out["index_return_z"] = rows_from(returns_z_, first_day);
  out.fill("inference_version", 0.0);
  if (phase_a_) {
    out.fill("data_quality", 0.0);
  } else {
    write_weighted(first_day, out);
  }
  std::vector<market::Symbol> names;
  std::vector<market::Symbol> price_names;
  for (std::size_t index = 0; index < count; ++index) {
    names.push_back(indexes_[index].index);
    price_names.push_back(indexes_[index].price_symbol);
    for (std::size_t day = 0; day < out.num_days(); ++day) {
      write_totals(day, index, first_day, out);
      out["interpretation_label"].at(day, index) = static_cast<double>(
          kernels::label_by_z(z.at(day, index), out.at("index_return_z").at(day, index)));
    }
  }
  out.set_symbols("index_symbol", std::move(names));
  out.set_symbols("index_price_symbol", std::move(price_names));
  return out;
}

void IndexAggregate::write_totals(std::size_t day, std::size_t index, std::size_t first_day,
                                  MetricPanels& out) const {
  const IndexDefinition& definition = indexes_[index];
  const Totals& sum = totals_[(day + first_day) * indexes_.size() + index];
  const bool nothing = !phase_a_ && sum.covered == 0.0;  // missing is null in v2, never zero
  // v2 adds exact millionths of a share; the table shows shares.
  const double unit = phase_a_ ? 1.0 : static_cast<double>(market::Quantity::kPerShare);
  const auto expected =
      static_cast<double>(std::ranges::count_if(definition.members, [&](const IndexMember& member) {
        return member.valid_on(days_[day + first_day]);
      }));
  out["total_short_volume"].at(day, index) = nothing ? kNan : sum.short_volume / unit;
  out["total_denominator_volume"].at(day, index) = nothing ? kNan : sum.denominator / unit;
  out["denominator_type"].at(day, index) = type_of(sum.finra, sum.polygon);
  out["coverage_count"].at(day, index) = sum.covered;
  out["expected_constituent_count"].at(day, index) = expected;
  out["coverage_pct"].at(day, index) = expected > 0.0 ? sum.covered / expected : kNan;
  out["index_price_source"].at(day, index) = definition.is_proxy ? 1.0 : 0.0;
}

void IndexAggregate::write_weighted(std::size_t first_day, MetricPanels& out) const {
  const std::size_t count = indexes_.size();
  Panel ratio{days_.size(), count};
  for (std::size_t cell = 0; cell < totals_.size(); ++cell) {
    const Totals& sum = totals_[cell];
    ratio.cells()[cell] = sum.dollars > 0.0 ? sum.short_dollars / sum.dollars : kNan;
  }
  kernels::z_score(kernels::block_of(std::as_const(ratio)), first_day,
                   kernels::block_of(out["dollar_weighted_short_ratio_z"]), kLagged);
  out["dollar_weighted_short_ratio"] = rows_from(ratio, first_day);
  for (std::size_t day = 0; day < out.num_days(); ++day) {
    for (std::size_t index = 0; index < count; ++index) {
      const Totals& sum = totals_[(day + first_day) * count + index];
      out["equal_weighted_short_ratio"].at(day, index) =
          sum.covered > 0.0 ? sum.ratios / sum.covered : kNan;
      out["dollar_volume"].at(day, index) = sum.priced > 0.0 ? sum.dollars : kNan;
      out["priced_count"].at(day, index) = sum.priced;
    }
  }
}

}  // namespace offex::studies
