#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "offex/columns/tape_block.hpp"
#include "offex/studies/lit_direction.hpp"
#include "offex/studies/lit_tape.hpp"

#include "studies/lit_pages_internal.hpp"
#include "studies/lit_quotes_internal.hpp"

// What the driver hands the runs of the tape to: one class for each version and mode.
namespace offex::studies {

/// Takes the runs of wanted symbols, file by file.
template <class Block>
class Visitor {
 public:
  Visitor() = default;
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;
  Visitor(Visitor&&) = delete;
  Visitor& operator=(Visitor&&) = delete;
  virtual ~Visitor() = default;

  /// Tells that the symbols begin again from the first.
  virtual void restart() {}
  /// Tells that a page begins. \param first of its ticker
  virtual void begin_page([[maybe_unused]] bool first) {}
  /// Returns what is new of a page's block.
  // NOLINTNEXTLINE(bugprone-return-const-ref-from-parameter): blocks live as long as their walk
  [[nodiscard]] virtual const Block& fresh(const Block& block) { return block; }
  [[nodiscard]] virtual Result<void> take(const Block& block, const columns::TapeRun& run) = 0;
};

class TradeVisitor : public Visitor<columns::TradeBlock> {
 public:
  void begin_page(bool first) override { first ? overlap_.next_symbol() : overlap_.next_page(); }
  [[nodiscard]] const columns::TradeBlock& fresh(const columns::TradeBlock& block) override {
    return overlap_.filter(block);
  }
  [[nodiscard]] std::uint64_t duplicates() const { return overlap_.dropped(); }

 private:
  PageOverlap overlap_;
};

class PhaseATrades final : public TradeVisitor {
 public:
  explicit PhaseATrades(LitDirectionPhaseA& direction) : direction_{direction} {}
  [[nodiscard]] Result<void> take(const columns::TradeBlock& block,
                                  const columns::TapeRun& run) override {
    trades_ += run.end - run.begin;
    return direction_.add(block, run);
  }
  [[nodiscard]] LitNotes notes() const {
    LitNotes out;
    out.trades = trades_;
    out.duplicate_trades = duplicates();
    return out;
  }

 private:
  LitDirectionPhaseA& direction_;
  std::uint64_t trades_{0};
};

class V2Trades final : public TradeVisitor {
 public:
  V2Trades(LitDirectionV2& direction, std::span<const TapeInput> quotes, const LitOptions& options)
      : direction_{direction}, quotes_{quotes}, options_{options} {}

  void restart() override {
    if (join_) {
      join_notes_ += join_->notes();
    }
    join_.reset();
    if (!quotes_.empty()) {
      join_.emplace(quotes_, options_);
    }
  }
  [[nodiscard]] Result<void> take(const columns::TradeBlock& block,
                                  const columns::TapeRun& run) override {
    // Quotes beside the trades are the source's own join.
    const bool joins = join_ && block.bid.empty();
    return direction_.add(block, run, joins ? &*join_ : nullptr);
  }
  [[nodiscard]] LitNotes notes() const {
    LitNotes out = direction_.notes();
    out += join_notes_;
    if (join_) {
      out += join_->notes();
    }
    out.duplicate_trades = duplicates();
    return out;
  }

 private:
  LitDirectionV2& direction_;
  std::span<const TapeInput> quotes_;
  const LitOptions& options_;
  std::optional<QuoteJoin> join_;
  LitNotes join_notes_;
};

template <class Direction>
class Minutes final : public Visitor<columns::MinuteBlock> {
 public:
  explicit Minutes(Direction& direction) : direction_{direction} {}
  void begin_page(bool first) override { first ? overlap_.next_symbol() : overlap_.next_page(); }
  [[nodiscard]] const columns::MinuteBlock& fresh(const columns::MinuteBlock& block) override {
    return overlap_.filter(block);
  }
  [[nodiscard]] Result<void> take(const columns::MinuteBlock& block,
                                  const columns::TapeRun& run) override {
    return direction_.add(block, run);
  }

 private:
  Direction& direction_;
  MinuteOverlap overlap_;
};

}  // namespace offex::studies
