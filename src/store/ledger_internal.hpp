#pragma once

#include <map>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"
#include "offex/store/ledger.hpp"

#include "store/duckdb_internal.hpp"

namespace offex::store {

/// Entries that wait to be written; the last one of a partition counts.
using LedgerEntries = std::map<Partition, LedgerEntry>;

/// Replaces the entries of these partitions in the transaction of the connection.
[[nodiscard]] Result<void> write_ledger(const engine::Connection& connection,
                                        const LedgerEntries& entries);

/// Returns `text`, or where it is no UTF-8, which the engine cannot keep, the same with a question
/// mark for every byte outside of ASCII.
[[nodiscard]] std::string engine_text(std::string_view text);

}  // namespace offex::store
