#pragma once

#include <string_view>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"

namespace offex::formats {

/// Appends the rows of a JSON array of flat objects to `out`, whose columns say which members to
/// take and as what: Text, Symbol, Int32, Int64, Double, Day (an ISO date), Bool, and Quantity and
/// Price from a number or a quoted decimal. A Text column takes a nested value as its JSON text.
/// null, and a member that is not there, is missing; other members are left out.
///
/// An Integrity error names the row (counting from 1) and the field; `out` is then as before.
[[nodiscard]] Result<void> read_json_rows(std::string_view json, columns::Batch& out);

}  // namespace offex::formats
