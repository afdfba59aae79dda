#include "offex/base/multiversion.hpp"

#include "formats/tape_schema_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::size_t index_of(QuoteField field) { return static_cast<std::size_t>(field); }
constexpr std::size_t index_of(MinuteField field) { return static_cast<std::size_t>(field); }

// A last cell may end with the carriage return of the line end.
[[gnu::always_inline]] inline const char* end_of(const FastRow& row, std::size_t at) {
  const char* const end = row.end(at);
  return end[-1] == '\r' ? end - 1 : end;
}

template <unsigned kScale>
[[gnu::always_inline]] inline std::int64_t cell(const FastRow& row, std::size_t at,
                                                std::uint64_t& bad) {
  return swar::decimal<kScale>(row.begin(at), end_of(row, at), bad);
}

OFFEX_CLONES std::size_t take_quotes(const TapeRows& rows, const TapeColumns& columns,
                                     columns::QuoteBlock& block) {
  const FastSymbol symbol = fast_symbol(rows.symbol);
  const TapeColumns at = columns;
  std::int64_t* const participant = block.participant_ns.data();
  std::int64_t* const sip = block.sip_ns.data();
  std::int64_t* const bid = block.bid.data();
  std::int64_t* const ask = block.ask.data();
  std::int64_t* const bid_size = block.bid_size.data();
  std::int64_t* const ask_size = block.ask_size.data();
  FastRow row{.text = rows.text, .ends = rows.ends};
  for (std::size_t i = 0; i < rows.count; ++i) {
    if (row.ends[at.count] != rows.lines[i]) return i;
    const std::size_t ticker = at[QuoteField::Ticker];
    if (!symbol.matches(row.begin(ticker), row.length(ticker))) return i;
    const std::size_t slot = rows.slot + i;
    const std::size_t event = at[QuoteField::Participant];
    const std::size_t tape = at[QuoteField::Sip];
    std::uint64_t bad = 0;
    participant[slot] = swar::nanoseconds(row.begin(event), end_of(row, event), bad);
    sip[slot] = swar::nanoseconds(row.begin(tape), end_of(row, tape), bad);
    ask[slot] = cell<9>(row, at[QuoteField::AskPrice], bad);
    ask_size[slot] = cell<6>(row, at[QuoteField::AskSize], bad);
    bid[slot] = cell<9>(row, at[QuoteField::BidPrice], bad);
    bid_size[slot] = cell<6>(row, at[QuoteField::BidSize], bad);
    if (bad != 0) return i;
    row.ends += at.count;
  }
  return rows.count;
}

OFFEX_CLONES std::size_t take_minutes(const TapeRows& rows, const TapeColumns& columns,
                                      columns::MinuteBlock& block) {
  const FastSymbol symbol = fast_symbol(rows.symbol);
  const TapeColumns at = columns;
  FastRow row{.text = rows.text, .ends = rows.ends};
  for (std::size_t i = 0; i < rows.count; ++i) {
    if (row.ends[at.count] != rows.lines[i]) return i;
    const std::size_t ticker = at[MinuteField::Ticker];
    if (!symbol.matches(row.begin(ticker), row.length(ticker))) return i;
    const std::size_t slot = rows.slot + i;
    const std::size_t start = at[MinuteField::Start];
    std::uint64_t bad = 0;
    const std::int64_t time = swar::nanoseconds(row.begin(start), end_of(row, start), bad);
    bad |= static_cast<std::uint64_t>(time % kMinuteNanos);
    block.window_start_ns.data()[slot] = time;
    block.volume.data()[slot] = cell<6>(row, at[MinuteField::Volume], bad);
    block.open.data()[slot] = cell<9>(row, at[MinuteField::Open], bad);
    block.close.data()[slot] = cell<9>(row, at[MinuteField::Close], bad);
    block.high.data()[slot] = cell<9>(row, at[MinuteField::High], bad);
    block.low.data()[slot] = cell<9>(row, at[MinuteField::Low], bad);
    block.vwap.data()[slot] = columns::kNoPrice;
    if (bad != 0) return i;
    row.ends += at.count;
  }
  return rows.count;
}

}  // namespace

void QuoteSchema::open(Block& block, std::size_t rows) const {
  columns::for_each_column([rows](auto& column) { column.resize(rows); }, block);
}

bool QuoteSchema::fast() const { return swar::kSupported; }

std::size_t QuoteSchema::take(const TapeRows& rows, Block& block) const {
  return take_quotes(rows, columns, block);
}

market::Symbol QuoteSchema::read(TapeRow& row, std::size_t slot, Block& block) const {
  const market::Symbol symbol = row.symbol(index_of(QuoteField::Ticker));
  const auto [event, tape] =
      read_times(row, index_of(QuoteField::Participant), index_of(QuoteField::Sip));
  block.participant_ns[slot] = event;
  block.sip_ns[slot] = tape;
  block.ask[slot] = row.price(index_of(QuoteField::AskPrice), 0);
  block.ask_size[slot] = row.quantity(index_of(QuoteField::AskSize), 0);
  block.bid[slot] = row.price(index_of(QuoteField::BidPrice), 0);
  block.bid_size[slot] = row.quantity(index_of(QuoteField::BidSize), 0);
  return symbol;
}

void MinuteSchema::open(Block& block, std::size_t rows) const {
  columns::for_each_column([rows](auto& column) { column.resize(rows); }, block);
}

// A file with its own vwap is not Polygon's: the rules read it.
bool MinuteSchema::fast() const { return swar::kSupported && !columns.has(MinuteField::Vwap); }

std::size_t MinuteSchema::take(const TapeRows& rows, Block& block) const {
  return take_minutes(rows, columns, block);
}

market::Symbol MinuteSchema::read(TapeRow& row, std::size_t slot, Block& block) const {
  const market::Symbol symbol = row.symbol(index_of(MinuteField::Ticker));
  const std::int64_t start = row.time(index_of(MinuteField::Start));
  if (start == 0 || start % kMinuteNanos != 0) {
    row.refuse(index_of(MinuteField::Start), "not the start of a minute in nanoseconds");
  }
  block.window_start_ns[slot] = start;
  block.open[slot] = row.price(index_of(MinuteField::Open));
  block.high[slot] = row.price(index_of(MinuteField::High));
  block.low[slot] = row.price(index_of(MinuteField::Low));
  block.close[slot] = row.price(index_of(MinuteField::Close));
  block.vwap[slot] = row.price(index_of(MinuteField::Vwap), columns::kNoPrice);
  block.volume[slot] = row.quantity(index_of(MinuteField::Volume));
  return symbol;
}

}  // namespace offex::formats
