#include <algorithm>
#include <cmath>
#include <numeric>

#include "offex/base/check.hpp"
#include "offex/studies/index_table.hpp"

#include "studies/cell_values_internal.hpp"
#include "studies/index_table_internal.hpp"

// The dollar-weighted ratio of an index, taken apart by members.
namespace offex::studies {
namespace {

using columns::Column;
using columns::Type;

bool is_added(const IndexCell& cell) {
  return !std::isnan(cell.short_ratio) && !std::isnan(cell.dollars);
}

struct Sum {
  double dollars{0.0};
  double ratio{Contribution::kMissing};
};

/// In order of the cells, as the index table adds them up.
Sum sum_of(std::span<const IndexCell> cells) {
  Sum out;
  double weighted = 0.0;
  for (const IndexCell& cell : cells) {
    if (is_added(cell)) {
      out.dollars += cell.dollars;
      weighted += cell.dollars * cell.short_ratio;
    }
  }
  if (out.dollars > 0.0) {
    out.ratio = weighted / out.dollars;
  }
  return out;
}

void add_change(const IndexCell& now, const Sum& sum, const IndexCell& before, const Sum& earlier,
                Contribution& out) {
  if (!is_added(now) && !is_added(before)) {
    return;
  }
  const double weight = is_added(now) ? now.dollars / sum.dollars : 0.0;
  const double weight_before = is_added(before) ? before.dollars / earlier.dollars : 0.0;
  const double ratio = is_added(now) ? now.short_ratio : before.short_ratio;
  const double ratio_before = is_added(before) ? before.short_ratio : now.short_ratio;
  out.within = 0.5 * (weight + weight_before) * (ratio - ratio_before);
  out.mix = (weight - weight_before) * 0.5 * (ratio + ratio_before);
  out.change = out.within + out.mix;
}

/// Members with a contribution or a change, the largest contribution first.
std::vector<std::size_t> order_of(std::span<const Contribution> all) {
  std::vector<std::size_t> out(all.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  std::erase_if(out, [&](std::size_t member) {
    return std::isnan(all[member].weight) && std::isnan(all[member].change);
  });
  const auto size = [&](std::size_t member) {
    const double value = std::abs(all[member].value);
    return std::isnan(value) ? -1.0 : value;
  };
  // Members are in order of symbol, which settles ties.
  std::ranges::stable_sort(out, std::ranges::greater{}, size);
  return out;
}

columns::Batch rows_of(market::Day day, std::span<const IndexMember> members,
                       std::span<const Contribution> all) {
  columns::Batch out{{Column{"trade_date", Type::Day}, Column{"symbol", Type::Symbol},
                      Column{"weight", Type::Double}, Column{"short_ratio", Type::Double},
                      Column{"contribution", Type::Double}, Column{"change_within", Type::Double},
                      Column{"change_mix", Type::Double}, Column{"change", Type::Double}}};
  for (const std::size_t member : order_of(all)) {
    const Contribution& one = all[member];
    out.column(0).push<std::int32_t>(day.days());
    out.column(1).push(members[member].symbol);
    push_number(one.weight, out.column(2));
    push_number(one.short_ratio, out.column(3));
    push_number(one.value, out.column(4));
    push_number(one.within, out.column(5));
    push_number(one.mix, out.column(6));
    push_number(one.change, out.column(7));
  }
  return out;
}

std::vector<IndexCell> cells_of(const IndexSource& source, const MetricPanels& panels,
                                std::size_t row, market::Day day) {
  std::vector<IndexCell> out(source.definition().members.size());
  for (std::size_t index = 0; index < out.size(); ++index) {
    const IndexMember& member = source.definition().members[index];
    if (!member.position || !member.valid_on(day)) {
      continue;
    }
    out[index].short_ratio = panels.at("short_ratio").at(row, *member.position);
    out[index].dollars =
        dollars_of(panels.at("close").at(row, *member.position),
                   panels.at("short_ratio_denominator_value").at(row, *member.position));
  }
  return out;
}

}  // namespace

std::vector<Contribution> contributions_of(std::span<const IndexCell> now,
                                           std::span<const IndexCell> before) {
  OFFEX_CHECK(before.empty() || before.size() == now.size());
  const Sum sum = sum_of(now);
  const Sum earlier = sum_of(before);
  const bool compared = sum.dollars > 0.0 && earlier.dollars > 0.0;
  std::vector<Contribution> out(now.size());
  for (std::size_t member = 0; member < now.size(); ++member) {
    Contribution& one = out[member];
    if (is_added(now[member]) && sum.dollars > 0.0) {
      one.weight = now[member].dollars / sum.dollars;
      one.short_ratio = now[member].short_ratio;
      one.value = one.weight * (one.short_ratio - sum.ratio);
    }
    if (compared) {
      add_change(now[member], sum, before[member], earlier, one);
    }
  }
  return out;
}

Result<IndexContributions> index_contributions(const store::Reader& reader,
                                               const IndexRequest& request) {
  OFFEX_ASSIGN(IndexSource source, IndexSource::load(reader, request));
  const SessionRange shown = source.sessions(request.days);
  if (shown.size() == 0) {
    return fail(base::ErrorCode::NotFound, "no session in these days");
  }
  const std::size_t last = shown.end - 1;
  const std::size_t first = last == 0 ? last : last - 1;
  OFFEX_ASSIGN(const MetricPanels panels, source.metrics({first, shown.end}));
  IndexContributions out;
  out.day = source.axis().days[last];
  const std::vector<IndexCell> now = cells_of(source, panels, last - first, out.day);
  std::vector<IndexCell> before;
  if (first < last) {
    out.before = source.axis().days[first];
    before = cells_of(source, panels, 0, *out.before);
  }
  const std::vector<Contribution> all = contributions_of(now, before);
  out.short_ratio = sum_of(now).ratio;
  out.short_ratio_before = sum_of(before).ratio;
  out.members = static_cast<std::size_t>(
      std::ranges::count_if(all, [](const Contribution& one) { return !std::isnan(one.weight); }));
  out.rows = rows_of(out.day, source.definition().members, all);
  return out;
}

}  // namespace offex::studies
