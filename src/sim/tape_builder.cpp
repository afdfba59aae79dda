#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/tape_builder_internal.hpp"
#include "sim/text_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::uint64_t kTapeStream = 0x7A9E000000;
constexpr std::int64_t kMicro = 1'000;
constexpr std::int64_t kMilli = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

std::int64_t round_lot_of(const Trading& trading, const TapeSession& session) {
  if (!session.tiered_lots || trading.close <= 250 * kDollar) return 100;
  if (trading.close <= 1'000 * kDollar) return 40;
  return trading.close <= 10'000 * kDollar ? 10 : 1;
}

/// Sorts by time of the consolidated tape and numbers the rows.
template <class Row>
void order(std::vector<Row>& rows, Random& random) {
  std::vector<std::pair<std::int64_t, std::uint32_t>> keys(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    keys[i] = {rows[i].sip, static_cast<std::uint32_t>(i)};
  }
  std::ranges::sort(keys);
  std::vector<Row> sorted;
  sorted.reserve(rows.size());
  auto sequence = static_cast<std::uint32_t>(100 + random.below(1'000));
  for (const auto& [sip, i] : keys) {
    sequence += 1 + static_cast<std::uint32_t>(random.bits() & 31U);
    sorted.push_back(rows[i]);
    sorted.back().sequence = sequence;
  }
  rows.swap(sorted);
}

}  // namespace

TapeBuilder::TapeBuilder(const Security& security, std::size_t index, const Trading& trading,
                         const TapeSession& session, SymbolTape& out)
    : trading_{trading},
      session_{session},
      out_{out},
      random_{session.seed, kTapeStream + index, static_cast<std::uint64_t>(session.index)},
      path_{security, trading},
      round_lot_{round_lot_of(trading, session)},
      buy_chance_{std::clamp(0.5 + 0.11 * static_cast<double>(trading.push), 0.2, 0.8)} {}

void TapeBuilder::run() {
  plan();
  before_open();
  regular_hours();
  after_close();
  finish();
}

void TapeBuilder::plan() {
  constexpr std::int64_t kEnoughForAuctions = 10;
  constexpr std::int64_t kEnoughForExtended = 50;
  exchange_ = {.left = trading_.exchange_volume(), .count = trading_.exchange_trades};
  const auto split = [this](std::int64_t divisor, std::int64_t count) {
    const std::int64_t size = std::max<std::int64_t>(exchange_.left / kShare / divisor, 1) * kShare;
    exchange_.left -= size;
    exchange_.count -= count;
    return size;
  };
  const std::int64_t extended = exchange_.count / kEnoughForExtended;
  auctions_ = exchange_.count >= kEnoughForAuctions;
  if (auctions_) {
    open_size_ = split(100, 1);
    close_size_ = split(16, 1);
  }
  if (extended > 0)
    exchange_extended_ = {.left = split(kEnoughForExtended, extended), .count = extended};
  auto slots = static_cast<std::size_t>(exchange_.count);
  for (std::size_t venue = 0; venue < kNumVenues; ++venue) {
    facilities_[venue] = {.left = trading_.venues[venue].total,
                          .count = trading_.venue_trades[venue]};
    slots += static_cast<std::size_t>(facilities_[venue].count);
  }
  facility_extended_ = {.left = trading_.extended, .count = trading_.extended_trades};
  plan_anchors(slots);
}

void TapeBuilder::plan_anchors(std::size_t slots) {
  const auto side_at = [this](std::int64_t price) {
    return price == trading_.low && trading_.high > trading_.low ? Side::Sell : Side::Buy;
  };
  const bool flat = trading_.high == trading_.low;
  if (!auctions_) {
    anchors_.push_back({.slot = 0, .price = trading_.open, .side = side_at(trading_.open)});
    if (flat) return;
  }
  std::vector<Anchor> inner;
  if (trading_.high > std::max(trading_.open, trading_.close)) {
    inner.push_back({.price = trading_.high, .side = Side::Buy});
  }
  if (trading_.low < std::min(trading_.open, trading_.close)) {
    inner.push_back({.price = trading_.low, .side = Side::Sell});
  }
  // On a day that rises the low comes first, mostly.
  if (inner.size() == 2 && (trading_.close > trading_.open) != random_.chance(0.2)) {
    std::swap(inner[0], inner[1]);
  }
  if (inner.size() == 2) {
    inner[0].slot = 1 + random_.below((slots - 2) / 2);
    inner[1].slot = inner[0].slot + 1 + random_.below(slots - 2 - inner[0].slot);
  } else if (inner.size() == 1) {
    inner[0].slot = 1 + random_.below(slots - 2);
  }
  anchors_.insert(anchors_.end(), inner.begin(), inner.end());
  if (!auctions_) {
    anchors_.push_back(
        {.slot = slots - 1, .price = trading_.close, .side = side_at(trading_.close)});
  }
}

void TapeBuilder::before_open() {
  push_quote(session_.first + 5 * kMilli, 0, 0, QuoteState::Closed);
  const std::int64_t span = (session_.open - session_.first) / 9;
  for (std::int64_t i = 1; i < 9; ++i) {
    const std::int64_t wide = path_.tick() * static_cast<std::int64_t>(2 + random_.below(5));
    push_quote(session_.first + i * span, std::max<std::int64_t>(trading_.open - wide, 0),
               trading_.open + wide, QuoteState::Regular);
  }
  const bool overnight = facility_extended_.count >= 3;
  const std::int64_t early = facility_extended_.count / 2;
  for (std::int64_t i = 0; i < early; ++i) {
    extended_trade(session_.first, session_.open, false, overnight && i == 0);
  }
  for (std::int64_t i = exchange_extended_.count / 2; i > 0; --i) {
    extended_trade(session_.first, session_.open, true, false);
  }
  push_quote(session_.open - 100 * kMilli, path_.bid(), path_.ask(), QuoteState::Regular);
  if (auctions_) auction(session_.open + 300 * kMilli, trading_.open, open_size_, true);
}

std::int64_t TapeBuilder::slot_time(std::size_t slot, std::size_t slots) {
  const double p =
      (static_cast<double>(slot) + 0.9 * random_.uniform()) / static_cast<double>(slots);
  const double curve = 0.5 * p + 0.5 * p * p * (3.0 - 2.0 * p);  // busy at the open and the close
  const std::int64_t from = session_.open + kSecond;
  const std::int64_t to = session_.close - 20 * kMilli;
  return from + static_cast<std::int64_t>(curve * static_cast<double>(to - from));
}

void TapeBuilder::regular_hours() {
  auto slots = static_cast<std::size_t>(exchange_.count);
  for (const PrintGroup& group : facilities_) slots += static_cast<std::size_t>(group.count);
  path_.start_at(trading_.open);
  std::size_t anchor = 0;
  std::int64_t now = session_.open + 800 * kMilli;
  for (std::size_t slot = 0; slot < slots; ++slot) regular_slot(slot, slots, anchor, now);
}

void TapeBuilder::regular_slot(std::size_t slot, std::size_t slots, std::size_t& anchor,
                               std::int64_t& now) {
  std::int64_t time = slot_time(slot, slots);
  // Trades come in bursts; not where the first and the last one make the prices of the bar.
  if (slot > 0 && auctions_ && random_.chance(0.2)) {
    time =
        std::min(time, now + 20 * kMicro + static_cast<std::int64_t>(random_.below(400)) * kMicro);
  }
  const bool anchored = anchor < anchors_.size() && anchors_[anchor].slot == slot;
  const bool ahead = anchor < anchors_.size();
  const std::size_t target_slot = ahead ? anchors_[anchor].slot : slots;
  const std::int64_t target = ahead ? anchors_[anchor].price : trading_.close;
  const double range = static_cast<double>(trading_.high - trading_.low);
  path_.step(static_cast<double>(target), static_cast<double>(target_slot - slot),
             0.5 * range / std::sqrt(static_cast<double>(slots)), random_);
  Side side = next_side();
  if (anchored) {
    side = anchors_[anchor].side;
    path_.quote_at(anchors_[anchor].price, side);
    push_quote(now + (time - now) / 2, path_.bid(), path_.ask(), QuoteState::Regular);
    ++anchor;
    exchange_trade(time, side, true);
  } else {
    move_quotes(now, time, side);
    const std::size_t group = pick_group(anchors_.size() - anchor);
    if (group == kNumVenues) {
      exchange_trade(time, side, false);
    } else {
      facility_trade(time, group, side);
    }
  }
  now = time;
}

std::size_t TapeBuilder::pick_group(std::size_t anchors_ahead) {
  const std::int64_t free = exchange_.count - static_cast<std::int64_t>(anchors_ahead);
  std::int64_t all = free;
  for (const PrintGroup& group : facilities_) all += group.count;
  auto drawn = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(all)));
  for (std::size_t venue = 0; venue < kNumVenues; ++venue) {
    if (drawn < facilities_[venue].count) return venue;
    drawn -= facilities_[venue].count;
  }
  return kNumVenues;
}

void TapeBuilder::move_quotes(std::int64_t from, std::int64_t to, Side side) {
  const bool flat = trading_.high - trading_.low < path_.tick();
  const std::uint64_t updates = std::max<std::uint64_t>(random_.bits() & 3U, flat ? 1 : 0);
  std::int64_t time = from;
  for (std::uint64_t i = 1; i <= updates; ++i) {
    const std::int64_t room = to - time - 1;
    if (room < 2) break;
    time += 1 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(room / 2)));
    if (i == updates) path_.quote(side, random_);  // the ones before change sizes only
    push_quote(time, path_.bid(), path_.ask(), QuoteState::Regular);
  }
  if (!flat && random_.below(400) == 0 && to - time > 200 * kMicro) odd_quote(time);
}

void TapeBuilder::odd_quote(std::int64_t time) {
  const std::int64_t at = time + 50 * kMicro;
  switch (random_.below(3)) {
    case 0:
      push_quote(at, path_.ask(), path_.ask(), QuoteState::Locked);
      break;
    case 1:
      push_quote(at, path_.ask() + path_.tick(), path_.ask(), QuoteState::Crossed);
      break;
    default:
      push_quote(at, path_.bid(), 0, QuoteState::Regular);
      break;
  }
  if (random_.chance(0.7)) {
    push_quote(at + 60 * kMicro, path_.bid(), path_.ask(), QuoteState::Regular);
  }
}

void TapeBuilder::push_quote(std::int64_t time, std::int64_t bid, std::int64_t ask,
                             QuoteState state) {
  const std::uint64_t bits = random_.bits();
  const std::int64_t unit = session_.share_sizes ? round_lot_ : 1;
  const auto size = [&](std::int64_t price, unsigned shift) {
    const auto lots = static_cast<std::int64_t>(1 + ((bits >> shift) & 15U));
    return price == 0 ? 0 : static_cast<std::int32_t>(lots * unit);
  };
  out_.quotes_.push_back(
      {.participant = time,
       .sip = time + 150 * kMicro + static_cast<std::int64_t>((bits >> 8U) & 0xFFFFFU) / 4,
       .bid = bid,
       .ask = ask,
       .bid_size = size(bid, 0),
       .ask_size = size(ask, 4),
       .bid_exchange = pick_exchange(),
       .ask_exchange = pick_exchange(),
       .state = state});
}

void TapeBuilder::after_close() {
  if (auctions_) auction(session_.close + 350 * kMilli, trading_.close, close_size_, false);
  const std::int64_t start = session_.close + kSecond;
  const std::int64_t span = (session_.last - start) / 6;
  for (std::int64_t i = 0; i < 6; ++i) {
    const std::int64_t wide = path_.tick() * static_cast<std::int64_t>(2 + random_.below(5));
    push_quote(start + i * span, std::max<std::int64_t>(trading_.close - wide, 0),
               trading_.close + wide, QuoteState::Regular);
  }
  while (facility_extended_.count > 0) extended_trade(start, session_.last, false, false);
  while (exchange_extended_.count > 0) extended_trade(start, session_.last, true, false);
  push_quote(session_.last - 5 * kMilli, 0, 0, QuoteState::Closed);
}

void TapeBuilder::finish() {
  order(out_.trades_, random_);
  order(out_.quotes_, random_);
}

}  // namespace offex::sim
