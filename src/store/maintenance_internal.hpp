#pragma once

#include <filesystem>
#include <string>

#include "offex/base/result.hpp"

namespace offex::store {

/// Runs SQL on a database file as the engine alone sees it, past every rule of the store: for
/// repairs by hand and for tests that need a store of another program.
[[nodiscard]] Result<void> run_on_file(const std::filesystem::path& database,
                                       const std::string& sql);

}  // namespace offex::store
