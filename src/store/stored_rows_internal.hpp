#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "offex/columns/batch.hpp"

#include "store/layout_internal.hpp"
#include "store/venues_internal.hpp"

// From rows of a fact table back to rows of the column contract.
namespace offex::store {

/// Names behind the codes of stored rows; null for an unknown code.
struct CodeNames {
  std::function<const market::Symbol*(std::int32_t)> spelling;
  std::function<const VenueEntry*(std::int32_t)> venue;
};

/// The columns of a fact table that `push_stored` needs, for SELECT. The first is revision_id.
[[nodiscard]] std::string stored_columns(const FactLayout& layout);

/// A batch for the result of such a SELECT, without rows.
[[nodiscard]] columns::Batch stored_batch(const FactLayout& layout);

/// Appends row `row` of `stored` to `out`, which `empty_batch` made. An unknown code is Integrity.
[[nodiscard]] Result<void> push_stored(const FactLayout& layout, const columns::Batch& stored,
                                       std::size_t row, const CodeNames& names,
                                       columns::Batch& out);

}  // namespace offex::store
