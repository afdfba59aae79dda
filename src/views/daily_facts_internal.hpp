#pragma once

#include <string>
#include <vector>

#include "offex/views/daily_table.hpp"

namespace offex::views {

/// Returns the panel above the rows: details of one ticker, a line each of several.
[[nodiscard]] std::vector<render::Fact> daily_facts(const DailyTable& table);

/// Returns how many of the rows have each kind of data.
[[nodiscard]] std::string daily_coverage(const columns::Batch& rows);

}  // namespace offex::views
