#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "offex/columns/batch.hpp"

#include "formats/row_set_internal.hpp"

namespace offex::formats {

/// Columns of the weekly data sets, in the order of formats/document.hpp.
namespace weekly_column {
enum Id : std::uint8_t {
  Week,
  Symbol,
  Tier,
  Type,
  Mpid,
  Crd,
  Participant,
  Issue,
  Product,
  Shares,
  Trades,
  Notional,
  Published,
  Updated,
  TotalShares,
  TotalTrades,
  NumColumns,
};
}  // namespace weekly_column

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
  RowSet coded_{{weekly_column::Symbol, weekly_column::Mpid, weekly_column::Crd,
                 weekly_column::Type, weekly_column::Week}};
  RowSet named_{{weekly_column::Symbol, weekly_column::Participant, weekly_column::Type,
                 weekly_column::Week}};
  RowSet repeated_coded_{{weekly_column::Week, weekly_column::Symbol, weekly_column::Tier,
                          weekly_column::Type, weekly_column::Mpid, weekly_column::Crd,
                          weekly_column::Product, weekly_column::Issue}};
  RowSet repeated_named_{{weekly_column::Week, weekly_column::Symbol, weekly_column::Tier,
                          weekly_column::Type, weekly_column::Participant, weekly_column::Product,
                          weekly_column::Issue}};
  RowSet symbols_{{weekly_column::Symbol}};  // of repeated rows
  std::size_t num_symbols_{0};
  std::vector<std::string> named_warnings_;
};

}  // namespace offex::formats
