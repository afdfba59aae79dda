#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/writer.hpp"
#include "offex/studies/lit_tape.hpp"

namespace offex::studies {

/// What `offex build lit` is asked for.
struct LitBuildRequest {
  market::DayRange days;
  std::vector<market::Symbol> symbols{};  ///< empty: all that the tape has
  LitVersion version{LitVersion::V2};
  LitMode mode{LitMode::Tick};
  /// Of `v2`. Volume rules are replaced by what the store's table of trade conditions says.
  LitOptions options{};
  bool use_quotes{true};      ///< where the archive has them; `v2` by trades only
  std::filesystem::path raw;  ///< folder of the archive, below the home
  /// Called after each day. May be empty.
  std::function<void(std::size_t done, std::size_t total)> progress{};
};

/// One day whose direction was computed.
struct LitDayBuild {
  market::Day day;
  std::uint64_t rows{0};  ///< computed
  bool changed{false};    ///< whether the store got rows that it did not have
  LitNotes notes;
};

struct LitBuildReport {
  std::vector<LitDayBuild> days;  ///< those with a tape, ascending
};

/// Computes lit direction from the tapes in the archive and stores it: a patch over the symbols
/// asked for, known from the moment the last of its tapes is. Days without a tape of the mode are
/// left out; when none has one, that is NotFound, and so it is when symbols are asked for and under
/// `v2` none of them is on a tape. Each day is stored whole or not at all.
[[nodiscard]] Result<LitBuildReport> build_lit(store::Writer& writer,
                                               const LitBuildRequest& request);

}  // namespace offex::studies
