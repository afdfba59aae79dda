#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include "offex/kernels/rolling.hpp"
#include "offex/kernels/trade_signing.hpp"
#include "offex/kernels/z_score.hpp"

#include "bindings/arrays_internal.hpp"
#include "bindings/bindings_internal.hpp"
#include "bindings/errors_internal.hpp"
#include "bindings/scan_panel_internal.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace offex::bindings {
namespace {

using Integers = nb::ndarray<const std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Doubles = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Grid = nb::ndarray<const double, nb::c_contig, nb::device::cpu>;

constexpr std::int64_t kNoQuote = -1;

template <class Array>
auto span_of(const std::optional<Array>& array) {
  using Value = typename Array::Scalar;
  return array ? std::span<const Value>{array->data(), array->size()} : std::span<const Value>{};
}

kernels::SignRule rule_of(const std::string& name) {
  const auto rule = kernels::parse_sign_rule(name);
  if (!rule) {
    raise({base::ErrorCode::InvalidArgument,
           fmt::format("`{}` is no rule: quote, tick, lee_ready, emo or clnv", name),
           {}});
  }
  return *rule;
}

Result<void> check_lengths(kernels::SignRule rule, std::size_t trades, bool quotes,
                           std::size_t bids, std::size_t asks) {
  if (!quotes && rule != kernels::SignRule::Tick) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("the rule {} needs bid and ask", kernels::to_string(rule)));
  }
  if (quotes && (bids != trades || asks != trades)) {
    return fail(
        base::ErrorCode::InvalidArgument,
        fmt::format("price, bid and ask have different lengths: {}, {}, {}", trades, bids, asks));
  }
  return {};
}

Result<void> check_prices(std::span<const std::int64_t> prices, std::string_view what,
                          std::int64_t least) {
  for (std::size_t i = 0; i < prices.size(); ++i) {
    if (prices[i] >= least) continue;
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("{}[{}] is {}: prices are not negative", what, i, prices[i]));
  }
  return {};
}

Result<std::vector<std::int8_t>> sign(kernels::SignRule rule, std::span<const std::int64_t> price,
                                      std::span<const std::int64_t> bid,
                                      std::span<const std::int64_t> ask) {
  OFFEX_TRY(check_prices(price, "price", 0));
  OFFEX_TRY(check_prices(bid, "bid", kNoQuote));
  OFFEX_TRY(check_prices(ask, "ask", kNoQuote));
  std::vector<std::int8_t> signs(price.size());
  kernels::TickState state;
  kernels::sign_trades(rule, price, bid, ask, state, signs);
  return signs;
}

// Dollars to the nearest nano-dollar: the decimal that was meant, for prices below nine million.
Result<std::vector<std::int64_t>> nanos_of(std::span<const double> dollars, std::string_view what,
                                           bool may_miss) {
  constexpr double kNanos = 1e9;
  constexpr double kMost = 9.2e9;
  std::vector<std::int64_t> out(dollars.size());
  for (std::size_t i = 0; i < dollars.size(); ++i) {
    if (std::isnan(dollars[i]) && may_miss) {
      out[i] = kNoQuote;
    } else if (dollars[i] >= 0.0 && dollars[i] < kMost) {
      out[i] = std::llround(dollars[i] * kNanos);
    } else {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("{}[{}] is {}, no price in dollars", what, i, dollars[i]));
    }
  }
  return out;
}

nb::object sign_integers(const Integers& price, const std::optional<Integers>& bid,
                         const std::optional<Integers>& ask, const std::string& rule_name) {
  const kernels::SignRule rule = rule_of(rule_name);
  return array_of(unlocked([&]() -> Result<std::vector<std::int8_t>> {
    OFFEX_TRY(
        check_lengths(rule, price.size(), bid && ask, span_of(bid).size(), span_of(ask).size()));
    return sign(rule, {price.data(), price.size()}, span_of(bid), span_of(ask));
  }));
}

nb::object sign_doubles(const Doubles& price, const std::optional<Doubles>& bid,
                        const std::optional<Doubles>& ask, const std::string& rule_name) {
  const kernels::SignRule rule = rule_of(rule_name);
  return array_of(unlocked([&]() -> Result<std::vector<std::int8_t>> {
    OFFEX_TRY(
        check_lengths(rule, price.size(), bid && ask, span_of(bid).size(), span_of(ask).size()));
    OFFEX_ASSIGN(const auto prices, nanos_of({price.data(), price.size()}, "price", false));
    OFFEX_ASSIGN(const auto bids, nanos_of(span_of(bid), "bid", true));
    OFFEX_ASSIGN(const auto asks, nanos_of(span_of(ask), "ask", true));
    return sign(rule, prices, bids, asks);
  }));
}

using Kernel = void (*)(const kernels::ConstBlock&, std::size_t, const kernels::Block&,
                        const kernels::ZOptions&);

Result<kernels::ZOptions> options_of(std::int64_t window, std::int64_t min_count,
                                     const std::string& baseline) {
  if (window < 1) return fail(base::ErrorCode::InvalidArgument, "window must be at least 1");
  if (min_count < 1 || min_count > window) {
    return fail(base::ErrorCode::InvalidArgument, "min_count must lie between 1 and window");
  }
  if (baseline != "lagged" && baseline != "trailing") {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("`{}` is no baseline: lagged or trailing", baseline));
  }
  return kernels::ZOptions{
      .window = static_cast<std::size_t>(window),
      .min_count = static_cast<std::size_t>(min_count),
      .baseline = baseline == "lagged" ? kernels::Baseline::Lagged : kernels::Baseline::Trailing};
}

nb::object score(Kernel kernel, const Grid& values, std::int64_t window, std::int64_t min_count,
                 const std::string& baseline) {
  if (values.ndim() != 1 && values.ndim() != 2) {
    raise({base::ErrorCode::InvalidArgument, "values must have one or two dimensions", {}});
  }
  const kernels::ZOptions options = unwrap(options_of(window, min_count, baseline));
  const std::size_t rows = values.shape(0);
  const std::size_t width = values.ndim() == 2 ? values.shape(1) : 1;
  std::vector<double> out(rows * width);
  if (!out.empty()) {
    const nb::gil_scoped_release released;
    kernel({values.data(), rows, width, width}, 0, {out.data(), rows, width, width}, options);
  }
  return values.ndim() == 2 ? grid_of(std::move(out), rows, width) : array_of(std::move(out));
}

nb::object rolling_zscore(const Grid& values, std::int64_t window, std::int64_t min_count,
                          const std::string& baseline) {
  return score(&kernels::z_score, values, window, min_count, baseline);
}

nb::object robust_zscore(const Grid& values, std::int64_t window, std::int64_t min_count,
                         const std::string& baseline) {
  return score(&kernels::robust_z_score, values, window, min_count, baseline);
}

}  // namespace

void add_kernels(nb::module_& module) {
  module.def("sign_trades", &sign_integers, "price"_a.noconvert(), "bid"_a.noconvert().none(),
             "ask"_a.noconvert().none(), "rule"_a);
  module.def("sign_trades", &sign_doubles, "price"_a.noconvert(), "bid"_a.noconvert().none(),
             "ask"_a.noconvert().none(), "rule"_a);
  module.def("rolling_zscore", &rolling_zscore, "values"_a.noconvert(), "window"_a, "min_count"_a,
             "baseline"_a);
  module.def("robust_zscore", &robust_zscore, "values"_a.noconvert(), "window"_a, "min_count"_a,
             "baseline"_a);
  module.def("scan_panel", &scan_panel, "short_volume"_a.noconvert(), "total_volume"_a.noconvert(),
             "ordinals"_a.noconvert().none());
}

}  // namespace offex::bindings
