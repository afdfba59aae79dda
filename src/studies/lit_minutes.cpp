#include <cmath>
#include <limits>
#include <utility>

#include "offex/market/calendar.hpp"
#include "offex/studies/lit_direction.hpp"

#include "studies/lit_state_internal.hpp"
#include "studies/lit_v2_internal.hpp"

namespace offex::studies {
namespace {

/// Bars of the regular hours: at most 390, because their times ascend.
struct SymbolBars {
  std::vector<double> change;  ///< of the close, in nano-dollars
  std::vector<std::int64_t> volume;
  std::int64_t last_close{-1};
  std::int64_t last_ns{std::numeric_limits<std::int64_t>::min()};
  std::int64_t tape_volume{0};
};

/// Returns the population standard deviation; 0 for fewer than two values.
double deviation(std::span<const double> values) {
  if (values.size() < 2) {
    return 0.0;
  }
  const auto count = static_cast<double>(values.size());
  double mean = 0.0;
  for (const double value : values) {
    mean += value / count;
  }
  double squares = 0.0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  return std::sqrt(squares / count);
}

LitRow row_of(const market::Symbol& symbol, const SymbolBars& bars) {
  std::vector<double> share(bars.change.size());
  kernels::bulk_buy_share(bars.change, deviation(bars.change), share);
  LitRow out;
  out.symbol = symbol;
  out.unclassified_volume = 0;
  out.tape_volume = bars.tape_volume;
  out.method = bars.volume.empty() ? kNoLitTrades : "BULK_MINUTE";
  for (std::size_t bar = 0; bar < share.size(); ++bar) {
    if (std::isnan(share[bar])) {
      *out.unclassified_volume += bars.volume[bar];
      continue;
    }
    const std::int64_t volume = bars.volume[bar];
    const std::int64_t bought =
        std::clamp<std::int64_t>(std::llround(static_cast<double>(volume) * share[bar]), 0, volume);
    out.buy_volume += bought;
    out.sell_volume += volume - bought;
  }
  out.has_direction = out.buy_volume + out.sell_volume > 0;
  out.coverage_pct = lit_coverage(out.buy_volume, out.sell_volume, *out.unclassified_volume);
  return out;
}

}  // namespace

struct LitDirectionMinutes::Impl {
  std::int64_t open;
  std::int64_t close;
  SymbolStates<SymbolBars> states;
};

LitDirectionMinutes::LitDirectionMinutes(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
LitDirectionMinutes::LitDirectionMinutes(LitDirectionMinutes&&) noexcept = default;
LitDirectionMinutes& LitDirectionMinutes::operator=(LitDirectionMinutes&&) noexcept = default;
LitDirectionMinutes::~LitDirectionMinutes() = default;

Result<LitDirectionMinutes> LitDirectionMinutes::create(market::Day day) {
  OFFEX_ASSIGN(const market::SessionHours hours, lit_hours(day));
  return LitDirectionMinutes{std::make_unique<Impl>(
      Impl{.open = hours.open.nanos(), .close = hours.close.nanos(), .states = {}})};
}

Result<void> LitDirectionMinutes::add(const columns::MinuteBlock& block) {
  for (const columns::TapeRun& run : block.runs) {
    OFFEX_TRY(add(block, run));
  }
  return {};
}

Result<void> LitDirectionMinutes::add(const columns::MinuteBlock& block,
                                      const columns::TapeRun& run) {
  SymbolBars& bars = impl_->states.of(run.symbol);
  constexpr std::int64_t kMinute = 60'000'000'000;
  for (std::size_t row = run.begin; row < run.end; ++row) {
    const std::int64_t ns = block.window_start_ns[row];
    const bool regular = impl_->open <= ns && ns < impl_->close;
    // A minute apart at least, in regular hours: that bounds the bars that are held.
    if (ns <= bars.last_ns || (regular && bars.last_close >= 0 && ns - bars.last_ns < kMinute)) {
      return backwards(run.symbol, "minute bars");
    }
    bars.last_ns = ns;
    const std::int64_t volume = block.volume[row];
    if (volume > kMaxTapeSize || !add_volume(bars.tape_volume, volume)) {
      return incredible_size(run.symbol);
    }
    if (regular) {
      const std::int64_t before = bars.last_close >= 0 ? bars.last_close : block.open[row];
      bars.change.push_back(static_cast<double>(block.close[row] - before));
      bars.volume.push_back(volume);
      bars.last_close = block.close[row];
    }
  }
  return {};
}

std::vector<LitRow> LitDirectionMinutes::rows() const {
  std::vector<LitRow> out;
  for (const market::Symbol& symbol : impl_->states.symbols()) {
    out.push_back(row_of(symbol, *impl_->states.find(symbol)));
  }
  return out;
}

}  // namespace offex::studies
