#pragma once

#include <optional>
#include <vector>

#include "sim/text_internal.hpp"
#include "sim/weekly_internal.hpp"

namespace offex::sim {

/// Rows of a page at most, as the Query API caps them.
inline constexpr std::size_t kPageRows = 5'000;

/// Returns the replies of weeklySummary for one week and tier, page by page. `updated` is the day
/// of a restatement.
[[nodiscard]] std::vector<FileText> weekly_pages(const std::vector<Security>& universe,
                                                 const WeekTable& table, Tier tier,
                                                 std::optional<market::Day> updated = {});

/// Returns the weekly download of one kind, `grain` kAtsFirm or kOtcFirm, all tiers.
[[nodiscard]] FileText weekly_download(const std::vector<Security>& universe,
                                       const WeekTable& table, std::size_t grain);

/// Returns the second seed's summary of ATS volume, all tiers.
[[nodiscard]] FileText ats_summary(const std::vector<Security>& universe, const WeekTable& table);

}  // namespace offex::sim
