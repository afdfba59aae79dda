# One room of the house: a library, its tests and (elsewhere) its benchmarks.
#
#   offex_room(<name> [LIBS <third-party targets>...])
#
# Makes target offex_<name> with alias offex::<name> out of src/<name>/*.cpp and include/offex/<name>/*.hpp, linked to every
# room on a lower floor of tools/floors.txt and to nothing else of ours. A room without files is skipped, so that the table
# may be ahead of the code. Tests in tests/<name>/*_test.cpp become offex_<name>_tests. A room's src/<name>/main.cpp is left
# out: it belongs to an executable.

set(OFFEX_ROOMS "")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tools/floors.txt")
file(STRINGS "${PROJECT_SOURCE_DIR}/tools/floors.txt" offex_floor_lines REGEX "^room ")
foreach(line IN LISTS offex_floor_lines)
  if(NOT line MATCHES "^room +([0-9]+) +([a-z]+)")
    message(FATAL_ERROR "tools/floors.txt: cannot read this line: ${line}")
  endif()
  list(APPEND OFFEX_ROOMS ${CMAKE_MATCH_2})
  set(OFFEX_FLOOR_${CMAKE_MATCH_2} ${CMAKE_MATCH_1})
endforeach()

# Targets of the rooms below `name` that exist, highest floor first.
function(offex_rooms_below name out)
  set(targets "")
  foreach(room IN LISTS OFFEX_ROOMS)
    if(OFFEX_FLOOR_${room} LESS OFFEX_FLOOR_${name} AND TARGET offex_${room})
      list(PREPEND targets offex_${room})
    endif()
  endforeach()
  set(${out} "${targets}" PARENT_SCOPE)
endfunction()

# Targets of all rooms that exist, highest floor first.
function(offex_all_rooms out)
  set(targets "")
  foreach(room IN LISTS OFFEX_ROOMS)
    if(TARGET offex_${room})
      list(PREPEND targets offex_${room})
    endif()
  endforeach()
  set(${out} "${targets}" PARENT_SCOPE)
endfunction()

function(offex_room name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBS")
  if(arg_UNPARSED_ARGUMENTS OR NOT DEFINED OFFEX_FLOOR_${name})
    message(FATAL_ERROR "offex_room(${name}): not in tools/floors.txt, or unknown arguments '${arg_UNPARSED_ARGUMENTS}'")
  endif()

  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp")
  file(GLOB headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/offex/${name}/*.hpp")
  list(REMOVE_ITEM sources "${PROJECT_SOURCE_DIR}/src/${name}/main.cpp")
  if(NOT sources AND NOT headers)
    return()
  endif()

  offex_rooms_below(${name} below)
  if(sources)
    add_library(offex_${name} STATIC ${sources})
    set(scope PUBLIC)
    target_include_directories(offex_${name} PRIVATE "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(offex_${name} PRIVATE ${arg_LIBS})
  else()
    add_library(offex_${name} INTERFACE)
    set(scope INTERFACE)
    target_link_libraries(offex_${name} INTERFACE ${arg_LIBS})
  endif()
  add_library(offex::${name} ALIAS offex_${name})
  target_compile_features(offex_${name} ${scope} cxx_std_23)
  target_link_libraries(offex_${name} ${scope} ${below} fmt::fmt)
  target_sources(offex_${name} ${scope} FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${headers})
  set_target_properties(offex_${name} PROPERTIES EXPORT_NAME ${name} VERIFY_INTERFACE_HEADER_SETS ON)
  install(TARGETS offex_${name} EXPORT offex ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} FILE_SET HEADERS)

  if(OFFEX_TESTS)
    offex_tests(${name} LINK offex_${name} SUPPORT)
  endif()
endfunction()

# Test binary offex_<name>_tests out of tests/<name>/*_test.cpp; SUPPORT adds what tests/support shares.
function(offex_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SUPPORT" "" "LINK;DEFINITIONS")
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${name}/*_test.cpp")
  if(NOT sources)
    return()
  endif()

  set(target offex_${name}_tests)
  add_executable(${target} ${sources})
  if(arg_SUPPORT AND TARGET offex_test_support)
    target_link_libraries(${target} PRIVATE offex_test_support)
  endif()
  target_link_libraries(${target} PRIVATE ${arg_LINK} GTest::gmock_main GTest::gmock GTest::gtest)
  # Tests may look at a private header of their room: "base/x_internal.hpp".
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests" "${PROJECT_SOURCE_DIR}/src")
  # Tests are compiled more often than they run, and what they test is optimised as the preset says.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Debug>:-O0 -g1>)
  target_compile_definitions(${target} PRIVATE OFFEX_SOURCE_DIR="${PROJECT_SOURCE_DIR}" ${arg_DEFINITIONS})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  gtest_discover_tests(
    ${target}
    TEST_PREFIX "${name}."
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 120
    WORKING_DIRECTORY "${PROJECT_BINARY_DIR}/tests"
    PROPERTIES FIXTURES_REQUIRED floors TIMEOUT 600)
endfunction()

# Code that several rooms' tests share. A static library: a test binary takes only the objects it uses, so one for a low
# room never needs a symbol of a high one.
function(offex_test_support)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/support/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_library(offex_test_support STATIC ${sources})
  target_include_directories(
    offex_test_support
    PUBLIC "${PROJECT_SOURCE_DIR}/tests"
    PRIVATE "${PROJECT_SOURCE_DIR}/include")
  target_compile_definitions(offex_test_support PRIVATE OFFEX_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(offex_test_support PRIVATE fmt::fmt GTest::gmock)
endfunction()
