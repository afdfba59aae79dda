#include "store/duckdb_internal.hpp"
#include "store/maintenance_internal.hpp"

namespace offex::store {

Result<void> run_on_file(const std::filesystem::path& database, const std::string& sql) {
  OFFEX_ASSIGN(const engine::DatabaseHandle handle,
               engine::open_database(database.string(), {.threads = 1}));
  OFFEX_ASSIGN(const engine::Connection connection, engine::Connection::open(handle.get()));
  return connection.run(sql);
}

}  // namespace offex::store
