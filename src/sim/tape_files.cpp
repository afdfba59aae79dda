#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "offex/market/instant.hpp"

#include "sim/tape_files_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::int64_t kMilli = 1'000'000;

/// Pages of a REST reply whose items come one after the other.
class Pages {
 public:
  Pages(Writer& writer, std::string_view kind, std::string_view ticker, market::Day day)
      : writer_{writer}, kind_{kind}, ticker_{ticker}, day_{day.iso()} {}

  [[nodiscard]] std::string& next_item() {
    if (page_.rows++ > 0) page_.text.push_back(',');
    return page_.text;
  }
  /// To be called after each item.
  [[nodiscard]] Result<void> item_done(bool last) {
    if (!last && page_.rows < writer_.options().rest_page_rows) return {};
    return write(last);
  }

 private:
  [[nodiscard]] Result<void> write(bool last) {
    std::string text = "{\"results\":[";
    text += page_.text;
    text += "],\"status\":\"OK\",\"request_id\":\"simulated\"";
    if (!last) {
      text += fmt::format(",\"next_url\":\"https://api.massive.com/v3/{}/{}?cursor=page{}\"", kind_,
                          ticker_, number_ + 1);
    }
    text += "}\n";
    const FileText file{.text = std::move(text), .rows = page_.rows};
    page_ = {};
    return writer_.put(
        writer_.out().rest_dir / kind_ / fmt::format("{}_{}_{:04}.json", ticker_, day_, number_++),
        file);
  }

  Writer& writer_;
  std::string_view kind_;
  std::string_view ticker_;
  std::string day_;
  FileText page_;
  int number_{1};
};

}  // namespace

std::vector<std::size_t> tape_securities(const std::vector<Security>& universe,
                                         const std::vector<Episode>& episodes,
                                         const MarketSpec& spec, const WriteOptions& options) {
  std::vector<std::size_t> active;
  for (std::size_t i = 0; i < universe.size(); ++i) {
    const Security& security = universe[i];
    const bool lives = security.first_session == 0 && security.last_session == spec.days - 1;
    const bool listed = security.kind != Kind::Otc && security.kind != Kind::TestIssue;
    if (lives && listed) active.push_back(i);
  }
  std::ranges::stable_sort(active, std::greater{},
                           [&](std::size_t i) { return universe[i].log_volume; });
  const std::size_t wanted = std::min(options.tape_symbols, active.size());
  const int first_day = spec.days - static_cast<int>(std::min<std::size_t>(
                                        options.tape_days, static_cast<std::size_t>(spec.days)));
  std::vector<std::size_t> out;
  for (const std::size_t i : active) {
    if (out.size() == wanted / 4) break;
    const auto episode = std::ranges::find(episodes, i, &Episode::security);
    if (episode != episodes.end() && episode->last >= first_day) out.push_back(i);
  }
  for (const std::size_t i : active) {
    if (out.size() == wanted) break;
    if (std::ranges::find(out, i) == out.end()) out.push_back(i);
  }
  std::ranges::sort(out, {}, [&](std::size_t i) { return universe[i].symbol.view(); });
  return out;
}

TapeFiles::TapeFiles(const MarketSpec& spec, const std::vector<Security>& universe,
                     const std::vector<Episode>& episodes, Writer& writer)
    : spec_{spec}, universe_{universe}, writer_{writer} {
  if (writer.options().tape_days == 0) return;
  chosen_ = tape_securities(universe, episodes, spec, writer.options());
  for (const std::size_t i : chosen_) writer.out().tape_symbols.push_back(universe[i].symbol.str());
  daily_.resize(std::min(writer.options().rest_symbols, chosen_.size()));
}

Result<void> TapeFiles::add(int index, market::Day day, const std::vector<Trading>& trading) {
  add_daily(day, trading);
  const int first = spec_.days - static_cast<int>(writer_.options().tape_days);
  if (chosen_.empty() || index < first) return {};
  writer_.out().tape_days.push_back(day);
  return write_day(tape_session(day, index, spec_.seed), trading);
}

void TapeFiles::add_daily(market::Day day, const std::vector<Trading>& trading) {
  for (std::size_t i = 0; i < daily_.size(); ++i) {
    const Trading& row = trading[chosen_[i]];
    if (row.volume == 0) continue;
    if (daily_[i].rows++ > 0) daily_[i].text.push_back(',');
    append_aggregate_json(daily_[i].text, {.millis = market::from_new_york(day, 0).nanos() / kMilli,
                                           .open = row.open,
                                           .high = row.high,
                                           .low = row.low,
                                           .close = row.close,
                                           .average = (row.high + row.low + row.close) / 3,
                                           .volume = row.volume,
                                           .transactions = row.transactions});
  }
}

Result<void> TapeFiles::open(Flat& flat, market::Day day) const {
  const bool packed = writer_.options().compress_bars;
  const WrittenMarket& out = writer_.out();
  OFFEX_TRY(flat.trades.open(flat_path(out.tape_dir, "trades_v1", day, packed), kTradeHeader));
  OFFEX_TRY(
      flat.minutes.open(flat_path(out.tape_dir, "minute_aggs_v1", day, packed), kMinuteHeader));
  OFFEX_TRY(flat.truth.open(out.truth_trades_dir / (day.iso() + (packed ? ".csv.gz" : ".csv")),
                            kTruthHeader));
  if (!writer_.options().tape_quotes) return {};
  return flat.quotes.open(flat_path(out.tape_dir, "quotes_v1", day, packed), kQuoteHeader);
}

Result<void> TapeFiles::close(Flat& flat) {
  writer_.out().tape_rows += flat.trades.rows() + flat.quotes.rows();
  OFFEX_TRY(flat.trades.close(writer_));
  OFFEX_TRY(flat.minutes.close(writer_));
  OFFEX_TRY(flat.truth.close(writer_));
  return flat.quotes.is_open() ? flat.quotes.close(writer_) : Result<void>{};
}

Result<void> TapeFiles::write_day(const TapeSession& session, const std::vector<Trading>& trading) {
  Flat flat;
  OFFEX_TRY(open(flat, session.day));
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    const std::size_t index = chosen_[i];
    if (trading[index].volume == 0) continue;
    const Security& security = universe_[index];
    const std::string_view ticker = security.symbol.view();
    tape_.build(security, index, trading[index], session);
    OFFEX_TRY(write_trades(flat, ticker));
    OFFEX_TRY(write_minutes(flat, ticker));
    if (flat.quotes.is_open()) {
      OFFEX_TRY(write_quotes(flat, ticker));
    }
    if (i < daily_.size() && session.index == spec_.days - 1) {
      OFFEX_TRY(write_rest(ticker, session));
    }
  }
  return close(flat);
}

Result<void> TapeFiles::write_trades(Flat& flat, std::string_view ticker) const {
  for (const TapeTrade& trade : tape_.trades()) {
    append_trade(flat.trades.text(), ticker, trade, tape_.listing().tape);
    OFFEX_TRY(flat.trades.row_done());
    if (trade.side == Side::Unknown) continue;
    append_truth(flat.truth.text(), ticker, trade);
    OFFEX_TRY(flat.truth.row_done());
  }
  return {};
}

Result<void> TapeFiles::write_minutes(Flat& flat, std::string_view ticker) const {
  for (const MinuteBar& bar : minute_bars(tape_.trades())) {
    append_minute(flat.minutes.text(), ticker, bar);
    OFFEX_TRY(flat.minutes.row_done());
  }
  return {};
}

Result<void> TapeFiles::write_quotes(Flat& flat, std::string_view ticker) const {
  for (const TapeQuote& quote : tape_.quotes()) {
    append_quote(flat.quotes.text(), ticker, quote, tape_.listing().tape);
    OFFEX_TRY(flat.quotes.row_done());
  }
  return {};
}

Result<void> TapeFiles::write_rest(std::string_view ticker, const TapeSession& session) {
  const int tape = tape_.listing().tape;
  Pages trades{writer_, "trades", ticker, session.day};
  for (const TapeTrade& trade : tape_.trades()) {
    append_trade_json(trades.next_item(), trade, tape, session.fractional);
    OFFEX_TRY(trades.item_done(&trade == &tape_.trades().back()));
  }
  Pages quotes{writer_, "quotes", ticker, session.day};
  for (const TapeQuote& quote : tape_.quotes()) {
    append_quote_json(quotes.next_item(), quote, tape);
    OFFEX_TRY(quotes.item_done(&quote == &tape_.quotes().back()));
  }
  FileText minutes;
  for (const MinuteBar& bar : minute_bars(tape_.trades())) {
    if (minutes.rows++ > 0) minutes.text.push_back(',');
    const double average = bar.value / static_cast<double>(bar.volume);
    append_aggregate_json(minutes.text,
                          {.millis = bar.start / kMilli,
                           .open = bar.open,
                           .high = bar.high,
                           .low = bar.low,
                           .close = bar.close,
                           .average = static_cast<std::int64_t>(std::floor(average + 0.5)),
                           .volume = bar.volume,
                           .transactions = bar.transactions});
  }
  return writer_.put(
      writer_.out().rest_dir / "minute" / fmt::format("{}_{}_0001.json", ticker, session.day.iso()),
      aggregate_reply(ticker, minutes.text, minutes.rows));
}

Result<void> TapeFiles::finish() {
  for (std::size_t i = 0; i < daily_.size(); ++i) {
    const std::string_view ticker = universe_[chosen_[i]].symbol.view();
    OFFEX_TRY(writer_.put(writer_.out().rest_dir / "daily" / fmt::format("{}.json", ticker),
                          aggregate_reply(ticker, daily_[i].text, daily_[i].rows)));
  }
  return {};
}

}  // namespace offex::sim
