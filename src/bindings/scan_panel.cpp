#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "offex/kernels/surprise_filter.hpp"

#include "bindings/arrays_internal.hpp"
#include "bindings/errors_internal.hpp"
#include "bindings/scan_panel_internal.hpp"
#include "bindings/store_internal.hpp"

namespace nb = nanobind;

namespace offex::bindings {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

constexpr std::array<const char*, 7> kNames{
    "z_r", "z_v", "z_p", "expected_ratio", "multiple", "baseline_shares", "history"};
using Grids = std::array<std::vector<double>, kNames.size()>;

void write(const kernels::SurpriseScores& scores, std::size_t first, Grids& grids) {
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const std::size_t cell = first + scores.symbol[row];
    grids[6][cell] = scores.count[row];
    if (!scores.scored(row)) continue;
    grids[0][cell] = scores.z_r[row];
    grids[1][cell] = scores.z_v[row];
    grids[2][cell] = scores.z_p[row];
    grids[3][cell] = kernels::angle_ratio(scores.expected_angle[row]);
    grids[4][cell] = std::exp(scores.e_v[row] - scores.c_v);
    grids[5][cell] = std::pow(10.0, scores.baseline[row]);
  }
}

Result<void> check(const Panel& short_volume, const Panel& total_volume,
                   const std::optional<Ordinals>& ordinals) {
  const std::size_t sessions = short_volume.shape(0);
  if (total_volume.shape(0) != sessions || total_volume.shape(1) != short_volume.shape(1)) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("short_volume is {} x {} and total_volume {} x {}", sessions,
                            short_volume.shape(1), total_volume.shape(0), total_volume.shape(1)));
  }
  if (!ordinals) return {};
  if (ordinals->size() != sessions) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("{} ordinals for {} sessions", ordinals->size(), sessions));
  }
  for (std::size_t row = 0; row < sessions; ++row) {
    const std::int32_t before = row == 0 ? -1 : ordinals->data()[row - 1];
    if (ordinals->data()[row] > before) continue;
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("ordinals must be at least 0 and rise: the one at {} is {} after {}",
                            row, ordinals->data()[row], before));
  }
  return {};
}

Result<Grids> score(const Panel& short_volume, const Panel& total_volume,
                    const std::optional<Ordinals>& ordinals) {
  OFFEX_TRY(check(short_volume, total_volume, ordinals));
  const std::size_t sessions = short_volume.shape(0);
  const std::size_t symbols = short_volume.shape(1);
  Grids out;
  for (std::vector<double>& grid : out) grid.assign(sessions * symbols, kMissing);
  kernels::SurpriseFilter filter{kernels::SurpriseParameters{}, symbols};
  kernels::SurpriseScores scores;
  for (std::size_t row = 0; row < sessions; ++row) {
    const std::size_t first = row * symbols;
    const std::int32_t ordinal = ordinals ? ordinals->data()[row] : static_cast<std::int32_t>(row);
    filter.step(ordinal, {short_volume.data() + first, symbols},
                {total_volume.data() + first, symbols}, kernels::Learn::Yes, thread_count(),
                scores);
    write(scores, first, out);
  }
  return out;
}

}  // namespace

Dict scan_panel(const Panel& short_volume, const Panel& total_volume,
                const std::optional<Ordinals>& ordinals) {
  Grids grids = unlocked([&] { return score(short_volume, total_volume, ordinals); });
  nb::dict out;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    out[kNames[i]] = grid_of(std::move(grids[i]), short_volume.shape(0), short_volume.shape(1));
  }
  return out;
}

}  // namespace offex::bindings
