#pragma once

#include <string>
#include <vector>

#include "offex/base/result.hpp"

#include "ingest/decode_internal.hpp"
#include "ingest/sync_task_internal.hpp"

namespace offex::ingest {

/// Checks that an answer is one to the question: data set, days, week and tier of every row. A
/// filter that was ignored in silence is an Integrity error.
[[nodiscard]] Result<void> verify(const Task& task, const std::vector<Decoded>& answer);

/// Compares symbol and firm rows of a week; returns a sentence when they do not add up, else "".
/// FINRA's do, so a difference tells of rows that were restated while they were read.
[[nodiscard]] std::string compare_levels(const std::vector<Decoded>& answer);

/// Weeks that the rows of an answer name, ascending.
[[nodiscard]] std::vector<market::Day> weeks_of(const std::vector<Decoded>& answer);

/// Trade dates that the rows of an answer name, ascending.
[[nodiscard]] std::vector<market::Day> days_of(const std::vector<Decoded>& answer);

}  // namespace offex::ingest
