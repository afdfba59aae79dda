#pragma once

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/studies/scan.hpp"
#include "offex/studies/scan_evening.hpp"

namespace offex::views {

/// Adds the column `note`: plain words for a row that cannot be told from chance in the channel
/// that ranks, and warnings. \pre the rows of a scan
void add_scan_note(const studies::ScanResult& result, studies::RankBy by, columns::Batch& rows);

/// A filter that needs data which nobody has told by the evening of `result` leaves nothing: the
/// NotFound error says what is missing and where it comes from.
[[nodiscard]] Result<void> check_scan_filter(const studies::ScanFilter& filter,
                                             const studies::ScanResult& result);

}  // namespace offex::views
