#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/store/reader.hpp"

namespace offex::studies {

/// Sessions that a daily data set lacks between its first and last day.
struct Gap {
  std::string dataset;
  std::string facility;  ///< empty where the data set has none
  market::Day day;
};

/// Returns one row a data set and facility: dataset, facility, first_day, last_day, days, rows,
/// missing_sessions (null for data sets that are not daily), sessions_behind (expected at `now`),
/// revisions (keys with more than one version), newest_known_from.
[[nodiscard]] Result<columns::Batch> coverage(const store::Reader& reader, market::Instant now);

/// Returns the missing sessions of consolidated short volume and of bars, as `coverage` counts
/// them.
[[nodiscard]] Result<std::vector<Gap>> gaps(const store::Reader& reader);

}  // namespace offex::studies
