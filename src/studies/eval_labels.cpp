#include <algorithm>
#include <cmath>

#include "offex/base/check.hpp"

#include "studies/eval_internal.hpp"

namespace offex::studies {
namespace {

constexpr auto kLabelWords = std::to_array<std::string_view>({"open_to_close", "close_to_close"});

bool is_price(double value) { return value > 0.0; }

/// Applies one action to the sessions from its day on.
void apply(const PriceAction& action, EvalPanels& panels) {
  const auto at = std::ranges::lower_bound(panels.days, action.effective);
  const auto from = static_cast<std::size_t>(at - panels.days.begin());
  // Prices that all stand after an action need nothing.
  if (from == 0 || from >= panels.days.size()) {
    return;
  }
  if (action.reset) {
    panels.broken[from * panels.num_symbols() + action.symbol] = 1;
    return;
  }
  for (std::size_t day = from; day < panels.days.size(); ++day) {
    panels.open.at(day, action.symbol) *= action.factor;
    panels.close.at(day, action.symbol) *= action.factor;
  }
}

/// Marks opens that leave the last known close, of whatever day, as a split does.
void mark_jumps(EvalPanels& panels) {
  const std::size_t symbols = panels.num_symbols();
  std::vector<double> last(symbols, kEvalMissing);
  for (std::size_t day = 0; day < panels.days.size(); ++day) {
    const std::span<const double> open = panels.open.row(day);
    const std::span<const double> close = panels.close.row(day);
    for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
      if (is_price(open[symbol]) && is_price(last[symbol]) &&
          std::isfinite(split_like(open[symbol], last[symbol]))) {
        panels.broken[day * symbols + symbol] = 1;
      }
      if (is_price(close[symbol])) {
        last[symbol] = close[symbol];
      }
    }
  }
}

/// Marks the symbols with a break at the open of any of sessions [first, end).
std::vector<std::uint8_t> breaks_within(const EvalPanels& panels, std::size_t first,
                                        std::size_t end) {
  const std::size_t symbols = panels.num_symbols();
  std::vector<std::uint8_t> out(symbols, 0);
  for (std::size_t day = first; day < end; ++day) {
    const std::uint8_t* row = panels.broken.data() + day * symbols;
    for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
      out[symbol] = static_cast<std::uint8_t>(out[symbol] | row[symbol]);
    }
  }
  return out;
}

}  // namespace

std::string_view to_string(EvalLabel label) { return kLabelWords[static_cast<std::size_t>(label)]; }

void adjust_prices(std::span<const PriceAction> actions, EvalPanels& panels) {
  panels.broken.assign(panels.days.size() * panels.num_symbols(), 0);
  for (const PriceAction& action : actions) {
    apply(action, panels);
  }
  mark_jumps(panels);
}

LeftOut forward_returns(const EvalPanels& panels, std::size_t day, int horizon, EvalLabel label,
                        std::span<double> out) {
  OFFEX_CHECK(horizon >= 1 && out.size() == panels.num_symbols());
  const std::size_t end = day + static_cast<std::size_t>(horizon);
  std::ranges::fill(out, kEvalMissing);
  if (end >= panels.days.size()) {
    return {};
  }
  const bool open = label == EvalLabel::OpenToClose;
  const std::span<const double> entry = open ? panels.open.row(day + 1) : panels.close.row(day);
  const std::span<const double> exit = panels.close.row(end);
  // The open of the first session is where a tradable return begins: a break there is before it.
  const std::vector<std::uint8_t> broken = breaks_within(panels, day + (open ? 2 : 1), end + 1);
  const std::span<const double> signal = panels.signal.row(day);
  LeftOut left_out;
  for (std::size_t symbol = 0; symbol < out.size(); ++symbol) {
    const bool counts = !std::isnan(signal[symbol]);
    if (!is_price(entry[symbol]) || !is_price(exit[symbol])) {
      left_out.no_price += counts ? 1U : 0U;
    } else if (broken[symbol] != 0) {
      left_out.broken += counts ? 1U : 0U;
    } else {
      out[symbol] = exit[symbol] / entry[symbol] - 1.0;
    }
  }
  return left_out;
}

std::vector<LabelAt> labels_of(const EvalOptions& options) {
  std::vector<LabelAt> out;
  for (const EvalLabel label : {EvalLabel::OpenToClose, EvalLabel::CloseToClose}) {
    if (label == EvalLabel::CloseToClose && !options.close_to_close) {
      continue;
    }
    for (const int horizon : options.horizons) {
      out.push_back({label, horizon});
    }
  }
  return out;
}

}  // namespace offex::studies
