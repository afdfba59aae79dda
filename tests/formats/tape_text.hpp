#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "offex/base/error.hpp"
#include "offex/formats/tape.hpp"

#include "formats/tape_reader_internal.hpp"

namespace offex::formats::test {

/// Returns a source that gives `bytes` in pieces of the sizes that `size` tells.
inline base::ByteSource pieces(std::string bytes, std::function<std::size_t()> size) {
  struct State {
    std::string bytes;
    std::size_t at{0};
  };
  const auto state = std::make_shared<State>(std::move(bytes));
  return [state, size = std::move(size)](std::span<char> out) -> Result<std::size_t> {
    const std::size_t count =
        std::min({out.size(), std::max<std::size_t>(size(), 1), state->bytes.size() - state->at});
    std::memcpy(out.data(), state->bytes.data() + state->at, count);
    state->at += count;
    return count;
  };
}

inline base::ByteSource whole(std::string bytes) {
  return pieces(std::move(bytes), [] { return std::size_t{1} << 40U; });
}

inline std::string numbers(const auto& values) {
  std::string out;
  for (const auto& value : values) out += fmt::format("{},", value);
  return out;
}

inline std::string runs_text(const std::vector<columns::TapeRun>& runs) {
  std::string out;
  for (const auto& run : runs) {
    out += fmt::format("{}[{},{}) ", run.symbol.view(), run.begin, run.end);
  }
  return out;
}

template <class Block>
  requires requires(const Block& block) { block.runs; }
std::string to_text(const Block& block) {
  std::string out = runs_text(block.runs);
  columns::for_each_column([&out](const auto& column) { out += "|" + numbers(column); }, block);
  return out + "\n";
}

inline std::string to_text(const TapeSummary& s) {
  return fmt::format("rows {} symbols {} bytes {} first {} last {} day {} sha {}", s.rows,
                     s.symbols, s.text_bytes, s.first_ns.value_or(-1), s.last_ns.value_or(-1),
                     s.day ? s.day->iso() : "none", s.text_sha256);
}

inline std::string to_text(const base::Error& error) {
  return fmt::format("{} @{}", base::format_error(error), error.place.byte);
}

/// Returns everything a file holds, or its error, as text that two ways of reading share.
template <class Block>
std::string read_text(base::ByteSource source, const TapeOptions& options = {.file = "tape"},
                      TapeReading reading = TapeReading::Fast) {
  TapeReader<Block> reader{std::move(source), options, true, reading};
  std::string out;
  while (true) {
    const auto block = reader.next();
    if (!block) return out + to_text(block.error());
    if (*block == nullptr) return out + to_text(reader.summary());
    out += to_text(**block);
  }
}

inline constexpr std::string_view kTradeHeader =
    "ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,"
    "sip_timestamp,size,tape,trf_id,trf_timestamp\n";
inline constexpr std::string_view kQuoteHeader =
    "ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,conditions,indicators,"
    "participant_timestamp,sequence_number,sip_timestamp,tape,trf_timestamp\n";
inline constexpr std::string_view kMinuteHeader =
    "ticker,volume,open,close,high,low,window_start,transactions\n";
inline constexpr std::string_view kTableHeader = "symbol,timestamp,price,size,bid,ask\n";

}  // namespace offex::formats::test
