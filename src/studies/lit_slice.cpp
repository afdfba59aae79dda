#include <algorithm>

#include "studies/lit_state_internal.hpp"
#include "studies/lit_v2_internal.hpp"

namespace offex::studies {
namespace {

using kernels::QuotePlace;

}  // namespace

LitSlice::LitSlice(const LitOptions& options, market::SessionHours hours)
    : options_{options}, hours_{hours} {}

Result<void> LitSlice::select(const columns::TradeBlock& block, const market::Symbol& symbol,
                              std::size_t begin, std::size_t end, LitNotes& notes) {
  block_ = &block;
  tape_ = 0;
  off_exchange_ = 0;
  chosen_.clear();
  halves_.clear();
  notes.trades += end - begin;
  std::uint64_t largest = 0;
  for (std::size_t row = begin; row < end; ++row) {
    largest = std::max(largest, static_cast<std::uint64_t>(block.size[row]));
  }
  if (largest > static_cast<std::uint64_t>(kMaxTapeSize)) {
    return incredible_size(symbol);
  }
  for (std::size_t row = begin; row < end; ++row) {
    select_row(row, notes);
  }
  return {};
}

void LitSlice::select_row(std::size_t row, LitNotes& notes) {
  const columns::TradeBlock& block = *block_;
  const std::uint8_t correction = block.correction[row];
  const market::ConditionMask conditions = block.conditions[row];
  count_venue(row, notes);
  if (market::is_void(correction)) {
    ++notes.void_trades;
    return;
  }
  if ((conditions & options_.no_volume) != 0) {
    // A correction that takes the volume away still replaces its original.
    if (correction == static_cast<std::uint8_t>(market::Correction::CorrectionRecord)) {
      halves_.push_back({static_cast<std::uint32_t>(row), false, {}});
    }
    return;
  }
  const bool off = market::is_off_exchange(block.exchange[row]);
  tape_ += block.size[row];
  off_exchange_ += off ? block.size[row] : 0;
  const bool half = market::is_half_of_pair(correction);
  if (half) {
    halves_.push_back({static_cast<std::uint32_t>(row), true, {}});
  }
  const std::int64_t event = block.participant_ns[row];
  const bool regular = hours_.open.nanos() <= event && event < hours_.close.nanos();
  if (!regular || (!off && (conditions & options_.no_direction) != 0)) {
    return;
  }
  if (block.sip_ns[row] > plus_saturated(event, options_.max_report_delay_ns)) {
    ++notes.late_trades;
    return;
  }
  if (half) {
    halves_.back().chosen = chosen_.size();
  }
  chosen_.push_back({static_cast<std::uint32_t>(row), off});
}

void LitSlice::count_venue(std::size_t row, LitNotes& notes) const {
  const std::uint8_t exchange = block_->exchange[row];
  if (exchange == 0) {
    return;  // a source without venues
  }
  notes.venue_anomalies += market::is_venue_anomaly(exchange, block_->trf_id[row]) ? 1 : 0;
  notes.unknown_exchanges += market::is_known_exchange(exchange) ? 0 : 1;
}

void LitSlice::gather() {
  const columns::TradeBlock& block = *block_;
  const std::size_t count = chosen_.size();
  for (auto* column : {&participant_, &sip_, &price_, &size_, &bid_, &ask_}) {
    column->resize(count);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t row = chosen_[i].row;
    participant_[i] = block.participant_ns[row];
    sip_[i] = block.sip_ns[row];
    price_[i] = block.price[row];
    size_[i] = block.size[row];
  }
}

Result<void> LitSlice::quote(const market::Symbol& symbol, NbboSource* nbbo, LitDay& day) {
  gather();
  quoted_ = nbbo != nullptr || !block_->bid.empty();
  if (nbbo != nullptr) {
    OFFEX_ASSIGN(const bool found, nbbo->find(symbol, participant_, sip_, bid_, ask_));
    day.has_quotes |= found;
    quoted_ = found;
  } else if (quoted_) {
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      bid_[i] = block_->bid[chosen_[i].row];
      ask_[i] = block_->ask[chosen_[i].row];
    }
  }
  if (!quoted_) {
    std::ranges::fill(bid_, 0);
    std::ranges::fill(ask_, 0);
  }
  place();
  if (nbbo == nullptr) {
    day.has_quotes |=
        std::ranges::any_of(places_, [](QuotePlace place) { return place != QuotePlace::NoQuote; });
  }
  return {};
}

void LitSlice::place() {
  places_.assign(chosen_.size(), QuotePlace::NoQuote);
  if (quoted_) {
    kernels::place_in_quote(price_, bid_, ask_, places_);
  }
}

void LitSlice::sign(LitDay& day, LitNotes& notes) {
  day.seen += tape_;
  day.sums.tape += tape_;
  day.sums.off_exchange += off_exchange_;
  sign_lit(day);
  add_off_exchange_midpoints(day);
  set_halves_aside(day, notes);
}

void LitSlice::sign_lit(LitDay& day) {
  for (auto* column : {&lit_price_, &lit_size_, &lit_bid_, &lit_ask_}) {
    column->resize(chosen_.size());
  }
  lit_places_.resize(chosen_.size());
  lit_index_.resize(chosen_.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    lit_price_[count] = price_[i];
    lit_size_[count] = size_[i];
    lit_bid_[count] = bid_[i];
    lit_ask_[count] = ask_[i];
    lit_places_[count] = places_[i];
    lit_index_[i] = static_cast<std::uint32_t>(count);
    count += chosen_[i].off_exchange ? 0 : 1;
  }
  signs_.resize(count);
  const auto lit = [count](const std::vector<std::int64_t>& column) {
    return std::span{column}.first(count);
  };
  kernels::sign_trades(options_.rule, lit(lit_price_), lit(lit_bid_), lit(lit_ask_), day.ticks,
                       signs_);
  const kernels::SignedVolume volume = kernels::sum_by_sign(signs_, lit(lit_size_));
  std::int64_t midpoint = 0;
  for (std::size_t i = 0; quoted_ && i < count; ++i) {
    day.used_quotes |= lit_places_[i] != QuotePlace::NoQuote;
    midpoint += signs_[i] == 0 && lit_places_[i] == QuotePlace::Midpoint ? lit_size_[i] : 0;
  }
  day.had_trades |= count > 0;
  day.sums.buy += volume.buy;
  day.sums.sell += volume.sell;
  day.sums.midpoint += midpoint;
  day.sums.unclassified += volume.total - volume.buy - volume.sell - midpoint;
  day.sums.trades += static_cast<std::int64_t>(count);
}

void LitSlice::add_off_exchange_midpoints(LitDay& day) const {
  for (std::size_t i = 0; quoted_ && i < chosen_.size(); ++i) {
    const bool counts = chosen_[i].off_exchange && places_[i] == QuotePlace::Midpoint;
    day.sums.off_exchange_midpoint += counts ? size_[i] : 0;
  }
}

LitSums LitSlice::part_of(const Half& half) const {
  LitSums out;
  if (!half.counts) {
    return out;
  }
  const std::int64_t size = block_->size[half.row];
  out.tape = size;
  out.off_exchange = market::is_off_exchange(block_->exchange[half.row]) ? size : 0;
  if (!half.chosen) {
    return out;
  }
  const bool midpoint = places_[*half.chosen] == QuotePlace::Midpoint;
  if (chosen_[*half.chosen].off_exchange) {
    out.off_exchange_midpoint = midpoint ? size : 0;
    return out;
  }
  const std::int8_t sign = signs_[lit_index_[*half.chosen]];
  (sign > 0 ? out.buy : sign < 0 ? out.sell : midpoint ? out.midpoint : out.unclassified) = size;
  out.trades = 1;
  return out;
}

void LitSlice::set_halves_aside(LitDay& day, LitNotes& notes) const {
  for (const Half& half : halves_) {
    const std::uint64_t id = block_->id_hash[half.row];
    if (id == 0) {
      ++notes.unpaired_trades;
      continue;
    }
    const LitSums part = part_of(half);
    day.sums -= part;
    const bool correction = block_->correction[half.row] ==
                            static_cast<std::uint8_t>(market::Correction::CorrectionRecord);
    day.corrections.add({id, block_->trf_id[half.row], block_->exchange[half.row]}, correction,
                        part);
  }
}

}  // namespace offex::studies
