#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/tape_text_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::int64_t kMinute = 60'000'000'000;

// In the order of `QuoteState`.
constexpr std::array<std::string_view, 4> kQuoteCells{"1", "\"1,85\"", "\"1,84\"", "\"1,81\""};
constexpr std::array<std::string_view, 4> kQuoteLists{"1", "1,85", "1,84", "1,81"};

void append_cell(std::string& out, std::int64_t value) {
  out.push_back(',');
  append_int(out, value);
}

void append_price(std::string& out, std::int64_t units) {
  out.push_back(',');
  append_dollars(out, units);
}

void append_field(std::string& out, std::string_view key, std::int64_t value) {
  out += key;
  append_int(out, value);
}

}  // namespace

std::vector<MinuteBar> minute_bars(const std::vector<TapeTrade>& trades) {
  std::vector<MinuteBar> out;
  MinuteBar bar;
  const auto done = [&] {
    if (bar.open > 0) out.push_back(bar);
  };
  for (const TapeTrade& trade : trades) {
    if (!trade.counts()) continue;
    const std::int64_t start = trade.sip / kMinute * kMinute;
    if (start != bar.start) {
      done();
      bar = {.start = start};
    }
    bar.volume += trade.size;
    bar.value += static_cast<double>(trade.price) * static_cast<double>(trade.size);
    ++bar.transactions;
    if (!trade.sets_price() && trade.conditions != Conditions::Extended) continue;
    if (bar.open == 0) bar.open = bar.high = bar.low = trade.price;
    bar.high = std::max(bar.high, trade.price);
    bar.low = std::min(bar.low, trade.price);
    bar.close = trade.price;
  }
  done();
  return out;
}

void append_trade(std::string& out, std::string_view ticker, const TapeTrade& trade, int tape) {
  out += ticker;
  out.push_back(',');
  out += traits_of(trade.conditions).csv;
  append_cell(out, trade.correction);
  append_cell(out, trade.exchange);
  append_cell(out, static_cast<std::int64_t>(trade.id));
  append_cell(out, trade.participant);
  append_price(out, trade.price);
  append_cell(out, trade.sequence);
  append_cell(out, trade.sip);
  out.push_back(',');
  append_shares(out, trade.size);
  append_cell(out, tape);
  append_cell(out, trade.trf_id);
  append_cell(out, trade.trf);
  out.push_back('\n');
}

void append_quote(std::string& out, std::string_view ticker, const TapeQuote& quote, int tape) {
  out += ticker;
  append_cell(out, quote.ask_exchange);
  append_price(out, quote.ask);
  append_cell(out, quote.ask_size);
  append_cell(out, quote.bid_exchange);
  append_price(out, quote.bid);
  append_cell(out, quote.bid_size);
  out.push_back(',');
  out += kQuoteCells[static_cast<std::size_t>(quote.state)];
  out.push_back(',');
  append_cell(out, quote.participant);
  append_cell(out, quote.sequence);
  append_cell(out, quote.sip);
  append_cell(out, tape);
  out += ",0\n";
}

void append_minute(std::string& out, std::string_view ticker, const MinuteBar& bar) {
  out += ticker;
  out.push_back(',');
  append_shares(out, bar.volume);
  for (const std::int64_t price : {bar.open, bar.close, bar.high, bar.low}) {
    append_price(out, price);
  }
  append_cell(out, bar.start);
  append_cell(out, bar.transactions);
  out.push_back('\n');
}

void append_truth(std::string& out, std::string_view ticker, const TapeTrade& trade) {
  out += ticker;
  append_cell(out, static_cast<std::int64_t>(trade.id));
  append_cell(out, trade.participant);
  out += trade.side == Side::Buy ? ",buy\n" : ",sell\n";
}

void append_trade_json(std::string& out, const TapeTrade& trade, int tape, bool fractional) {
  out.push_back('{');
  const std::string_view conditions = traits_of(trade.conditions).json;
  if (!conditions.empty()) {
    out += "\"conditions\":[";
    out += conditions;
    out += "],";
  }
  if (trade.correction != 0) {
    append_field(out, "\"correction\":", trade.correction);
    out.push_back(',');
  }
  if (fractional) {
    out += "\"decimal_size\":\"";
    append_shares(out, trade.size);
    out += "\",";
  }
  append_field(out, "\"exchange\":", trade.exchange);
  append_field(out, ",\"id\":\"", static_cast<std::int64_t>(trade.id));
  append_field(out, "\",\"participant_timestamp\":", trade.participant);
  out += ",\"price\":";
  append_dollars(out, trade.price);
  append_field(out, ",\"sequence_number\":", trade.sequence);
  append_field(out, ",\"sip_timestamp\":", trade.sip);
  out += ",\"size\":";
  append_shares(out, trade.size);
  append_field(out, ",\"tape\":", tape);
  if (trade.trf_id != 0) append_field(out, ",\"trf_id\":", trade.trf_id);
  if (trade.trf != 0) append_field(out, ",\"trf_timestamp\":", trade.trf);
  out.push_back('}');
}

void append_quote_json(std::string& out, const TapeQuote& quote, int tape) {
  append_field(out, "{\"ask_exchange\":", quote.ask_exchange);
  out += ",\"ask_price\":";
  append_dollars(out, quote.ask);
  append_field(out, ",\"ask_size\":", quote.ask_size);
  append_field(out, ",\"bid_exchange\":", quote.bid_exchange);
  out += ",\"bid_price\":";
  append_dollars(out, quote.bid);
  append_field(out, ",\"bid_size\":", quote.bid_size);
  out += ",\"conditions\":[";
  out += kQuoteLists[static_cast<std::size_t>(quote.state)];
  append_field(out, "],\"participant_timestamp\":", quote.participant);
  append_field(out, ",\"sequence_number\":", quote.sequence);
  append_field(out, ",\"sip_timestamp\":", quote.sip);
  append_field(out, ",\"tape\":", tape);
  out.push_back('}');
}

void append_aggregate_json(std::string& out, const AggregateItem& item) {
  out += "{\"v\":";
  append_shares(out, item.volume);
  const std::array<std::pair<std::string_view, std::int64_t>, 5> prices{{{",\"vw\":", item.average},
                                                                         {",\"o\":", item.open},
                                                                         {",\"c\":", item.close},
                                                                         {",\"h\":", item.high},
                                                                         {",\"l\":", item.low}}};
  for (const auto& [key, price] : prices) {
    out += key;
    append_dollars(out, price);
  }
  append_field(out, ",\"t\":", item.millis);
  append_field(out, ",\"n\":", item.transactions);
  out.push_back('}');
}

FileText aggregate_reply(std::string_view ticker, std::string_view items, std::uint64_t rows) {
  return {.text = fmt::format(
              "{{\"ticker\":\"{0}\",\"queryCount\":{1},\"resultsCount\":{1},\"adjusted\":false,"
              "\"results\":[{2}],\"status\":\"OK\",\"request_id\":\"simulated\",\"count\":{1}}}\n",
              ticker, rows, items),
          .rows = rows};
}

}  // namespace offex::sim
