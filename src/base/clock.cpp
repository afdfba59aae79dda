#include "offex/base/clock.hpp"

#include <chrono>

namespace offex::base {

std::int64_t SystemClock::now_nanos() const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

}  // namespace offex::base
