#pragma once

#include <span>
#include <string_view>

#include "offex/base/clock.hpp"

#include "store/duckdb_internal.hpp"

namespace offex::store {

/// Views of facts that have a table macro of the same name with `_at` behind, for as-of answers.
[[nodiscard]] std::span<const std::string_view> fact_views();

/// Number of the newest schema step that this program knows.
[[nodiscard]] int newest_schema_step();

/// Number of the newest step the database has had; 0 for an empty one.
[[nodiscard]] Result<int> schema_step(const engine::Connection& connection);

/// Integrity error when the database was written by a newer program.
[[nodiscard]] Result<void> check_schema(const engine::Connection& connection);

/// Applies the missing steps in one transaction; returns how many.
[[nodiscard]] Result<int> migrate(const engine::Connection& connection, const base::Clock& clock);

}  // namespace offex::store
