# Every library that offex links, for the build and for a program that uses an installed offex. Imported targets are
# system includes, so that our warnings do not judge their headers.

find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(fmt REQUIRED)
find_package(date REQUIRED)
find_package(simdjson REQUIRED)
find_package(DuckDB REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CURL REQUIRED)
find_package(FlatBuffers REQUIRED)

# ISA-L ships no CMake package; libzip's asks for the command line tools, which are another package in Debian, and CMake's
# search for PostgreSQL for the headers of the server.
find_package(PkgConfig REQUIRED)
pkg_check_modules(isal REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
