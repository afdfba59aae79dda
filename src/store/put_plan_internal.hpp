#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/dictionaries_internal.hpp"
#include "store/layout_internal.hpp"
#include "store/revisions_internal.hpp"
#include "store/row_identity_internal.hpp"

namespace offex::store {

/// A revision that a put is going to write.
struct PlannedRevision {
  KeyedRows rows;
  std::unique_ptr<columns::Batch> merged;  ///< owns the rows of a merged patch
  std::string digest;
  std::optional<RevisionBook::Current> replaces;
  /// A patch that changes no row in force: it only names rows that were not there.
  bool only_adds{false};
  std::size_t brought{0};                 ///< rows that the file names; a merged patch has more
  std::vector<std::int32_t> raw_codes;    ///< parallel to rows.rows; empty without coded symbols
  std::vector<std::int32_t> venue_codes;  ///< parallel to rows.rows, -1: none; empty without venues
};

/// Everything a put will do, worked out before the first row is written.
struct PutPlan {
  std::vector<PlannedRevision> revisions;
  std::vector<std::int32_t> in_force;  ///< revisions that hold the rows of unchanged keys
  std::uint32_t unchanged{0};
  std::uint64_t rows{0};
  std::string dataset;  ///< name for ingest_file; several are joined with '+'
};

/// Validates all parts and decides what is new. Names that are new are interned; the caller
/// truncates the dictionaries when this, or the writing, fails.
/// `connection` reads the rows in force that a patch is merged into.
[[nodiscard]] Result<PutPlan> plan_put(std::span<const FactRows> parts, const RevisionBook& book,
                                       Dictionaries& names, const engine::Connection& connection);

/// Gives the rows their codes. With `seen`, refuses two rows of one identity.
[[nodiscard]] Result<void> intern_codes(PlannedRevision& planned, Dictionaries& names,
                                        SeenRows* seen);

/// What earlier parts of the same file are going to write, by key.
using EarlierParts = std::map<FactKey, const PlannedRevision*>;

/// Puts the rows that the patches do not name beside the patches' rows: those of earlier parts,
/// else those in force.
/// \pre the codes of `planned`, all of one data set, are interned
[[nodiscard]] Result<void> merge_patches(std::vector<PlannedRevision>& planned,
                                         const EarlierParts& earlier, Dictionaries& names,
                                         SeenRows& seen, const engine::Connection& connection);

}  // namespace offex::store
