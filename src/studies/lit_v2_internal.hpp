#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/tape_block.hpp"
#include "offex/kernels/trade_signing.hpp"
#include "offex/market/calendar.hpp"
#include "offex/market/day.hpp"
#include "offex/studies/lit_direction.hpp"

namespace offex::studies {

/// Method of a symbol that had no trade to sign.
inline constexpr std::string_view kNoLitTrades{"NONE"};

/// Volume of one symbol's day that is not believed: four trillion shares. A block more than that
/// still fits in 64 bits.
inline constexpr std::int64_t kMaxDayVolume = 4'000'000'000'000'000'000;

/// Returns the regular hours, or an InvalidArgument for a day without.
[[nodiscard]] Result<market::SessionHours> lit_hours(market::Day day);

/// Returns 100 x signed / all volume, nothing when there is none.
[[nodiscard]] std::optional<double> lit_coverage(std::int64_t buy, std::int64_t sell,
                                                 std::int64_t rest);

/// What trades add to a symbol's day.
struct LitSums {
  std::int64_t buy{0}, sell{0}, midpoint{0}, unclassified{0};
  std::int64_t off_exchange{0}, off_exchange_midpoint{0}, tape{0};
  std::int64_t trades{0};

  LitSums& operator+=(const LitSums& other);
  LitSums& operator-=(const LitSums& other);
};

/// Originals and corrections of a symbol, few, until its day is over: an original counts only when
/// no correction of the same trade exists, and of several corrections the last one counts.
class LitCorrections {
 public:
  struct Key {
    std::uint64_t id_hash;
    std::uint16_t trf_id;
    std::uint8_t exchange;

    friend auto operator<=>(const Key&, const Key&) = default;
  };

  void add(const Key& key, bool correction, const LitSums& part);
  [[nodiscard]] LitSums total() const;
  /// Returns how many originals gave way.
  [[nodiscard]] std::uint64_t replaced() const;

 private:
  struct Pair {
    LitSums originals;
    std::uint64_t count{0};
    std::optional<LitSums> correction;
  };
  std::map<Key, Pair> pairs_;
};

/// State of one symbol under `v2`.
struct LitDay {
  LitSums sums;          ///< without what `corrections` hold
  std::int64_t seen{0};  ///< tape volume with what they hold: no sum is larger
  LitCorrections corrections;
  kernels::TickState ticks;
  bool has_quotes{false};   ///< whether the source has any
  bool used_quotes{false};  ///< whether a trade to be signed had one
  bool had_trades{false};   ///< whether there was a trade to be signed
};

/// The part of a run that is signed at once, and what is known of its rows.
class LitSlice {
 public:
  LitSlice(const LitOptions& options, market::SessionHours hours);

  /// Sorts the rows [begin, end) out. \pre end - begin <= kTapeBlockRows
  [[nodiscard]] Result<void> select(const columns::TradeBlock& block, const market::Symbol& symbol,
                                    std::size_t begin, std::size_t end, LitNotes& notes);
  /// Finds the quotes of the rows that want one. \param nbbo may be null
  [[nodiscard]] Result<void> quote(const market::Symbol& symbol, NbboSource* nbbo, LitDay& day);
  /// Signs the lit rows and adds everything up.
  void sign(LitDay& day, LitNotes& notes);

 private:
  struct Chosen {
    std::uint32_t row;
    bool off_exchange;
  };
  /// An original or a correction, and where it stands among the chosen rows, if it does.
  struct Half {
    std::uint32_t row{0};
    bool counts{true};  ///< in the volume
    std::optional<std::size_t> chosen{};
  };

  void select_row(std::size_t row, LitNotes& notes);
  void count_venue(std::size_t row, LitNotes& notes) const;
  void gather();
  void place();
  void sign_lit(LitDay& day);
  void add_off_exchange_midpoints(LitDay& day) const;
  void set_halves_aside(LitDay& day, LitNotes& notes) const;
  [[nodiscard]] LitSums part_of(const Half& half) const;

  LitOptions options_;
  market::SessionHours hours_;
  const columns::TradeBlock* block_{nullptr};
  std::int64_t tape_{0}, off_exchange_{0};
  bool quoted_{false};
  std::vector<Chosen> chosen_;
  std::vector<Half> halves_;
  // By chosen row.
  std::vector<std::int64_t> participant_, sip_, price_, size_, bid_, ask_;
  std::vector<kernels::QuotePlace> places_;
  std::vector<std::uint32_t> lit_index_;
  // By lit row.
  std::vector<std::int64_t> lit_price_, lit_size_, lit_bid_, lit_ask_;
  std::vector<kernels::QuotePlace> lit_places_;
  std::vector<std::int8_t> signs_;
};

}  // namespace offex::studies
