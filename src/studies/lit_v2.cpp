#include <utility>

#include "offex/base/check.hpp"
#include "offex/studies/lit_direction.hpp"

#include "studies/lit_state_internal.hpp"
#include "studies/lit_v2_internal.hpp"

namespace offex::studies {
namespace {

std::string_view method_of(kernels::SignRule rule, const LitDay& day) {
  if (!day.had_trades) {
    return kNoLitTrades;
  }
  switch (rule) {
    case kernels::SignRule::Quote:
      return day.used_quotes ? "QUOTE" : "NO_QUOTES";
    case kernels::SignRule::Tick:
      return "TICK";
    case kernels::SignRule::LeeReady:
      return day.used_quotes ? "LEE_READY" : "TICK";
    case kernels::SignRule::Emo:
      return day.used_quotes ? "EMO" : "TICK";
    case kernels::SignRule::Clnv:
      return day.used_quotes ? "CLNV" : "TICK";
  }
  OFFEX_CHECK(false);
}

LitRow row_of(const market::Symbol& symbol, const LitDay& day, kernels::SignRule rule) {
  LitSums sums = day.sums;
  sums += day.corrections.total();
  LitRow out;
  out.symbol = symbol;
  out.has_direction = sums.buy + sums.sell > 0;
  out.buy_volume = sums.buy;
  out.sell_volume = sums.sell;
  out.midpoint_volume = sums.midpoint;
  out.unclassified_volume = sums.unclassified;
  out.off_exchange_volume = sums.off_exchange;
  if (day.has_quotes) {
    out.off_exchange_midpoint_volume = sums.off_exchange_midpoint;
  }
  out.tape_volume = sums.tape;
  out.trade_count = sums.trades;
  out.method = method_of(rule, day);
  out.coverage_pct = lit_coverage(sums.buy, sums.sell, sums.midpoint + sums.unclassified);
  return out;
}

}  // namespace

Result<market::SessionHours> lit_hours(market::Day day) {
  const auto hours = market::session_hours(day);
  if (!hours) {
    const market::DayRange known = market::calendar_range();
    return fail(base::ErrorCode::InvalidArgument,
                day.iso() + " is no session of the calendar (" + known.first.iso() + " to " +
                    known.last.iso() + "), so it has no regular hours");
  }
  return *hours;
}

std::optional<double> lit_coverage(std::int64_t buy, std::int64_t sell, std::int64_t rest) {
  const std::int64_t total = buy + sell + rest;
  if (total == 0) {
    return std::nullopt;
  }
  return 100.0 * static_cast<double>(buy + sell) / static_cast<double>(total);
}

LitSums& LitSums::operator+=(const LitSums& other) {
  buy += other.buy;
  sell += other.sell;
  midpoint += other.midpoint;
  unclassified += other.unclassified;
  off_exchange += other.off_exchange;
  off_exchange_midpoint += other.off_exchange_midpoint;
  tape += other.tape;
  trades += other.trades;
  return *this;
}

LitSums& LitSums::operator-=(const LitSums& other) {
  buy -= other.buy;
  sell -= other.sell;
  midpoint -= other.midpoint;
  unclassified -= other.unclassified;
  off_exchange -= other.off_exchange;
  off_exchange_midpoint -= other.off_exchange_midpoint;
  tape -= other.tape;
  trades -= other.trades;
  return *this;
}

void LitCorrections::add(const Key& key, bool correction, const LitSums& part) {
  Pair& pair = pairs_[key];
  if (correction) {
    pair.correction = part;
  } else {
    pair.originals += part;
    ++pair.count;
  }
}

LitSums LitCorrections::total() const {
  LitSums out;
  for (const auto& [key, pair] : pairs_) {
    out += pair.correction ? *pair.correction : pair.originals;
  }
  return out;
}

std::uint64_t LitCorrections::replaced() const {
  std::uint64_t out = 0;
  for (const auto& [key, pair] : pairs_) {
    out += pair.correction ? pair.count : 0;
  }
  return out;
}

struct LitDirectionV2::Impl {
  LitOptions options;
  LitSlice slice;
  SymbolStates<LitDay> states;
  LitNotes notes;
};

LitDirectionV2::LitDirectionV2(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
LitDirectionV2::LitDirectionV2(LitDirectionV2&&) noexcept = default;
LitDirectionV2& LitDirectionV2::operator=(LitDirectionV2&&) noexcept = default;
LitDirectionV2::~LitDirectionV2() = default;

Result<LitDirectionV2> LitDirectionV2::create(market::Day day, const LitOptions& options) {
  OFFEX_ASSIGN(const market::SessionHours hours, lit_hours(day));
  return LitDirectionV2{std::make_unique<Impl>(
      Impl{.options = options, .slice = LitSlice{options, hours}, .states = {}, .notes = {}})};
}

Result<void> LitDirectionV2::add(const columns::TradeBlock& block, NbboSource* nbbo) {
  for (const columns::TapeRun& run : block.runs) {
    OFFEX_TRY(add(block, run, nbbo));
  }
  return {};
}

Result<void> LitDirectionV2::add(const columns::TradeBlock& block, const columns::TapeRun& run,
                                 NbboSource* nbbo) {
  LitDay& day = impl_->states.of(run.symbol);
  for (std::size_t begin = run.begin; begin < run.end; begin += columns::kTapeBlockRows) {
    const std::size_t end = std::min<std::size_t>(run.end, begin + columns::kTapeBlockRows);
    OFFEX_TRY(impl_->slice.select(block, run.symbol, begin, end, impl_->notes));
    OFFEX_TRY(impl_->slice.quote(run.symbol, nbbo, day));
    impl_->slice.sign(day, impl_->notes);
    if (day.seen > kMaxDayVolume) {
      return incredible_size(run.symbol);
    }
  }
  return {};
}

std::vector<LitRow> LitDirectionV2::rows() const {
  std::vector<LitRow> out;
  for (const market::Symbol& symbol : impl_->states.symbols()) {
    out.push_back(row_of(symbol, *impl_->states.find(symbol), impl_->options.rule));
  }
  return out;
}

LitNotes LitDirectionV2::notes() const {
  LitNotes out = impl_->notes;
  for (const market::Symbol& symbol : impl_->states.symbols()) {
    out.replaced_trades += impl_->states.find(symbol)->corrections.replaced();
  }
  return out;
}

}  // namespace offex::studies
