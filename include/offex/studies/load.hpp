#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/metric_panels.hpp"
#include "offex/studies/phase_a.hpp"
#include "offex/studies/v2.hpp"

namespace offex::studies {

/// Returns the grid: all NYSE sessions from the first to the last day with a daily fact, and any
/// other day that has one. Empty when there are no facts.
[[nodiscard]] Result<std::vector<market::Day>> session_grid(
    const store::Reader& reader, std::optional<market::Instant> as_of = {});

/// Returns the symbols of the store, or those of `wanted` that it knows, in order of symbol.
[[nodiscard]] Result<Axis> store_axis(const store::Reader& reader,
                                      std::span<const market::Symbol> wanted = {});

/// Fills sessions [first, end) of `axis.days` into rows `row` and later of `out`, which must be
/// empty there. Facilities are added up; a missing part makes the sum missing.
[[nodiscard]] Result<void> load_v2(const store::Reader& reader, const Axis& axis, std::size_t first,
                                   std::size_t end, std::size_t row,
                                   std::optional<market::Instant> as_of, V2Inputs& out);

/// Fills the short-sale columns alone, for all days of `axis`, into the first rows of `out`.
[[nodiscard]] Result<void> load_short(const store::Reader& reader, const Axis& axis,
                                      std::optional<market::Instant> as_of, V2Inputs& out);

/// Returns the symbols of `axis` that have any daily fact: the universe of `PhaseA_v1`.
[[nodiscard]] Result<Axis> phase_a_universe(const store::Reader& reader, const Axis& axis,
                                            std::optional<market::Instant> as_of);

/// Returns the inputs of some symbols of `axis` over all its sessions, a missing part as 0.
[[nodiscard]] Result<PhaseAInputs> load_phase_a(const store::Reader& reader, const Axis& axis,
                                                std::size_t first_symbol, std::size_t count,
                                                std::optional<market::Instant> as_of);

}  // namespace offex::studies
