#pragma once

#include <cstdint>

#include "offex/base/clock.hpp"
#include "offex/market/instant.hpp"

namespace offex::test_support {

/// A clock that the test sets.
class TestClock final : public base::Clock {
 public:
  [[nodiscard]] std::int64_t now_nanos() const override { return now_; }
  void set(market::Instant now) { now_ = now.nanos(); }

 private:
  std::int64_t now_{0};
};

}  // namespace offex::test_support
