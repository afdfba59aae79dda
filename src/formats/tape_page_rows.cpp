#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "formats/decimal_internal.hpp"
#include "formats/tape_header_internal.hpp"
#include "formats/tape_number_internal.hpp"
#include "formats/tape_page_internal.hpp"
#include "formats/tape_rules_internal.hpp"
#include "formats/tape_schema_internal.hpp"

namespace offex::formats {
namespace {

// Keys stand in the order of the fields of the flat files, which start with them.
using TradeKey = TradeField;
constexpr std::array<std::string_view, 10> kTradeKeys = {
    "correction",    "exchange", "id",     "participant_timestamp", "price", "sequence_number",
    "sip_timestamp", "size",     "trf_id", "decimal_size"};

using QuoteKey = QuoteField;
constexpr std::array<std::string_view, 6> kQuoteKeys = {
    "ask_price", "ask_size", "bid_price", "bid_size", "participant_timestamp", "sip_timestamp"};

enum class BarKey : std::uint8_t { Volume, Vwap, Open, Close, High, Low, Time };
constexpr std::array<std::string_view, 7> kBarKeys = {"v", "vw", "o", "c", "h", "l", "t"};

static_assert(kTradeKeys.size() == static_cast<std::size_t>(TradeKey::Ticker) &&
              kQuoteKeys.size() == static_cast<std::size_t>(QuoteKey::Ticker));

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kNanosPerMilli = 1'000'000;

struct Times {
  std::int64_t participant;
  std::int64_t sip;
};

template <class Key>
Times times_of(PageCells& cells) {
  const std::int64_t event = cells.time(Key::Participant);
  const std::int64_t tape = cells.time(Key::Sip);
  if (event == 0 && tape == 0) cells.refuse(Key::Participant, "a row without a time");
  return {.participant = event == 0 ? tape : event, .sip = tape == 0 ? event : tape};
}

template <class Column>
void copy_part(const Column& from, std::size_t begin, std::size_t end, Column& to) {
  const auto at = [&from](std::size_t row) {
    return from.begin() + static_cast<std::ptrdiff_t>(std::min(row, from.size()));
  };
  to.assign(at(begin), at(end));
}

}  // namespace

void PageCells::note(std::size_t field, std::string reason) {
  if (fault_) return;
  fault_ = RowFault{.field = keys_[field], .bytes = row_.cells[field], .reason = std::move(reason)};
}

std::int64_t PageCells::by_the_rules(std::size_t field, int scale,
                                     std::optional<std::int64_t> if_absent) {
  const std::string_view cell = row_.cells[field];
  if (cell.data() == nullptr) {
    if (if_absent) return *if_absent;
    note(field, fmt::format("no value {}", keys_[field]));
    return 0;
  }
  const auto value = read_decimal(cell, scale);
  if (value && *value >= 0) return *value;
  note(field, value ? "negative" : std::string{number_reason(cell, value.error())});
  return 0;
}

template <unsigned kScale>
std::int64_t PageCells::decimal(std::size_t field, std::optional<std::int64_t> if_absent) {
  const std::string_view cell = row_.cells[field];
  if (cell.data() != nullptr) {
    std::uint64_t bad = 0;
    const char* const end = cell.data() + cell.size();
    const std::int64_t value = swar::decimal<kScale>(cell.data(), end, bad);
    if (bad == 0 && swar::kSupported) return value;
  }
  return by_the_rules(field, static_cast<int>(kScale), if_absent);
}

std::int64_t PageCells::nanoseconds(std::size_t field) {
  const std::string_view cell = row_.cells[field];
  if (cell.data() != nullptr) {
    std::uint64_t bad = 0;
    const char* const end = cell.data() + cell.size();
    const std::int64_t value = swar::nanoseconds(cell.data(), end, bad);
    if (bad == 0 && swar::kSupported) return value;
  }
  return by_the_rules(field, 0, 0);
}

std::span<const std::string_view> TradePage::keys() { return kTradeKeys; }

void TradePage::store(PageCells& cells, const PageRow& row, Block& block) {
  constexpr std::int64_t kLargerExchange = 255;
  const Times times = times_of<TradeKey>(cells);
  block.participant_ns.push_back(times.participant);
  block.sip_ns.push_back(times.sip);
  block.price.push_back(cells.price(TradeKey::Price));
  const bool exact = cells.text(TradeKey::DecimalSize).data() != nullptr;
  block.size.push_back(cells.quantity(exact ? TradeKey::DecimalSize : TradeKey::Size));
  block.conditions.push_back(row.conditions);
  const std::int64_t exchange = cells.whole(TradeKey::Exchange, kMax);
  block.exchange.push_back(static_cast<std::uint8_t>(std::min(exchange, kLargerExchange)));
  block.correction.push_back(static_cast<std::uint8_t>(cells.whole(TradeKey::Correction, 0xFF)));
  block.trf_id.push_back(static_cast<std::uint16_t>(cells.whole(TradeKey::TrfId, 0xFFFF)));
  const std::string_view id = cells.text(TradeKey::Id);
  block.id_hash.push_back(id.data() == nullptr ? 0 : hash_id(id));
  block.sequence.push_back(cells.whole(TradeKey::Sequence, kMax));
}

std::span<const std::string_view> QuotePage::keys() { return kQuoteKeys; }

void QuotePage::store(PageCells& cells, const PageRow& /*row*/, Block& block) {
  const Times times = times_of<QuoteKey>(cells);
  block.participant_ns.push_back(times.participant);
  block.sip_ns.push_back(times.sip);
  block.bid.push_back(cells.price(QuoteKey::BidPrice, 0));
  block.ask.push_back(cells.price(QuoteKey::AskPrice, 0));
  block.bid_size.push_back(cells.quantity(QuoteKey::BidSize, 0));
  block.ask_size.push_back(cells.quantity(QuoteKey::AskSize, 0));
}

std::span<const std::string_view> MinutePage::keys() { return kBarKeys; }

void MinutePage::store(PageCells& cells, const PageRow& /*row*/, Block& block) {
  const std::int64_t millis = cells.whole(BarKey::Time, kMax / kNanosPerMilli);
  const std::int64_t start = millis * kNanosPerMilli;
  if (start == 0 || start % kMinuteNanos != 0) {
    cells.refuse(BarKey::Time, "not the start of a minute in milliseconds");
  }
  block.window_start_ns.push_back(start);
  block.open.push_back(cells.price(BarKey::Open));
  block.high.push_back(cells.price(BarKey::High));
  block.low.push_back(cells.price(BarKey::Low));
  block.close.push_back(cells.price(BarKey::Close));
  block.vwap.push_back(cells.price(BarKey::Vwap, columns::kNoPrice));
  block.volume.push_back(cells.quantity(BarKey::Volume));
}

template <class Block>
void reverse_rows(Block& block) {
  columns::for_each_column([](auto& column) { std::ranges::reverse(column); }, block);
}

template <class Block>
void copy_rows(const Block& from, std::size_t begin, std::size_t end, Block& to) {
  columns::for_each_column(
      [begin, end](const auto& source, auto& target) { copy_part(source, begin, end, target); },
      from, to);
}

template void reverse_rows(columns::TradeBlock&);
template void reverse_rows(columns::QuoteBlock&);
template void reverse_rows(columns::MinuteBlock&);
template void copy_rows(const columns::TradeBlock&, std::size_t, std::size_t, columns::TradeBlock&);
template void copy_rows(const columns::QuoteBlock&, std::size_t, std::size_t, columns::QuoteBlock&);
template void copy_rows(const columns::MinuteBlock&, std::size_t, std::size_t,
                        columns::MinuteBlock&);

}  // namespace offex::formats
