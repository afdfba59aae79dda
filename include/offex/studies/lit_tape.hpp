#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "offex/base/byte_source.hpp"
#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"
#include "offex/studies/lit_direction.hpp"

// From tape files to lit direction: one pass, trades and quotes side by side.
namespace offex::studies {

/// A file of the tape that can be opened, more than once if need be.
struct TapeInput {
  std::string name;                        ///< for messages
  std::optional<market::Symbol> symbol{};  ///< ticker of a REST page; nothing for a whole file
  std::function<Result<base::ByteSource>()> open;
  /// Whether it may hold other days too, by participant time in New York; their rows are left out.
  /// A file of one day is taken whole, with the prints of the night before.
  bool many_days{false};
};

/// The tape of one day. Pages of one ticker stand in ascending order of time. A ticker is taken
/// from one source only: the first whole file of the day that has it, else its pages, else the
/// first file of many days.
struct LitTapes {
  std::vector<TapeInput> trades{};
  std::vector<TapeInput> quotes{};   ///< may be empty; looked at under `v2` only
  std::vector<TapeInput> minutes{};  ///< looked at in minute mode only
};

enum class LitVersion : std::uint8_t { V2, PhaseA };
/// Trade by trade, or from minute bars.
enum class LitMode : std::uint8_t { Tick, Minute };

/// Returns "v2" or "PhaseA_v1".
[[nodiscard]] std::string_view to_string(LitVersion version);

struct LitRequest {
  market::Day day;
  LitVersion version{LitVersion::V2};
  LitMode mode{LitMode::Tick};
  /// Which symbols, in the tape's spelling; empty: all. Under `PhaseA_v1` each of them gets a row;
  /// under `v2` one without trades gets none.
  std::vector<market::Symbol> symbols{};
  LitOptions options{};  ///< of `v2` by trades
};

struct LitResult {
  columns::Batch rows;  ///< by the contract of LitDirectionTape, by symbol
  LitNotes notes;
};

/// Computes the lit direction of a day. Memory does not grow with the tape: a state per symbol, one
/// block of each file, and the newest quotes of one symbol.
///
/// With quotes, a whole file of trades and the files of quotes must be sorted by ticker; where one
/// is not, that is an Integrity error which names the ticker. A tape of another day is one, too.
[[nodiscard]] Result<LitResult> lit_direction_from_tape(const LitTapes& tapes,
                                                        const LitRequest& request);

}  // namespace offex::studies
