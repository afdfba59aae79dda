#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/market/quantity.hpp"
#include "offex/studies/weekly.hpp"

namespace offex::studies::test {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline constexpr std::int64_t kShare = market::Quantity::kPerShare;
inline constexpr double kShares = static_cast<double>(kShare);
inline constexpr bool kAts = true;
inline constexpr bool kNonAts = false;

inline market::Day day(std::string_view text) { return market::Day::parse(text).value(); }

inline std::vector<market::Day> mondays(std::string_view first, std::size_t count) {
  std::vector<market::Day> out;
  for (std::size_t week = 0; week < count; ++week) {
    out.push_back(day(first).plus(static_cast<std::int32_t>(7 * week)));
  }
  return out;
}

inline WeeklyRow symbol_row(bool ats, std::int64_t shares,
                            std::optional<std::int64_t> trades = {}) {
  return {.ats = ats,
          .tier = 0,
          .shares = shares * kShare,
          .trades = trades,
          .published = day("2025-07-14").days(),
          .updated = day("2025-07-14").days(),
          .known_from = 1};
}

inline WeeklyRow firm_row(bool ats, std::int32_t venue, std::int64_t shares) {
  WeeklyRow out = symbol_row(ats, shares, 10);
  out.firm = true;
  out.venue = venue;
  return out;
}

/// UBSA and SGMT are ATSs; two firms and the bucket of small ones.
inline std::vector<store::Venue> venues() {
  return {{.mpid = "UBSA", .crd = 7654, .name = "UBS ATS"},
          {.mpid = "SGMT", .crd = 361, .name = "SIGMA X2"},
          {.mpid = "", .crd = 116797, .name = "CITADEL SECURITIES LLC"},
          {.mpid = "", .crd = 149823, .name = "VIRTU AMERICAS LLC"},
          {.mpid = "", .crd = 0, .name = "De Minimis Firms"}};
}
inline constexpr std::int32_t kUbsa = 0;
inline constexpr std::int32_t kSgmt = 1;
inline constexpr std::int32_t kCitadel = 2;
inline constexpr std::int32_t kVirtu = 3;
inline constexpr std::int32_t kSmall = 4;

inline const std::vector<std::string> kTiers{"T1", "T2"};

/// One symbol in the week of 2025-06-23.
class OneWeek {
 public:
  explicit OneWeek(std::string_view monday = "2025-06-23") : inputs{mondays(monday, 1), 1} {}

  OneWeek& rows(const std::vector<WeeklyRow>& rows) {
    take_weekly_rows(rows, venues(), kTiers, inputs);
    return *this;
  }
  OneWeek& consolidated(std::int64_t shares) {
    inputs.consolidated.at(0, 0) = static_cast<double>(shares) * kShares;
    inputs.bars_known_from.at(0, 0) = 1.0;
    return *this;
  }
  [[nodiscard]] MetricPanels metrics() const {
    return compute_weekly(inputs, weekly_series(inputs), 0);
  }
  [[nodiscard]] double value(std::string_view name) const { return metrics().at(name).at(0, 0); }
  [[nodiscard]] double shares(std::string_view name) const { return value(name) / kShares; }
  /// The one row as the table shows a column.
  [[nodiscard]] std::string text(std::string_view name) const {
    const Axis axis{inputs.weeks, {market::Symbol::from_trusted("NVDA")}, {0}};
    const MetricPanels panels = metrics();
    columns::Batch batch = RowWriter::header(panels.spec(), SymbolColumn::Name);
    RowWriter{panels, axis, 0, 0, SymbolColumn::Name}.append(weekly_cells(inputs), batch);
    return columns::cell_text(*batch.find(name), 0);
  }

  WeeklyInputs inputs;
};

}  // namespace offex::studies::test
