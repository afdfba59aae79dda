#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "offex/feeds/client.hpp"
#include "offex/feeds/finra.hpp"
#include "offex/feeds/polygon.hpp"

#include "support/scripted_server.hpp"

namespace offex::feeds {

using test_support::ScriptedReply;
using test_support::ScriptedRequest;
using test_support::ScriptedServer;
using After = ScriptedReply::After;
using Replies = std::vector<ScriptedReply>;

inline ScriptedReply reply_with(int status, std::string body = {}) {
  ScriptedReply out;
  out.status = status;
  out.body = std::move(body);
  return out;
}

/// Settings for a scripted server: impatient, and with the keys of nobody.
inline FeedSettings settings_for(const ScriptedServer& server) {
  FeedSettings out;
  out.endpoints = simulated_endpoints(server.url());
  out.limits.timeout = std::chrono::milliseconds{5'000};
  out.limits.attempts = 3;
  out.limits.backoff = std::chrono::milliseconds{1};
  out.limits.longest_wait = std::chrono::milliseconds{50};
  out.limits.finra_rate = 0.0;
  out.credentials.polygon_key = "pk-of-nobody";
  out.credentials.flat_file_key = "AKIDOFNOBODY";
  out.credentials.flat_file_secret = "storage-secret-of-nobody";
  return out;
}

inline constexpr market::Day kFriday = market::Day::from_days(20'560);  // 2026-04-17

inline Request short_file_request(const FeedSettings& settings) {
  return short_volume_file(settings.endpoints, market::Facility::Cnms, kFriday);
}

inline Request query_request(const FeedSettings& settings, std::int64_t offset = 0) {
  return query_page(settings.endpoints, Query{}, offset, "regShoDaily");
}

/// Keeps what is logged.
class KeptLog final : public base::LogSink {
 public:
  void write(base::LogLevel /*level*/, std::string_view message) override {
    const std::lock_guard lock{mutex_};
    text_ += message;
    text_ += '\n';
  }
  [[nodiscard]] std::string text() {
    const std::lock_guard lock{mutex_};
    return text_;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

}  // namespace offex::feeds
