#pragma once

#include <cstdint>
#include <memory>

#include "offex/base/result.hpp"

namespace offex::base {

/// Source of "now". Everything that asks for the time takes one, so that tests can choose it.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Returns nanoseconds since 1970-01-01T00:00:00Z.
  [[nodiscard]] virtual std::int64_t now_nanos() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t now_nanos() const override;
};

/// A clock that stands still.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(std::int64_t nanos) : nanos_{nanos} {}
  [[nodiscard]] std::int64_t now_nanos() const override { return nanos_; }

 private:
  std::int64_t nanos_;
};

}  // namespace offex::base
