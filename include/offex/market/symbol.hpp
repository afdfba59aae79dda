#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"

namespace offex::market {

/// A security's spelling, at most 15 bytes, stored inline, case kept: `TPC` is not `TpC`.
///
/// Sorts by byte value, as FINRA's files do.
class Symbol {
 public:
  static constexpr std::size_t kMaxBytes = 15;

  constexpr Symbol() = default;
  /// Accepts 1 to 15 bytes of letters, digits and `. / $ - + = ^ # * _ @` or an inner space.
  [[nodiscard]] static Result<Symbol> parse(std::string_view text);
  /// Copies bytes that are known to be a symbol. \pre 1 <= text.size() <= kMaxBytes
  [[nodiscard]] static Symbol from_trusted(std::string_view text) {
    Symbol out;
    std::memcpy(out.bytes_.data(), text.data(), text.size());
    out.bytes_[kMaxBytes] = static_cast<char>(text.size());
    return out;
  }

  [[nodiscard]] constexpr std::size_t size() const {
    return static_cast<std::size_t>(bytes_[kMaxBytes]);
  }
  [[nodiscard]] constexpr bool empty() const { return size() == 0; }
  [[nodiscard]] constexpr std::string_view view() const { return {bytes_.data(), size()}; }
  [[nodiscard]] std::string str() const { return std::string{view()}; }
  [[nodiscard]] std::size_t hash() const {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::memcpy(&low, bytes_.data(), sizeof low);
    std::memcpy(&high, bytes_.data() + sizeof low, sizeof high);
    const std::uint64_t mixed = (low ^ (high * 0x9E3779B97F4A7C15ULL)) * 0xD6E8FEB86659FD93ULL;
    return static_cast<std::size_t>(mixed ^ (mixed >> 32U));
  }

  friend bool operator==(const Symbol& a, const Symbol& b) {
    return std::memcmp(a.bytes_.data(), b.bytes_.data(), sizeof a.bytes_) == 0;
  }
  friend std::strong_ordering operator<=>(const Symbol& a, const Symbol& b) {
    return std::memcmp(a.bytes_.data(), b.bytes_.data(), sizeof a.bytes_) <=> 0;
  }

 private:
  std::array<char, kMaxBytes + 1> bytes_{};  // zero-padded, the last byte is the length
};

static_assert(sizeof(Symbol) == 16);

/// The spelling a source uses for share classes, preferreds, warrants and units.
enum class SymbolStyle : std::uint8_t {
  Cqs,          ///< ours and Polygon's: `BRK.B`, `ABRpD`, `ACHR.WS`
  FinraDaily,   ///< daily short-sale files: `BRK/B`, `ABRpD`, `ACHR/WS`
  FinraWeekly,  ///< weekly data, the ACT style: `BRK.B`, `ABR$D`, `ACHR.W`
  Nasdaq,       ///< Nasdaq's exchange files: `BRK.B`, `ABR-D`, `ACHR+`, `AACT=`, `CELG^`
};

/// Returns the canonical (CQS) spelling of a symbol that a source wrote in `style`; the symbol
/// itself when the canonical one would not fit in `Symbol::kMaxBytes`.
[[nodiscard]] Symbol to_canonical(const Symbol& raw, SymbolStyle style);

/// Returns how a source of `style` spells a canonical symbol. A symbol that has no spelling which
/// reads back as itself is an InvalidArgument.
[[nodiscard]] Result<Symbol> spell(const Symbol& canonical, SymbolStyle style);

/// Finds the one symbol of `universe` that a person means by `typed`.
///
/// In order: the exact canonical spelling; the same with `/`, space or `-` for the class point,
/// or none (`BRK/B`, `BRK B`, `BRK-B`, `BRKB`) and ACT's `$`; then any of these without regard to
/// case. A step with several answers is an InvalidArgument that lists them, no answer at all is
/// NotFound.
[[nodiscard]] Result<Symbol> resolve_symbol(std::string_view typed,
                                            std::span<const Symbol> universe);

/// Returns whether `symbol` is one of the exchanges' test issues (`ZVZZT`, `ATEST`, ...).
[[nodiscard]] bool is_test_issue(const Symbol& symbol);

}  // namespace offex::market

template <>
struct std::hash<offex::market::Symbol> {
  std::size_t operator()(const offex::market::Symbol& symbol) const noexcept {
    return symbol.hash();
  }
};
