#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "offex/market/dataset.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"

namespace offex::store {

/// The smallest thing that an upstream is asked for and that is stored whole.
struct Partition {
  std::string source;  ///< "finra_cdn", "finra_api", "polygon", "flat_files", "nasdaq_trader"
  market::Dataset dataset{};
  std::optional<market::Day> day{};  ///< trade date, Monday, settlement date; none: has no day
  std::string scope{};               ///< facility, kind and tier, symbol, or name of a list

  friend auto operator<=>(const Partition&, const Partition&) = default;
};

/// How far a partition is.
enum class PartitionState : std::uint8_t {
  Absent,   ///< asked for, and the upstream does not have it
  Due,      ///< expected, not there yet or not asked for
  Fetched,  ///< stored
  Revised,  ///< stored, and a later answer corrected it
  Failed,   ///< asked for in vain; the reason tells why
};
/// Returns "absent", "due", "fetched", "revised" or "failed".
[[nodiscard]] std::string_view to_string(PartitionState state);

/// Returns whether the store holds a partition in this state.
[[nodiscard]] constexpr bool is_stored(PartitionState state) {
  return state == PartitionState::Fetched || state == PartitionState::Revised;
}

/// What is known about a partition since it was last asked for.
struct LedgerEntry {
  Partition partition;
  PartitionState state{};
  std::string reason;          ///< one line for people; empty where the state says all
  market::Instant checked_at;  ///< last answer, or last vain attempt
  std::optional<market::Instant> retry_at{};  ///< not to be asked for before
  std::uint32_t attempts{0};                  ///< vain ones since the last answer
  std::string url;                            ///< without secrets
  std::string etag;                           ///< validators of the last body
  std::string last_modified;
  std::string sha256;  ///< of the last body that was stored
};

/// Which entries to read; empty fields take all.
struct LedgerFilter {
  std::string source;
  std::optional<market::Dataset> dataset{};
  std::optional<market::DayRange> days{};
};

}  // namespace offex::store
