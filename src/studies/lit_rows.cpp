#include <string>

#include <fmt/format.h>

#include "offex/studies/lit_direction.hpp"

namespace offex::studies {
namespace {

using columns::Column;
using columns::Type;

void push(Column& column, std::optional<std::int64_t> value) {
  if (value) {
    column.push(*value);
  } else {
    column.push_missing();
  }
}

Column volume(const char* name, std::span<const LitRow> rows,
              std::optional<std::int64_t> LitRow::* member) {
  Column out{name, Type::Quantity};
  for (const LitRow& row : rows) {
    push(out, row.*member);
  }
  return out;
}

Column signed_volume(const char* name, std::span<const LitRow> rows,
                     std::int64_t LitRow::* member) {
  Column out{name, Type::Quantity};
  for (const LitRow& row : rows) {
    push(out, row.has_direction ? std::optional{row.*member} : std::nullopt);
  }
  return out;
}

}  // namespace

columns::Batch lit_batch(market::Day day, std::string_view version, std::span<const LitRow> rows) {
  Column trade_date{"trade_date", Type::Day};
  Column symbol{"symbol", Type::Symbol};
  Column inference_version{"inference_version", Type::Text};
  Column trade_count{"trade_count", Type::Int64};
  Column method{"classification_method", Type::Text};
  Column coverage{"lit_coverage_pct", Type::Double};
  for (const LitRow& row : rows) {
    trade_date.push(day.days());
    symbol.push(row.symbol);
    inference_version.push(std::string{version});
    push(trade_count, row.trade_count);
    method.push(std::string{row.method});
    if (row.coverage_pct) {
      coverage.push(*row.coverage_pct);
    } else {
      coverage.push_missing();
    }
  }
  columns::Batch out;
  out.add(std::move(trade_date));
  out.add(std::move(symbol));
  out.add(std::move(inference_version));
  out.add(signed_volume("lit_buy_volume", rows, &LitRow::buy_volume));
  out.add(signed_volume("lit_sell_volume", rows, &LitRow::sell_volume));
  out.add(volume("lit_midpoint_volume", rows, &LitRow::midpoint_volume));
  out.add(volume("lit_unclassified_volume", rows, &LitRow::unclassified_volume));
  out.add(volume("off_exchange_volume", rows, &LitRow::off_exchange_volume));
  out.add(volume("off_exchange_midpoint_volume", rows, &LitRow::off_exchange_midpoint_volume));
  out.add(volume("tape_volume", rows, &LitRow::tape_volume));
  out.add(std::move(trade_count));
  out.add(std::move(method));
  out.add(std::move(coverage));
  return out;
}

LitNotes& LitNotes::operator+=(const LitNotes& other) {
  trades += other.trades;
  quotes += other.quotes;
  duplicate_trades += other.duplicate_trades;
  void_trades += other.void_trades;
  replaced_trades += other.replaced_trades;
  unpaired_trades += other.unpaired_trades;
  late_trades += other.late_trades;
  late_quotes += other.late_quotes;
  lost_quotes += other.lost_quotes;
  venue_anomalies += other.venue_anomalies;
  unknown_exchanges += other.unknown_exchanges;
  return *this;
}

std::vector<std::string> lit_warnings(const LitNotes& notes) {
  std::vector<std::string> out;
  const auto say = [&](std::uint64_t count, std::string_view what) {
    if (count > 0) {
      out.push_back(fmt::format("{} of {} {}", count, notes.trades, what));
    }
  };
  say(notes.unknown_exchanges, "trades are of a venue that is not in the list; they count as lit");
  say(notes.venue_anomalies,
      "trades have exchange and TRF contradict each other; the exchange decides");
  say(notes.unpaired_trades,
      "trades are corrected or correct another one but have no id; all of them count");
  say(notes.duplicate_trades, "trades are in several pages; they count once");
  say(notes.lost_quotes, "trades came too far out of order to find their quote; they have none");
  return out;
}

}  // namespace offex::studies
