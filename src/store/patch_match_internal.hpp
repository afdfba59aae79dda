#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "store/put_plan_internal.hpp"

namespace offex::store {

/// Which rows in force a patch replaces.
struct PatchMatch {
  std::vector<bool> replaced;                            ///< by old row
  std::unordered_map<std::uint32_t, std::uint32_t> old;  ///< row of the patch's batch to old row
};

/// Finds the old rows that the rows of `planned` stand for. A column of the identity that the patch
/// does not carry takes no part, and neither does one that an old row misses when no row of the
/// patch equals the old one: the same row told with other fields is no second row. A patch that
/// leaves open which of several old rows it means is an Integrity error.
/// \param codes symbol codes of the old rows
[[nodiscard]] Result<PatchMatch> match_patch(const PlannedRevision& planned,
                                             const Dictionaries& names, const columns::Batch& old,
                                             const std::vector<std::int32_t>& codes,
                                             SeenRows& named);

}  // namespace offex::store
