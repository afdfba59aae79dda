# The SQL of migrations/ as a source of the room that applies it, so that the program and the Python module carry it.
#
#   offex_migrations(<room>)
#
# The source is written into the build folder whenever a file of migrations/ is newer. This file is also the script that
# writes it: cmake -DOUT=FILE "-DFILES=A;B" -P OffexMigrations.cmake

if(CMAKE_SCRIPT_MODE_FILE)
  list(LENGTH FILES count)
  set(text "#include \"offex/publish/migrations.hpp\"\n\n#include <array>\n\nnamespace offex::publish {\n\n")
  string(APPEND text "std::span<const Migration> migrations() {\n")
  string(APPEND text "  static constexpr std::array<Migration, ${count}> kMigrations{{\n")
  foreach(file IN LISTS FILES)
    get_filename_component(name "${file}" NAME_WE)
    file(READ "${file}" sql)
    string(APPEND text "      {\"${name}\", R\"offex_sql(${sql})offex_sql\"},\n")
  endforeach()
  string(APPEND text "  }};\n  return kMigrations;\n}\n\n}  // namespace offex::publish\n")
  file(WRITE "${OUT}" "${text}")
  return()
endif()

set(OFFEX_MIGRATIONS_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

function(offex_migrations room)
  if(NOT TARGET offex_${room})
    return()
  endif()
  file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/migrations/*.sql")
  list(SORT files)
  set(source "${PROJECT_BINARY_DIR}/generated/${room}/migrations.cpp")
  add_custom_command(
    OUTPUT "${source}"
    COMMAND "${CMAKE_COMMAND}" "-DOUT=${source}" "-DFILES=${files}" -P "${OFFEX_MIGRATIONS_SCRIPT}"
    DEPENDS ${files} "${OFFEX_MIGRATIONS_SCRIPT}"
    COMMENT "Writing the migrations into a source"
    VERBATIM)
  target_sources(offex_${room} PRIVATE "${source}")
endfunction()
