#include "offex/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace offex::base {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "offex: internal error: `%s` does not hold at %s:%d\n", condition, file,
               line);
  std::abort();
}

}  // namespace offex::base
