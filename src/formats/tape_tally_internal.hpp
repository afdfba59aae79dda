#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

#include "offex/columns/tape_block.hpp"
#include "offex/formats/tape.hpp"

namespace offex::formats {

/// Sums up blocks as they pass.
class TapeTally {
 public:
  /// Adds a block that is complete.
  void add(const columns::TradeBlock& block) {
    add(block.runs, block.participant_ns, block.sip_ns);
  }
  void add(const columns::QuoteBlock& block) {
    add(block.runs, block.participant_ns, block.sip_ns);
  }
  void add(const columns::MinuteBlock& block) {
    add(block.runs, block.window_start_ns, block.window_start_ns);
  }

  /// Returns how many New York days the rows have; they are kept one by one.
  [[nodiscard]] std::size_t num_days() const { return rows_of_day_.size(); }
  /// Returns what was added; text_bytes and text_sha256 are the caller's to fill in.
  [[nodiscard]] TapeSummary summary() const;

 private:
  /// A New York day with its first nanosecond and the first one behind it.
  struct Window {
    market::Day day;
    std::int64_t begin{0};
    std::int64_t end{0};
  };

  void add(std::span<const columns::TapeRun> runs, std::span<const std::int64_t> times,
           std::span<const std::int64_t> sip_times);
  [[nodiscard]] const Window& window_of(std::int64_t time);

  TapeSummary sum_;
  market::Symbol last_symbol_;
  Window window_;
  std::map<market::Day, std::uint64_t> rows_of_day_;
};

}  // namespace offex::formats
