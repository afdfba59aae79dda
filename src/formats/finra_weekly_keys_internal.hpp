#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "offex/columns/batch.hpp"

#include "formats/row_set_internal.hpp"

namespace offex::formats {

/// Columns of the weekly data sets, in the order of formats/document.hpp.
enum WeeklyColumn : std::uint8_t {
  kWeekColumn,
  kSymbolColumn,
  kTierColumn,
  kTypeColumn,
  kMpidColumn,
  kCrdColumn,
  kParticipantColumn,
  kIssueColumn,
  kProductColumn,
  kSharesColumn,
  kTradesColumn,
  kNotionalColumn,
  kPublishedColumn,
  kUpdatedColumn,
  kTotalSharesColumn,
  kTotalTradesColumn,
  kNumWeeklyColumns,
};

/// Tells rows of weekly data apart. A firm is its MPID and CRD number, or its name where it has
/// neither: downloads of non-ATS volume name firms only.
class WeeklyKeys {
 public:
  /// Adds the last row of `rows`; returns false when an earlier one has the same identity.
  [[nodiscard]] bool add_last(const columns::Batch& rows);

  /// Returns a warning for each symbol that a week, type and firm have several rows of: the symbol
  /// changed its tape or tier, or the ticker went to another issue. Names the first twenty.
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  // Most rows differ by these columns already; the sets below hold only those that do not.
  RowSet coded_{{kSymbolColumn, kMpidColumn, kCrdColumn, kTypeColumn, kWeekColumn}};
  RowSet named_{{kSymbolColumn, kParticipantColumn, kTypeColumn, kWeekColumn}};
  RowSet repeated_coded_{{kWeekColumn, kSymbolColumn, kTierColumn, kTypeColumn, kMpidColumn,
                          kCrdColumn, kProductColumn, kIssueColumn}};
  RowSet repeated_named_{{kWeekColumn, kSymbolColumn, kTierColumn, kTypeColumn, kParticipantColumn,
                          kProductColumn, kIssueColumn}};
  RowSet symbols_{{kSymbolColumn}};  // of repeated rows
  std::size_t num_symbols_{0};
  std::vector<std::string> named_warnings_;
};

}  // namespace offex::formats
