# Finds DuckDB's C API as DuckDB::DuckDB: deps/duckdb, where tools/setup.sh puts it, or else a DuckDB of the system.
# OFFEX_SYSTEM_DUCKDB turns the order round.

option(OFFEX_SYSTEM_DUCKDB "Prefer a DuckDB that is installed on the system" $ENV{OFFEX_SYSTEM_DUCKDB})

set(DuckDB_private "${CMAKE_CURRENT_LIST_DIR}/../deps/duckdb")
if(NOT OFFEX_SYSTEM_DUCKDB)
  find_path(DuckDB_INCLUDE_DIR duckdb.h PATHS "${DuckDB_private}/include" NO_DEFAULT_PATH)
  find_library(DuckDB_LIBRARY duckdb PATHS "${DuckDB_private}/lib" NO_DEFAULT_PATH)
endif()
find_path(DuckDB_INCLUDE_DIR duckdb.h)
find_library(DuckDB_LIBRARY duckdb)
mark_as_advanced(DuckDB_INCLUDE_DIR DuckDB_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  DuckDB
  REQUIRED_VARS DuckDB_LIBRARY DuckDB_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Run tools/setup.sh, which fetches it, or install one and set OFFEX_SYSTEM_DUCKDB.")

if(DuckDB_FOUND AND NOT TARGET DuckDB::DuckDB)
  add_library(DuckDB::DuckDB SHARED IMPORTED)
  set_target_properties(
    DuckDB::DuckDB
    PROPERTIES IMPORTED_LOCATION "${DuckDB_LIBRARY}"
               INTERFACE_INCLUDE_DIRECTORIES "${DuckDB_INCLUDE_DIR}")
endif()
