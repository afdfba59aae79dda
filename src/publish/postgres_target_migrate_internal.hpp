#pragma once

#include <string>
#include <vector>

#include "offex/base/log.hpp"
#include "offex/base/result.hpp"
#include "offex/store/postgres.hpp"

namespace offex::publish::pg {

/// Runs the migrations that the database does not have in their present text, each in its own
/// transaction, and returns their names. Waits for another process that does the same.
/// \param log may be null
[[nodiscard]] Result<std::vector<std::string>> migrate(store::Postgres& db, base::LogSink* log);

}  // namespace offex::publish::pg
