#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "offex/formats/document.hpp"
#include "offex/market/day.hpp"

namespace offex::formats {

/// Whose volume a file or a row holds.
enum class Venue : std::uint8_t { Ats, NonAts };

/// Returns what `OTC_ats_...` or `OTC_non_ats_...` in the file's name or its archive's says.
[[nodiscard]] std::optional<Venue> venue_from_name(std::string_view file);

/// Returns whether the name of the file or of its archive holds `ATS_W_Summary`.
[[nodiscard]] bool says_ats_summary(std::string_view file);

/// Returns the summary type that stands in the file's name, for example "ATS_W_SMBL", or nothing.
/// A reply without the field summaryTypeCode says it nowhere else.
[[nodiscard]] std::string_view summary_type_from_name(std::string_view file);

/// Returns the date of `OTC_ats_2025-12-01`, or the Monday of the week that ends on the Friday of
/// `ATS_W_Summary_20240412`, from the name of the file or of its archive. No check for a Monday.
[[nodiscard]] std::optional<market::Day> week_from_name(std::string_view file);

/// Returns T1, T2, OTCE or NA for FINRA's identifiers and descriptions of tiers ("NMS Tier 1"),
/// empty for a text that tells none of them.
[[nodiscard]] std::string_view tier_of(std::string_view text);

}  // namespace offex::formats
