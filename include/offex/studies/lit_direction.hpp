#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/columns/tape_block.hpp"
#include "offex/kernels/trade_signing.hpp"
#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"
#include "offex/market/trade_rules.hpp"

// Who was the aggressor of the trades on the exchanges, per symbol and day. docs/lit_direction.md
// has the definitions and the choices behind them.
namespace offex::studies {

/// One symbol's direction on one day. Volumes in millionths of a share; nothing where the version
/// or its input does not define them.
struct LitRow {
  market::Symbol symbol;
  bool has_direction{true};  ///< false: nothing could be signed, both volumes below are missing
  std::int64_t buy_volume{0};
  std::int64_t sell_volume{0};
  std::optional<std::int64_t> midpoint_volume{};  ///< at the midpoint and without a sign
  std::optional<std::int64_t> unclassified_volume{};
  std::optional<std::int64_t> off_exchange_volume{};
  std::optional<std::int64_t> off_exchange_midpoint_volume{};
  std::optional<std::int64_t> tape_volume{};
  std::optional<std::int64_t> trade_count{};  ///< trades whose direction was asked for
  std::string_view method;                    ///< static text, for example "LEE_READY"
  std::optional<double> coverage_pct{};
};

/// Returns the rows as a batch of the data set LitDirectionTape, in their order.
[[nodiscard]] columns::Batch lit_batch(market::Day day, std::string_view version,
                                       std::span<const LitRow> rows);

/// What was odd in a tape. None of it is an error.
struct LitNotes {
  std::uint64_t trades{0};             ///< rows looked at
  std::uint64_t quotes{0};             ///< rows looked at
  std::uint64_t duplicate_trades{0};   ///< rows that overlapping pages repeat
  std::uint64_t void_trades{0};        ///< cancelled or in error
  std::uint64_t replaced_trades{0};    ///< originals that a correction replaced
  std::uint64_t unpaired_trades{0};    ///< originals and corrections without an id to pair them by
  std::uint64_t late_trades{0};        ///< in regular hours, but reported too late to be signed
  std::uint64_t late_quotes{0};        ///< reported too late to be used
  std::uint64_t lost_quotes{0};        ///< trades whose quote was no longer held
  std::uint64_t venue_anomalies{0};    ///< exchange and TRF contradict each other
  std::uint64_t unknown_exchanges{0};  ///< trades of a venue that no list has; they count as lit

  LitNotes& operator+=(const LitNotes& other);
};

/// Returns sentences for people about what was odd; none when nothing was.
[[nodiscard]] std::vector<std::string> lit_warnings(const LitNotes& notes);

/// Largest size of one trade or bar that is believed: a billion shares. More is an Integrity error.
inline constexpr std::int64_t kMaxTapeSize = 1'000'000'000'000'000;

/// `PhaseA_v1`: golden/PARITY.md section F. All conditions, corrections and venues; 09:30:00 to
/// 16:15:00 New York time by SIP time, both included. State per symbol only.
class LitDirectionPhaseA {
 public:
  explicit LitDirectionPhaseA(market::Day day);
  LitDirectionPhaseA(LitDirectionPhaseA&&) noexcept;
  LitDirectionPhaseA& operator=(LitDirectionPhaseA&&) noexcept;
  LitDirectionPhaseA(const LitDirectionPhaseA&) = delete;
  LitDirectionPhaseA& operator=(const LitDirectionPhaseA&) = delete;
  ~LitDirectionPhaseA();

  /// Takes trades. Symbols may come in any order and come back; the trades of one symbol must not
  /// go back in time (an Integrity error: the choice of the method and the tick test need their
  /// order).
  [[nodiscard]] Result<void> add(const columns::TradeBlock& block);
  [[nodiscard]] Result<void> add(const columns::TradeBlock& block, const columns::TapeRun& run);
  /// Takes minute bars as one pseudo trade each. A bar without VWAP is an InvalidArgument.
  [[nodiscard]] Result<void> add(const columns::MinuteBlock& block);
  [[nodiscard]] Result<void> add(const columns::MinuteBlock& block, const columns::TapeRun& run);

  /// Returns a row for each symbol by symbol: of `requested`, also those without trades, or of all
  /// that were seen when it is empty.
  [[nodiscard]] std::vector<LitRow> rows(std::span<const market::Symbol> requested) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Finds the national best bid and offer for trades.
class NbboSource {
 public:
  NbboSource() = default;
  NbboSource(const NbboSource&) = delete;
  NbboSource& operator=(const NbboSource&) = delete;
  NbboSource(NbboSource&&) = delete;
  NbboSource& operator=(NbboSource&&) = delete;
  virtual ~NbboSource() = default;

  /// Fills `bid` and `ask` with the quote in force just before each participant time, 0 where there
  /// is none. The trades of a symbol come in tape order, also from call to call. Returns whether
  /// the symbol has quotes at all.
  [[nodiscard]] virtual Result<bool> find(const market::Symbol& symbol,
                                          std::span<const std::int64_t> participant_ns,
                                          std::span<const std::int64_t> sip_ns,
                                          std::span<std::int64_t> bid,
                                          std::span<std::int64_t> ask) = 0;
};

/// Parameters of `v2`. The defaults are the version's.
struct LitOptions {
  kernels::SignRule rule{kernels::SignRule::LeeReady};
  /// A print or quote that reaches the tape later after its event than this is not used for
  /// direction.
  std::int64_t max_report_delay_ns{10'000'000'000};
  /// Quotes of one symbol that are held at most; older ones go first.
  std::size_t max_quotes{std::size_t{1} << 20U};
  market::ConditionMask no_volume{market::conditions_without_volume()};
  market::ConditionMask no_direction{market::conditions_without_direction()};
};

/// `v2`: lit trades of regular hours, filtered, signed against the NBBO. Streams: it holds a state
/// per symbol and the few trades that corrections name.
class LitDirectionV2 {
 public:
  /// A day that is no session of the calendar is an InvalidArgument.
  [[nodiscard]] static Result<LitDirectionV2> create(market::Day day, const LitOptions& options);
  LitDirectionV2(LitDirectionV2&&) noexcept;
  LitDirectionV2& operator=(LitDirectionV2&&) noexcept;
  LitDirectionV2(const LitDirectionV2&) = delete;
  LitDirectionV2& operator=(const LitDirectionV2&) = delete;
  ~LitDirectionV2();

  /// Takes trades in tape order, which the tick test follows; symbols may interleave. Quotes come
  /// from `nbbo`, else from the block's own columns, else there are none. \param nbbo may be null
  [[nodiscard]] Result<void> add(const columns::TradeBlock& block, NbboSource* nbbo = nullptr);
  [[nodiscard]] Result<void> add(const columns::TradeBlock& block, const columns::TapeRun& run,
                                 NbboSource* nbbo);

  /// Returns a row for each symbol that had a trade, by symbol.
  [[nodiscard]] std::vector<LitRow> rows() const;
  [[nodiscard]] LitNotes notes() const;

 private:
  struct Impl;
  explicit LitDirectionV2(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// `v2` from minute bars: bulk volume classification of the consolidated volume of regular hours,
/// off-exchange prints included, because bars do not tell them apart.
class LitDirectionMinutes {
 public:
  [[nodiscard]] static Result<LitDirectionMinutes> create(market::Day day);
  LitDirectionMinutes(LitDirectionMinutes&&) noexcept;
  LitDirectionMinutes& operator=(LitDirectionMinutes&&) noexcept;
  LitDirectionMinutes(const LitDirectionMinutes&) = delete;
  LitDirectionMinutes& operator=(const LitDirectionMinutes&) = delete;
  ~LitDirectionMinutes();

  /// Takes bars; those of one symbol must come in order of time (else an Integrity error).
  [[nodiscard]] Result<void> add(const columns::MinuteBlock& block);
  [[nodiscard]] Result<void> add(const columns::MinuteBlock& block, const columns::TapeRun& run);

  /// Returns a row for each symbol that had a bar, by symbol.
  [[nodiscard]] std::vector<LitRow> rows() const;

 private:
  struct Impl;
  explicit LitDirectionMinutes(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace offex::studies
