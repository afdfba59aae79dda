#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "offex/studies/weekly.hpp"

#include "studies/v2_stream_internal.hpp"

namespace offex::studies {

/// The venues of one symbol, week and side.
struct VenueSummary {
  double count{columns::Panel::kMissing};
  double top_share{columns::Panel::kMissing};
  double concentration{columns::Panel::kMissing};
  double de_minimis{columns::Panel::kMissing};
  bool twice{false};  ///< a venue has several rows
  std::string top;
};

/// Tells which venues are one, because they share the MPID or the CRD number.
class VenueNames {
 public:
  explicit VenueNames(std::span<const store::Venue> venues);

  /// Describes the venue rows of one symbol, week and side.
  [[nodiscard]] VenueSummary summarize(std::span<const WeeklyRow* const> rows) const;

 private:
  struct Name {
    std::string label;
    std::size_t identity{0};
    bool de_minimis{false};
  };
  std::vector<Name> names_;
};

/// Returns the off-exchange volume: ATS and non-ATS where both are known, else the table's total.
[[nodiscard]] columns::Panel weekly_otc_volume(const WeeklyInputs& inputs);

/// Returns the Mondays from the first to the last week with a weekly fact, none left out.
[[nodiscard]] Result<std::vector<market::Day>> weekly_grid(const store::Reader& reader,
                                                           std::optional<market::Instant> as_of);

/// Loads the weeks of `mondays`, which follow each other, for the symbols of `axis`.
[[nodiscard]] Result<WeeklyInputs> load_weekly(const store::Reader& reader, const Axis& axis,
                                               std::span<const market::Day> mondays,
                                               std::optional<market::Instant> as_of);

/// Computes weeks [range.begin, range.end) of `axis.days` a few at a time and hands out their rows.
[[nodiscard]] Result<void> weekly_batches(
    const store::Reader& reader, const Axis& axis, SessionRange range,
    std::optional<market::Instant> as_of, SymbolColumn symbol_column,
    const std::function<Result<void>(const columns::Batch&)>& take);

}  // namespace offex::studies
