#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "offex/kernels/association.hpp"
#include "offex/views/compare_figure.hpp"

namespace offex::views {
namespace {

using studies::CompareMetric;
using studies::Comparison;

constexpr std::array<std::string_view, 3> kForms{"matrix", "multiples", "overlay"};
constexpr std::array<std::string_view, 4> kSorts{"cluster", "latest", "streak", "given"};

template <class Enum, std::size_t N>
std::optional<Enum> parsed(const std::array<std::string_view, N>& words, std::string_view text) {
  const auto* const found = std::ranges::find(words, text);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

using Order = std::vector<std::size_t>;

/// The newest value there is; NaN: none.
double newest(const Comparison& comparison, std::size_t symbol, CompareMetric metric) {
  double out = columns::Panel::kMissing;
  for (std::size_t day = 0; day < comparison.days.size(); ++day) {
    const double value = comparison.at(symbol, day)[metric];
    if (!std::isnan(value)) out = value;
  }
  return out;
}

// Sorts by a key, the largest first; a missing one comes last, equal ones keep their order.
template <class Key>
void sort_down(Order& order, const Key& key) {
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    const double left = key(a);
    const double right = key(b);
    if (std::isnan(left) || std::isnan(right)) return !std::isnan(left) && std::isnan(right);
    return left > right;
  });
}

std::vector<std::vector<double>> recent_values(const Comparison& comparison, CompareMetric metric) {
  const std::size_t days = comparison.days.size();
  const std::size_t first = days - std::min(days, kCompareHistory);
  std::vector<std::vector<double>> out(comparison.symbols.size());
  for (std::size_t symbol = 0; symbol < out.size(); ++symbol) {
    for (std::size_t day = first; day < days; ++day) {
      out[symbol].push_back(comparison.at(symbol, day)[metric]);
    }
  }
  return out;
}

/// Chains the members of one sector: first the one that moves most with the others, then always
/// the one that moves most with the last.
void chain(std::span<std::size_t> members, const std::vector<std::vector<double>>& values) {
  const std::size_t count = members.size();
  std::vector<double> alike(count * count, 0.0);
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = a + 1; b < count; ++b) {
      const double found = kernels::correlation(values[members[a]], values[members[b]]);
      alike[a * count + b] = alike[b * count + a] = std::isnan(found) ? 0.0 : found;
    }
  }
  Order left(count);
  std::iota(left.begin(), left.end(), std::size_t{0});
  const auto together = [&](std::size_t a) {
    const auto row = alike.begin() + static_cast<std::ptrdiff_t>(a * count);
    return std::accumulate(row, row + static_cast<std::ptrdiff_t>(count), 0.0);
  };
  Order placed;
  while (!left.empty()) {
    const auto next =
        placed.empty() ? std::ranges::max_element(left, std::less<>{}, together)
                       : std::ranges::max_element(left, std::less<>{}, [&](std::size_t candidate) {
                           return alike[placed.back() * count + candidate];
                         });
    placed.push_back(*next);
    left.erase(next);
  }
  const Order before(members.begin(), members.end());
  for (std::size_t i = 0; i < count; ++i) members[i] = before[placed[i]];
}

void cluster(const Comparison& comparison, CompareMetric metric, Order& order) {
  const std::vector<std::vector<double>> values = recent_values(comparison, metric);
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && comparison.sectors[end] == comparison.sectors[begin]) ++end;
    chain(std::span{order}.subspan(begin, end - begin), values);
    begin = end;
  }
}

void by_streak(const Comparison& comparison, CompareMetric metric, Order& order) {
  const std::size_t days = comparison.days.size();
  sort_down(order,
            [&](std::size_t symbol) { return std::fabs(newest(comparison, symbol, metric)); });
  sort_down(order, [&](std::size_t symbol) {
    return days == 0 ? 0.0 : static_cast<double>(comparison.at(symbol, days - 1).streak);
  });
}

void as_given(const Comparison& comparison, std::span<const market::Symbol> given, Order& order) {
  std::ranges::stable_sort(order, std::less<>{}, [&](std::size_t symbol) {
    return std::ranges::find(given, comparison.symbols[symbol]) - given.begin();
  });
}

void rearrange(Comparison& comparison, const Order& order) {
  Comparison out;
  out.days = comparison.days;
  for (const std::size_t symbol : order) {
    out.symbols.push_back(comparison.symbols[symbol]);
    out.sectors.push_back(std::move(comparison.sectors[symbol]));
    for (std::size_t day = 0; day < comparison.days.size(); ++day) {
      out.cells.push_back(comparison.at(symbol, day));
    }
  }
  comparison = std::move(out);
}

}  // namespace

std::string_view to_string(CompareForm form) { return kForms[static_cast<std::size_t>(form)]; }
std::optional<CompareForm> parse_compare_form(std::string_view text) {
  return parsed<CompareForm>(kForms, text);
}
std::string_view to_string(CompareSort sort) { return kSorts[static_cast<std::size_t>(sort)]; }
std::optional<CompareSort> parse_compare_sort(std::string_view text) {
  return parsed<CompareSort>(kSorts, text);
}

Result<void> check_compare_form(CompareForm form, std::size_t tickers) {
  const auto refuse = [&](std::size_t most, std::string_view instead) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("the form {} shows at most {} tickers, these are {}: {}",
                            to_string(form), most, tickers, instead));
  };
  if (form == CompareForm::Matrix && tickers > kMatrixMost) {
    return refuse(kMatrixMost, "name fewer, or look at groups with `offex plot macro`");
  }
  if (form == CompareForm::Multiples && tickers > kMultiplesMost) {
    return refuse(kMultiplesMost, "name fewer or use --form matrix");
  }
  if (form == CompareForm::Overlay && tickers > kOverlayMost) {
    return refuse(kOverlayMost, "name fewer or use --form multiples or matrix");
  }
  return {};
}

void sort_comparison(Comparison& comparison, CompareMetric metric, CompareSort sort,
                     std::span<const market::Symbol> given) {
  Order order(comparison.symbols.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  switch (sort) {
    case CompareSort::Cluster:
      cluster(comparison, metric, order);
      break;
    case CompareSort::Latest:
      sort_down(order, [&](std::size_t symbol) { return newest(comparison, symbol, metric); });
      break;
    case CompareSort::Streak:
      by_streak(comparison, metric, order);
      break;
    case CompareSort::Given:
      as_given(comparison, given, order);
      break;
  }
  rearrange(comparison, order);
}

}  // namespace offex::views
