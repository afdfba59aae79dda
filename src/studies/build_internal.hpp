#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "offex/studies/build.hpp"
#include "offex/studies/load.hpp"

#include "studies/v2_stream_internal.hpp"

namespace offex::studies {

[[nodiscard]] Result<BuildReport> build_v2(store::Writer& writer, const BuildRequest& request);
/// Builds what the scanner tells session by session: scan_hit, scan_session, macro_daily and
/// others.
[[nodiscard]] Result<BuildReport> build_scan(store::Writer& writer, const BuildRequest& request);
[[nodiscard]] Result<TableBuild> build_weekly(store::Writer& writer, const BuildRequest& request);
[[nodiscard]] Result<BuildReport> build_phase_a(store::Writer& writer, const BuildRequest& request);

/// Returns the newest build of a variant, if there is one.
[[nodiscard]] Result<std::optional<store::BuildState>> last_build(const store::Reader& reader,
                                                                  const store::DerivedTable& table,
                                                                  const std::string& variant);

/// Says that the table knows all facts up to `state`, none of which alters a row of it.
/// \pre `state` has days
[[nodiscard]] Result<void> advance(store::Writer& writer, const store::DerivedTable& table,
                                   const store::BuildState& state);

/// Computes `PhaseA_v1` a tile of symbols after the other and hands each to `take`, in order.
struct PhaseATile {
  const MetricPanels& panels;
  std::size_t first_symbol;
};
[[nodiscard]] Result<void> phase_a_tiles(
    const store::Reader& reader, const Axis& axis, ScoreSource source,
    std::optional<market::Instant> as_of, std::size_t memory_bytes, const Progress& progress,
    const std::function<Result<void>(const PhaseATile&)>& take);

}  // namespace offex::studies
