#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace offex::market {

/// Set of trade conditions: bit i is condition i (0 to 62), bit 63 any other.
using ConditionMask = std::uint64_t;

/// Returns the bit of a condition.
[[nodiscard]] constexpr ConditionMask condition_bit(std::int64_t condition) {
  const bool own = condition >= 0 && condition < 63;
  return ConditionMask{1} << static_cast<unsigned>(own ? condition : 63);
}

/// Whether a trade with some condition may set a price of the day (consolidated rules).
enum class PriceUpdate : std::uint8_t {
  Yes,
  No,
  FirstOnly,  ///< only as the first eligible trade of the day
  Unstated,   ///< the reference does not say; never in the way
};

/// One of Polygon's trade conditions.
struct TradeCondition {
  std::uint8_t id;
  std::string_view sip;   ///< letter on the consolidated tape; empty where there is none
  std::string_view name;  ///< "Form T"
  PriceUpdate high_low;
  PriceUpdate last;  ///< open and close
  bool volume;       ///< counts in the consolidated volume
};

/// Returns all conditions that are known, ascending by id.
[[nodiscard]] std::span<const TradeCondition> trade_conditions();

/// Conditions whose trades count in no volume: official close, official open, corrected
/// consolidated close.
[[nodiscard]] ConditionMask conditions_without_volume();
/// Conditions whose price says nothing about the quote at its time: average price, cash sale,
/// crosses, late and out-of-sequence prints, auctions, contingent trades. They include no volume
/// rule. Odd lots and intermarket sweeps are not among them.
[[nodiscard]] ConditionMask conditions_without_direction();

/// What a reference table says about one condition.
struct VolumeRule {
  std::int64_t condition{0};
  std::optional<bool> updates_volume;
};
/// Returns `conditions_without_volume` with what `rules` say put in its place; a condition that
/// `rules` do not name, or without an answer, keeps its own rule.
[[nodiscard]] ConditionMask conditions_without_volume(std::span<const VolumeRule> rules);

/// Meaning of the field `correction`, which follows the codes of NYSE TAQ.
enum class Correction : std::uint8_t {
  Regular = 0,
  CorrectedLater = 1,  ///< the original; gives way to its correction
  ErrorLater = 7,
  CancelledLater = 8,
  CancelRecord = 10,
  ErrorRecord = 11,
  CorrectionRecord = 12,
};

/// Returns whether a trade with this code never happened as far as volumes go: 7, 8, 10 and 11.
/// Codes without a meaning count as regular.
[[nodiscard]] constexpr bool is_void(std::uint8_t correction) {
  constexpr unsigned kVoid = 1U << 7U | 1U << 8U | 1U << 10U | 1U << 11U;
  return correction < 32 && ((kVoid >> correction) & 1U) != 0;
}

/// Returns whether a trade is one of a pair of original and correction: 1 and 12.
[[nodiscard]] constexpr bool is_half_of_pair(std::uint8_t correction) {
  return correction == static_cast<std::uint8_t>(Correction::CorrectedLater) ||
         correction == static_cast<std::uint8_t>(Correction::CorrectionRecord);
}

/// Polygon's id of FINRA's trade reporting facilities and the ADF.
inline constexpr std::uint8_t kOffExchangeId = 4;

/// Returns whether a trade was made away from the exchanges.
[[nodiscard]] constexpr bool is_off_exchange(std::uint8_t exchange) {
  return exchange == kOffExchangeId;
}

/// Returns whether exchange and TRF contradict each other: an off-exchange print names its TRF and
/// no other print does.
[[nodiscard]] constexpr bool is_venue_anomaly(std::uint8_t exchange, std::uint16_t trf_id) {
  return is_off_exchange(exchange) != (trf_id > 0);
}

/// Returns whether the id is one that the reference lists (1 to 21). Others count as lit.
[[nodiscard]] constexpr bool is_known_exchange(std::uint8_t exchange) {
  return exchange >= 1 && exchange <= 21;
}

/// Returns the SIP's letter of a venue, for example 'D' for FINRA; '?' for an unknown id.
[[nodiscard]] char exchange_letter(std::uint8_t exchange);

}  // namespace offex::market
