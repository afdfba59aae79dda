#include <limits>

#include "offex/base/multiversion.hpp"

#include "formats/tape_schema_internal.hpp"

namespace offex::formats {
namespace {

using swar::decimal;

constexpr std::size_t index_of(TradeField field) { return static_cast<std::size_t>(field); }
constexpr std::size_t index_of(TradeTableField field) { return static_cast<std::size_t>(field); }

// Everything a fast row needs, side by side.
struct TradeTargets {
  std::int64_t* participant;
  std::int64_t* sip;
  std::int64_t* price;
  std::int64_t* size;
  std::uint64_t* conditions;
  std::uint8_t* exchange;
  std::uint8_t* correction;
  std::uint16_t* trf;
  std::uint64_t* id;
  std::int64_t* sequence;
};

TradeTargets targets_of(columns::TradeBlock& block) {
  return {.participant = block.participant_ns.data(),
          .sip = block.sip_ns.data(),
          .price = block.price.data(),
          .size = block.size.data(),
          .conditions = block.conditions.data(),
          .exchange = block.exchange.data(),
          .correction = block.correction.data(),
          .trf = block.trf_id.data(),
          .id = block.id_hash.data(),
          .sequence = block.sequence.data()};
}

// One or two digits.
[[gnu::always_inline]] inline std::uint64_t one_or_two(const char* begin, std::size_t length,
                                                       std::uint64_t& bad) {
  const auto first = static_cast<std::uint64_t>(static_cast<unsigned char>(begin[0])) - '0';
  const auto second = static_cast<std::uint64_t>(static_cast<unsigned char>(begin[1])) - '0';
  const bool two = length == 2;
  bad |= static_cast<std::uint64_t>(length - 1 >= 2) | static_cast<std::uint64_t>(first > 9) |
         (static_cast<std::uint64_t>(second > 9) & static_cast<std::uint64_t>(two));
  return two ? first * 10 + second : first;
}

struct TradePlaces {
  std::size_t ticker, conditions, correction, exchange, participant, price, sequence, sip, size,
      trf;
};

[[gnu::always_inline]] inline bool take_trade(const FastRow& row, const TradePlaces& at,
                                              const FastSymbol& symbol, ConditionCache& cache,
                                              const TradeTargets& to, std::size_t slot) {
  std::uint64_t bad = 0;
  if (!symbol.matches(row.begin(at.ticker), row.length(at.ticker))) return false;
  // A correction, and a trade id with it, is rare: the rules read it.
  bad |= static_cast<std::uint64_t>(row.length(at.correction) != 1) |
         static_cast<std::uint64_t>(*row.begin(at.correction) != '0');
  to.participant[slot] = swar::nanoseconds(row.begin(at.participant), row.end(at.participant), bad);
  to.sip[slot] = swar::nanoseconds(row.begin(at.sip), row.end(at.sip), bad);
  to.price[slot] = decimal<9>(row.begin(at.price), row.end(at.price), bad);
  const char* size_end = row.end(at.size);
  if (size_end[-1] == '\r') [[unlikely]]
    --size_end;
  to.size[slot] = decimal<6>(row.begin(at.size), size_end, bad);
  to.conditions[slot] = cache.bits(row.begin(at.conditions), row.length(at.conditions), bad);
  to.exchange[slot] =
      static_cast<std::uint8_t>(one_or_two(row.begin(at.exchange), row.length(at.exchange), bad));
  const std::uint64_t trf = swar::small_number(row.begin(at.trf), row.end(at.trf), bad);
  bad |= static_cast<std::uint64_t>(trf > 0xFFFF);
  to.trf[slot] = static_cast<std::uint16_t>(trf);
  to.sequence[slot] = swar::number(row.begin(at.sequence), row.end(at.sequence), bad);
  to.correction[slot] = 0;
  to.id[slot] = 0;
  return bad == 0;
}

OFFEX_CLONES std::size_t take_trades(const TapeRows& rows, const TapeColumns& columns,
                                     ConditionCache& cache, columns::TradeBlock& block) {
  const TradeTargets to = targets_of(block);
  const FastSymbol symbol = fast_symbol(rows.symbol);
  const TradePlaces at{.ticker = columns[TradeField::Ticker],
                       .conditions = columns[TradeField::Conditions],
                       .correction = columns[TradeField::Correction],
                       .exchange = columns[TradeField::Exchange],
                       .participant = columns[TradeField::Participant],
                       .price = columns[TradeField::Price],
                       .sequence = columns[TradeField::Sequence],
                       .sip = columns[TradeField::Sip],
                       .size = columns.has(TradeField::DecimalSize)
                                   ? columns[TradeField::DecimalSize]
                                   : columns[TradeField::Size],
                       .trf = columns[TradeField::TrfId]};
  FastRow row{.text = rows.text, .ends = rows.ends};
  for (std::size_t i = 0; i < rows.count; ++i) {
    if (row.ends[columns.count] != rows.lines[i]) return i;
    if (!take_trade(row, at, symbol, cache, to, rows.slot + i)) return i;
    row.ends += columns.count;
  }
  return rows.count;
}

OFFEX_CLONES std::size_t take_table(const TapeRows& rows, const TapeColumns& columns,
                                    columns::TradeBlock& block) {
  const TradeTargets to = targets_of(block);
  const FastSymbol symbol = fast_symbol(rows.symbol);
  const std::size_t sides[] = {columns[TradeTableField::Bid], columns[TradeTableField::Ask]};
  std::int64_t* const quotes[] = {block.bid.data(), block.ask.data()};
  FastRow row{.text = rows.text, .ends = rows.ends};
  for (std::size_t i = 0; i < rows.count; ++i) {
    if (row.ends[columns.count] != rows.lines[i]) return i;
    const std::size_t ticker = columns[TradeTableField::Symbol];
    if (!symbol.matches(row.begin(ticker), row.length(ticker))) return i;
    std::uint64_t bad = 0;
    const std::size_t slot = rows.slot + i;
    const std::size_t time = columns[TradeTableField::Time];
    const std::size_t price = columns[TradeTableField::Price];
    const std::size_t size = columns[TradeTableField::Size];
    to.participant[slot] = swar::nanoseconds(row.begin(time), row.end(time), bad);
    to.price[slot] = decimal<9>(row.begin(price), row.end(price), bad);
    to.size[slot] = decimal<6>(row.begin(size), row.end(size), bad);
    for (int side = 0; side < 2; ++side) {
      const std::size_t at = sides[side];
      const char* end = row.end(at);
      if (end[-1] == '\r') --end;
      const bool empty = row.begin(at) == end;
      quotes[side][slot] = empty ? columns::kNoPrice : decimal<9>(row.begin(at), end, bad);
    }
    if (bad != 0) return i;
    to.sip[slot] = to.participant[slot];
    to.conditions[slot] = 0;
    to.exchange[slot] = 0;
    to.correction[slot] = 0;
    to.trf[slot] = 0;
    to.id[slot] = 0;
    to.sequence[slot] = 0;
    row.ends += columns.count;
  }
  return rows.count;
}

void resize_trades(columns::TradeBlock& block, std::size_t rows, std::size_t quotes) {
  block.participant_ns.resize(rows);
  block.sip_ns.resize(rows);
  block.price.resize(rows);
  block.size.resize(rows);
  block.conditions.resize(rows);
  block.exchange.resize(rows);
  block.correction.resize(rows);
  block.trf_id.resize(rows);
  block.id_hash.resize(rows);
  block.sequence.resize(rows);
  block.bid.resize(quotes);
  block.ask.resize(quotes);
}

}  // namespace

FastSymbol fast_symbol(const market::Symbol& symbol) {
  char padded[16] = {};
  const std::string_view text = symbol.view();
  std::memcpy(padded, text.data(), text.size());
  return {.words = swar::first_bytes(padded, text.size()), .length = text.size()};
}

std::uint64_t ConditionCache::learn(const swar::Words& text, const char* begin, std::size_t length,
                                    std::uint64_t& bad) {
  std::string_view cell{begin, length};
  if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
    cell = cell.substr(1, cell.size() - 2);
  }
  const auto bits = condition_bits(cell);
  if (!bits) {
    bad = 1;
    return 0;
  }
  entries_[slot(text)] = {.text = text, .bits = *bits};
  return *bits;
}

std::pair<std::int64_t, std::int64_t> read_times(TapeRow& row, std::size_t participant,
                                                 std::size_t sip) {
  const std::int64_t event = row.time(participant);
  const std::int64_t tape = row.time(sip);
  if (event == 0 && tape == 0) row.refuse(participant, "a row without a time");
  return {event == 0 ? tape : event, tape == 0 ? event : tape};
}

void TradeSchema::open(Block& block, std::size_t rows) const { resize_trades(block, rows, 0); }

bool TradeSchema::fast() const {
  bool all = swar::kSupported;
  for (const TradeField field :
       {TradeField::Conditions, TradeField::Correction, TradeField::Sequence, TradeField::TrfId}) {
    all = all && columns.has(field);
  }
  return all;
}

std::size_t TradeSchema::take(const TapeRows& rows, Block& block) {
  return take_trades(rows, columns, conditions, block);
}

market::Symbol TradeSchema::read(TapeRow& row, std::size_t slot, Block& block) const {
  constexpr std::int64_t kLargerExchange = 255;
  const market::Symbol symbol = row.symbol(index_of(TradeField::Ticker));
  const auto [event, tape] =
      read_times(row, index_of(TradeField::Participant), index_of(TradeField::Sip));
  block.participant_ns[slot] = event;
  block.sip_ns[slot] = tape;
  block.price[slot] = row.price(index_of(TradeField::Price));
  const bool exact = !row.text(index_of(TradeField::DecimalSize)).empty();
  block.size[slot] = row.quantity(index_of(exact ? TradeField::DecimalSize : TradeField::Size));
  block.conditions[slot] = row.conditions(index_of(TradeField::Conditions));
  const std::int64_t exchange =
      row.whole(index_of(TradeField::Exchange), std::numeric_limits<std::int64_t>::max());
  block.exchange[slot] = static_cast<std::uint8_t>(std::min(exchange, kLargerExchange));
  block.correction[slot] =
      static_cast<std::uint8_t>(row.whole(index_of(TradeField::Correction), 0xFF));
  block.trf_id[slot] = static_cast<std::uint16_t>(row.whole(index_of(TradeField::TrfId), 0xFFFF));
  block.id_hash[slot] =
      block.correction[slot] == 0 ? 0 : hash_id(row.text(index_of(TradeField::Id)));
  block.sequence[slot] = row.time(index_of(TradeField::Sequence));
  return symbol;
}

void TradeTableSchema::open(Block& block, std::size_t rows) const {
  const bool quotes = columns.has(TradeTableField::Bid) && columns.has(TradeTableField::Ask);
  resize_trades(block, rows, quotes ? rows : 0);
}

bool TradeTableSchema::fast() const {
  return swar::kSupported && columns.has(TradeTableField::Bid) && columns.has(TradeTableField::Ask);
}

std::size_t TradeTableSchema::take(const TapeRows& rows, Block& block) const {
  return take_table(rows, columns, block);
}

market::Symbol TradeTableSchema::read(TapeRow& row, std::size_t slot, Block& block) const {
  const market::Symbol symbol = row.symbol(index_of(TradeTableField::Symbol));
  const std::int64_t time = row.time(index_of(TradeTableField::Time));
  if (time == 0) row.refuse(index_of(TradeTableField::Time), "a row without a time");
  block.participant_ns[slot] = time;
  block.sip_ns[slot] = time;
  block.price[slot] = row.price(index_of(TradeTableField::Price));
  block.size[slot] = row.quantity(index_of(TradeTableField::Size));
  block.conditions[slot] = 0;
  block.exchange[slot] = 0;
  block.correction[slot] = 0;
  block.trf_id[slot] = 0;
  block.id_hash[slot] = 0;
  block.sequence[slot] = 0;
  if (!block.bid.empty()) {
    block.bid[slot] = row.price(index_of(TradeTableField::Bid), columns::kNoPrice);
    block.ask[slot] = row.price(index_of(TradeTableField::Ask), columns::kNoPrice);
  }
  return symbol;
}

}  // namespace offex::formats
