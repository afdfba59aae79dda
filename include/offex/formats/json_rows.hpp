#pragma once

#include <string_view>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"

namespace offex::formats {

/// Appends the rows of a JSON array of flat objects to `out`, whose columns say which members to
/// take and as what: Text, Symbol, Int32, Int64, Double, Day (an ISO date), Instant (an ISO time),
/// Bool, and Quantity, Price and Number from a number or a quoted decimal. A Text column takes a
/// nested value, a number and a truth value as its JSON text. null, and a member that is not there,
/// is missing; other members are left out. No exact number passes through a double.
///
/// An Integrity error names the row (counting from 1) and the field; `out` is then as before. A
/// Label column is an InvalidArgument: its words are fixed. \pre all columns are of one length
[[nodiscard]] Result<void> read_json_rows(std::string_view json, columns::Batch& out);

}  // namespace offex::formats
