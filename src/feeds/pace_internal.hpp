#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "offex/feeds/upstream.hpp"

namespace offex::feeds {

using SteadyTime = std::chrono::steady_clock::time_point;

/// A bucket of tokens; each comes back a span after it was taken. So there are never more starts
/// within any span than tokens, which a bucket that refills evenly would allow after a pause.
class RateBucket {
 public:
  RateBucket() = default;  ///< without limit
  /// \param rate starts in a `unit`; 0: without limit. A rate below 1 stretches the span.
  RateBucket(double rate, std::chrono::milliseconds unit);

  /// Returns when the next start may be; not before `now`.
  [[nodiscard]] SteadyTime next(SteadyTime now) const;
  void take(SteadyTime now);

 private:
  std::size_t tokens_{0};  // 0: without limit
  std::chrono::nanoseconds span_{0};
  std::deque<SteadyTime> taken_;
};

/// Numbers for the jitter. Equal seeds give equal waits.
class Jitter {
 public:
  explicit Jitter(std::uint64_t seed) : state_{seed} {}
  /// Returns a wait from nothing to `most`.
  [[nodiscard]] std::chrono::milliseconds up_to(std::chrono::milliseconds most);

 private:
  std::uint64_t state_;
};

/// Returns the longest wait after so many failures: doubled each time, cut at `longest_wait`.
/// \pre failures >= 1
[[nodiscard]] std::chrono::milliseconds backoff_ceiling(const Limits& limits, unsigned failures);

/// Reads a Retry-After of seconds or of a date. \param now seconds since 1970
[[nodiscard]] std::optional<std::chrono::milliseconds> read_retry_after(std::string_view value,
                                                                        std::int64_t now);

/// Says that a server, for the reason `why`, asks for a longer wait than `most`.
[[nodiscard]] std::string too_long_a_wait(std::string_view why, std::chrono::milliseconds asked,
                                          std::chrono::milliseconds most);

/// Reads a date of HTTP; seconds since 1970.
[[nodiscard]] std::optional<std::int64_t> read_http_date(std::string_view value);

/// Returns how long it is to the next full minute. \param now milliseconds since 1970
[[nodiscard]] std::chrono::milliseconds until_next_minute(std::int64_t now);

}  // namespace offex::feeds
