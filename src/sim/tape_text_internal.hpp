#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/tape_internal.hpp"
#include "sim/text_internal.hpp"

// Rows of the tape as text: lines of flat files, elements of REST replies.
namespace offex::sim {

inline constexpr std::string_view kTradeHeader =
    "ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,"
    "sip_timestamp,size,tape,trf_id,trf_timestamp\n";
inline constexpr std::string_view kQuoteHeader =
    "ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,conditions,indicators,"
    "participant_timestamp,sequence_number,sip_timestamp,tape,trf_timestamp\n";
inline constexpr std::string_view kMinuteHeader =
    "ticker,volume,open,close,high,low,window_start,transactions\n";
inline constexpr std::string_view kTruthHeader = "ticker,id,participant_timestamp,side\n";

/// A minute that has a trade which may set its prices.
struct MinuteBar {
  std::int64_t start{0};  // nanoseconds
  std::int64_t open{0}, high{0}, low{0}, close{0};
  std::int64_t volume{0};
  std::int64_t transactions{0};
  double value{0.0};  // price units times millionths
};

/// Returns the bars of trades in the order of the tape, by its time. Before and after regular
/// hours, trades of condition 12 alone set prices, as in the vendor's bars.
[[nodiscard]] std::vector<MinuteBar> minute_bars(const std::vector<TapeTrade>& trades);

void append_trade(std::string& out, std::string_view ticker, const TapeTrade& trade, int tape);
void append_quote(std::string& out, std::string_view ticker, const TapeQuote& quote, int tape);
void append_minute(std::string& out, std::string_view ticker, const MinuteBar& bar);
void append_truth(std::string& out, std::string_view ticker, const TapeTrade& trade);

void append_trade_json(std::string& out, const TapeTrade& trade, int tape, bool fractional);
void append_quote_json(std::string& out, const TapeQuote& quote, int tape);

/// A bar of a reply of aggregates.
struct AggregateItem {
  std::int64_t millis{0};  // start of its window
  std::int64_t open{0}, high{0}, low{0}, close{0}, average{0};
  std::int64_t volume{0};
  std::int64_t transactions{0};
};
void append_aggregate_json(std::string& out, const AggregateItem& item);
/// Returns the whole reply around its items.
[[nodiscard]] FileText aggregate_reply(std::string_view ticker, std::string_view items,
                                       std::uint64_t rows);

}  // namespace offex::sim
