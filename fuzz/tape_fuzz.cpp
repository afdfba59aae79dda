// Flat files of the tape: whole against split, and the fast readers against the rules. The first
// byte picks the header, so that what is searched is rows; other texts are taken as they are.

#include <array>

#include "tape_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace columns = offex::columns;
  namespace fuzz = offex::fuzz;
  constexpr std::array<std::string_view, 4> kHeaders = {
      "ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,"
      "sip_timestamp,size,tape,trf_id,trf_timestamp\n",
      "ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,conditions,"
      "indicators,participant_timestamp,sequence_number,sip_timestamp,tape,trf_timestamp\n",
      "ticker,volume,open,close,high,low,window_start,transactions\n",
      "symbol,timestamp,price,size,bid,ask\n"};
  std::string text{reinterpret_cast<const char*>(data), size};
  if (!text.empty() && text[0] >= '0' && text[0] < '4') {
    text = std::string{kHeaders.at(static_cast<std::size_t>(text[0] - '0'))} + text.substr(1);
  }
  const offex::formats::TapeOptions options{.file = "tape.csv"};
  static_cast<void>(offex::formats::tape_layout(text));
  fuzz::check_tape_reader<columns::TradeBlock>(text, options);
  fuzz::check_tape_reader<columns::QuoteBlock>(text, options);
  fuzz::check_tape_reader<columns::MinuteBlock>(text, options);
  return 0;
}
