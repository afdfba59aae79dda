#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "offex/columns/column.hpp"
#include "offex/market/dataset.hpp"

#include "formats/json_body_internal.hpp"

namespace offex::formats {

/// One value of a row. Cells of text files are Text, or Missing where they are empty.
using FinraCell = JsonCell;

/// Fields of all weekly layouts. Not every layout has each; some have several for one thing, the
/// first one that is filled counts then.
namespace weekly {
enum Slot : std::uint8_t {
  Week,
  Tier,
  TierText,
  SummaryType,
  Symbol,
  IssueName,
  AtsName,
  NonAtsName,
  Mpid,
  Crd,
  Product,
  Shares,
  Shares2,
  Shares3,
  Shares4,
  Trades,
  Trades2,
  Trades3,
  Notional,
  Published,
  Updated,
  Updated2,
  TotalShares,
  TotalTrades,
  NumSlots,
};
}  // namespace weekly

/// Fields of regShoDaily.
namespace reg_sho {
enum Slot : std::uint8_t {
  ReportDate,
  Facility,
  ReportSymbol,
  Market,
  Short,
  Exempt,
  Total,
  NumSlots,
};
}  // namespace reg_sho

/// What FINRA calls a field, and the slot of a row it goes to.
struct FinraField {
  std::size_t slot;
  std::string_view name;  ///< as published; its normalised form is one of `names`
  std::string_view names;
};

enum class FinraKind : std::uint8_t {
  WeeklySummary,   ///< reply of weeklySummary or weeklySummaryHistoric
  WeeklyDownload,  ///< file of otctransparency.finra.org
  LegacyDownload,  ///< the same before about 2020, with a footer line
  AtsSummary,      ///< file of the second seed
  RegSho,
  ShortInterest,
  ThresholdList,
};

/// A layout that is read by field names.
struct FinraLayout {
  FinraKind kind;
  market::Dataset dataset;
  std::string_view title;
  std::span<const FinraField> fields;
  std::size_t slots;
  std::string_view ignored;  ///< normalised names that are known and not needed
};

/// Where the names come from: a reply in JSON is never a downloaded file.
enum class FinraSource : std::uint8_t { Json, Text };

/// Returns the layout that has these normalised names, or nullptr. `file` is the file's name: it
/// tells a file of the second seed whose columns say little.
[[nodiscard]] const FinraLayout* find_finra_layout(std::span<const std::string> names,
                                                   FinraSource source, std::string_view file);

/// Returns why a body with these normalised names, which no layout has, is of no use, or nothing:
/// FINRA has data sets that offex does not keep.
[[nodiscard]] std::string_view finra_refusal(std::span<const std::string> names);

/// Returns the slot of a normalised name, or nothing.
[[nodiscard]] std::optional<std::size_t> slot_of(const FinraLayout& layout, std::string_view name);

/// Returns the published name of a slot.
[[nodiscard]] std::string_view name_of(const FinraLayout& layout, std::size_t slot);

}  // namespace offex::formats
