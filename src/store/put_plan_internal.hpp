#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/layout_internal.hpp"
#include "store/revisions_internal.hpp"
#include "store/symbols_internal.hpp"

namespace offex::store {

/// A revision that a put is going to write.
struct PlannedRevision {
  KeyedRows rows;
  std::unique_ptr<columns::Batch> merged;  ///< owns the rows of a merged patch
  std::string digest;
  std::optional<RevisionBook::Current> replaces;
  std::vector<std::int32_t> raw_codes;  ///< parallel to rows.rows; empty for constituents
};

/// Everything a put will do, worked out before the first row is written.
struct PutPlan {
  std::vector<PlannedRevision> revisions;
  std::uint32_t unchanged{0};
  std::uint64_t rows{0};
  std::string dataset;  ///< name for ingest_file; several are joined with '+'
};

/// Validates all parts and decides what is new. Symbols that are new are interned; the caller
/// truncates the table when this, or the writing, fails.
/// `connection` reads the rows in force that a patch is merged into.
[[nodiscard]] Result<PutPlan> plan_put(std::span<const FactRows> parts, const RevisionBook& book,
                                       SymbolTable& symbols, const engine::Connection& connection);

}  // namespace offex::store
