# Language and flags for everything that is built here.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)  # the rooms also go into a Python module

# Results must not depend on the CPU: no contraction to fused multiply-add, never -ffast-math. The other two only give up
# errno and floating-point traps, which nobody reads, and let loops vectorise.
add_compile_options(-ffp-contract=off -fno-math-errno -fno-trapping-math)

if(OFFEX_DEVELOPER)
  add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Werror)
endif()

find_program(OFFEX_CCACHE ccache)
mark_as_advanced(OFFEX_CCACHE)
if(OFFEX_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${OFFEX_CCACHE}")
endif()
