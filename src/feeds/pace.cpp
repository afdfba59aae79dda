#include <algorithm>
#include <cmath>
#include <string>

#include <curl/curl.h>
#include <fmt/format.h>

#include "feeds/pace_internal.hpp"
#include "feeds/url_internal.hpp"

namespace offex::feeds {

using std::chrono::milliseconds;

RateBucket::RateBucket(double rate, milliseconds unit) {
  if (!(rate > 0.0)) return;
  const double whole = std::max(1.0, std::floor(std::min(rate, 1e6)));
  tokens_ = static_cast<std::size_t>(whole);
  const double nanos = 1e6 * static_cast<double>(unit.count()) * whole / rate;
  span_ = std::chrono::nanoseconds{std::llround(std::min(nanos, 1e18))};
}

SteadyTime RateBucket::next(SteadyTime now) const {
  if (tokens_ == 0 || taken_.size() < tokens_) return now;
  return std::max(now, taken_.front() + span_);
}

void RateBucket::take(SteadyTime now) {
  if (tokens_ == 0) return;
  if (taken_.size() == tokens_) taken_.pop_front();
  taken_.push_back(now);
}

milliseconds Jitter::up_to(milliseconds most) {
  state_ += 0x9E3779B97F4A7C15ULL;  // splitmix64
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
  mixed ^= mixed >> 31U;
  const auto choices = static_cast<std::uint64_t>(std::max<std::int64_t>(most.count(), 0)) + 1;
  return milliseconds{static_cast<std::int64_t>(mixed % choices)};
}

milliseconds backoff_ceiling(const Limits& limits, unsigned failures) {
  milliseconds wait = limits.backoff;
  for (unsigned n = 1; n < failures && wait < limits.longest_wait; ++n) wait *= 2;
  return std::min(wait, limits.longest_wait);
}

std::optional<std::int64_t> read_http_date(std::string_view value) {
  const std::time_t read = curl_getdate(std::string{value}.c_str(), nullptr);
  if (read < 0) return std::nullopt;
  return static_cast<std::int64_t>(read);
}

std::optional<milliseconds> read_retry_after(std::string_view value, std::int64_t now) {
  value = trimmed(value);
  if (value.empty()) return std::nullopt;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (std::ranges::all_of(value, digit)) {
    constexpr std::int64_t kMost = 1'000'000;
    std::int64_t seconds = 0;
    for (const char c : value) seconds = std::min(kMost, seconds * 10 + (c - '0'));
    return std::chrono::seconds{seconds};
  }
  const std::optional<std::int64_t> date = read_http_date(value);
  if (!date) return std::nullopt;
  return std::chrono::seconds{std::clamp<std::int64_t>(*date - now, 0, 1'000'000)};
}

std::string too_long_a_wait(std::string_view why, milliseconds asked, milliseconds most) {
  return fmt::format(
      "{}; the server wants to be asked again in {:g} s, and {:g} s is the most to wait", why,
      1e-3 * static_cast<double>(asked.count()), 1e-3 * static_cast<double>(most.count()));
}

milliseconds until_next_minute(std::int64_t now) {
  constexpr std::int64_t kMinute = 60'000;
  return milliseconds{kMinute - now % kMinute};
}

}  // namespace offex::feeds
