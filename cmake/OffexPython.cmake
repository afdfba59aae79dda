# The Python module offex._offex: src/bindings over every room on a lower floor, DuckDB's library beside it and the stubs of
# what it has. python/pyproject.toml builds it; tools/python.sh does so with the flags of the release preset.

find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module)
# Asked each time: pip builds in an environment that is gone at the next build.
execute_process(
  COMMAND "${Python_EXECUTABLE}" -m nanobind --cmake_dir
  OUTPUT_VARIABLE nanobind_found
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(nanobind_DIR "${nanobind_found}" CACHE PATH "Where nanobind's package is" FORCE)
find_package(nanobind CONFIG REQUIRED)

file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/bindings/*.cpp")
nanobind_add_module(_offex NB_STATIC NB_SUPPRESS_WARNINGS ${sources})
offex_rooms_below(bindings rooms)
target_link_libraries(_offex PRIVATE ${rooms} fmt::fmt)
target_include_directories(_offex PRIVATE "${PROJECT_SOURCE_DIR}/src")
target_compile_definitions(_offex PRIVATE OFFEX_VERSION="${PROJECT_VERSION}")
target_compile_options(nanobind-static PRIVATE -w)
# Another module of the process may hold code of the same names.
target_link_options(_offex PRIVATE -Wl,--exclude-libs,ALL)
set_target_properties(_offex PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/offex" INSTALL_RPATH "$ORIGIN")

nanobind_add_stub(
  offex_stubs
  MODULE _offex
  OUTPUT "${PROJECT_BINARY_DIR}/offex/_offex.pyi"
  PYTHON_PATH "${PROJECT_BINARY_DIR}/offex"
  DEPENDS _offex)

install(TARGETS _offex LIBRARY DESTINATION offex COMPONENT python)
install(FILES "${PROJECT_BINARY_DIR}/offex/_offex.pyi" DESTINATION offex COMPONENT python)
install(FILES "${DuckDB_LIBRARY}" DESTINATION offex COMPONENT python)
