#include "offex/store/engine_version.hpp"

#include <duckdb.h>

namespace offex::store {

std::string engine_version() { return duckdb_library_version(); }

}  // namespace offex::store
