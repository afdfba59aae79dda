#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "offex/market/day.hpp"

#include "sim/model_internal.hpp"
#include "sim/universe_internal.hpp"

namespace offex::sim {

enum class Tier : std::uint8_t { T1, T2, Otce };
inline constexpr std::array<std::string_view, 3> kTierNames{"T1", "T2", "OTCE"};

[[nodiscard]] Tier tier_of(const Security& security);

/// Returns the day FINRA publishes a week: Monday + 21 days for T1, + 35 for the rest, or the next
/// session when that day is a holiday.
[[nodiscard]] market::Day publication_day(market::Day monday, Tier tier);

/// What traded off exchange in a week, all hours.
struct WeekSum {
  std::int64_t volume{0};  // millionths
  std::int64_t trades{0};
  std::int64_t consolidated{0};  // millionths; 0 for OTC names
  double dollars{0.0};
};

void add_session(std::vector<WeekSum>& sums, const std::vector<Trading>& trading);

/// Grains of weeklySummary in the order of `WeekTable::rows`.
inline constexpr std::array<std::string_view, 4> kGrains{"ATS_W_SMBL", "ATS_W_SMBL_FIRM",
                                                         "OTC_W_SMBL", "OTC_W_SMBL_FIRM"};
inline constexpr std::size_t kAtsSymbol = 0;
inline constexpr std::size_t kAtsFirm = 1;
inline constexpr std::size_t kOtcSymbol = 2;
inline constexpr std::size_t kOtcFirm = 3;

/// A firm that reports. An ATS has an MPID, another firm a CRD number.
struct Firm {
  std::string_view mpid;
  int crd{0};
  std::string_view name;
  double weight{1.0};
};
[[nodiscard]] const Firm& ats_firm(std::size_t index);
[[nodiscard]] const Firm& otc_firm(std::size_t index);

/// How one security was known: it changes its tape, or its ticker is given to another company.
enum class Issue : std::uint8_t { Usual, OtherTape, OtherName };

struct WeekRow {
  std::uint32_t security{0};
  std::uint16_t firm{0};
  Issue issue{Issue::Usual};
  std::int64_t shares{0};  // millionths
  std::int64_t trades{0};
  std::int64_t cents{0};
};

struct WeekTable {
  market::Day monday;
  std::array<std::vector<WeekRow>, 4> rows;  // by grain, securities in order
};

/// How to break the sums of a week down.
struct WeekPlan {
  std::uint64_t seed{0};
  market::Day monday;
  bool firms{true};     ///< also the rows by firm
  bool changes{false};  ///< one name changes its tape, one ticker is reused
};

/// Splits each security's week into ATS and others, and these by firm. Every split is exact.
[[nodiscard]] WeekTable break_down(const std::vector<Security>& universe,
                                   const std::vector<WeekSum>& sums, const WeekPlan& plan);

}  // namespace offex::sim
