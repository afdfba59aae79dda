#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <curl/curl.h>

#include "offex/base/log.hpp"
#include "offex/feeds/client.hpp"

#include "feeds/pace_internal.hpp"
#include "feeds/transfer_internal.hpp"

namespace offex::feeds {

/// What the client's callers and its thread share. `mutex` guards all of it.
struct Mailbox {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Job> incoming;
  std::deque<Finished> done;
  std::size_t pending{0};  ///< submitted and not ended
  bool cancelled{false};
  bool stop{false};
  std::array<Traffic, kNumUpstreams> traffic{};

  /// Hands a result to who waits for it.
  void deliver(Job job, Result<Reply> reply);
};

/// The client's thread: lets requests start when their turn, their rate and their token allow it,
/// and judges what comes back. All but `wake` belongs to that thread.
class Loop {
 public:
  Loop(const FeedSettings& settings, base::LogSink* log, std::uint64_t seed, Mailbox& box);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  Loop(Loop&&) = delete;
  Loop& operator=(Loop&&) = delete;
  ~Loop();

  /// Runs until the mailbox says stop; what is left then ends as Interrupted.
  void run();
  /// Ends a wait of `run`. Any thread.
  void wake() { curl_multi_wakeup(multi_); }

 private:
  using Active = std::vector<std::unique_ptr<Transfer>>;

  // What starts (loop.cpp).
  [[nodiscard]] bool accept();
  void start_ready();
  [[nodiscard]] bool start_one(Upstream upstream);
  [[nodiscard]] SteadyTime admission(Upstream upstream, SteadyTime now) const;
  void launch(Job job);
  void collect();
  void expire();
  void drop_all();
  [[nodiscard]] int wait_millis() const;
  [[nodiscard]] bool slots_free() const { return slots_used_ < settings_.limits.connections; }
  [[nodiscard]] std::unique_ptr<Transfer> remove(CURL* easy);
  [[nodiscard]] bool needs_token(const Job& job) const;
  [[nodiscard]] bool token_good(SteadyTime now) const;
  void want_token();
  [[nodiscard]] bool own_address(const Job& job) const;

  // What ended (outcome.cpp).
  void finish(std::unique_ptr<Transfer> transfer, Ended ended);
  void judge_ended(Transfer& transfer, Ended& ended);
  void deliver_broken(Job job, base::Error error);
  void judge_failed(Job job, const Ended& ended);
  void use(Transfer& transfer, Received received, ReplyKind kind);
  [[nodiscard]] bool follow(Job& job, const Received& received);
  void renew(Job job, const Verdict& verdict, const Received& received);
  void again(Job job, const Verdict& verdict, const Received& received);
  void fail_job(Job job, base::ErrorCode code, const std::string& why);
  void fail_waiting_for_token(const base::Error& error);
  [[nodiscard]] std::chrono::milliseconds wait_after(
      const Job& job, const Verdict& verdict, std::optional<std::chrono::milliseconds> asked);
  void count(const Job& job, const Ended& ended);
  void say(base::LogLevel level, const std::string& text) const;

  const FeedSettings settings_;
  base::LogSink* log_;
  Jitter jitter_;
  Mailbox& box_;
  CURLM* multi_;
  Active active_;
  Active idle_;
  unsigned slots_used_{0};
  std::array<std::deque<Job>, kNumUpstreams> ready_;
  std::multimap<SteadyTime, Job> delayed_;
  std::array<RateBucket, kNumUpstreams> rates_;
  std::array<SteadyTime, kNumUpstreams> held_until_{};
  std::size_t turn_{0};
  std::string token_;
  SteadyTime token_until_;
  bool token_asked_{false};
  std::optional<base::Error> refusal_;  // of our keys by FIP; it stands until the client ends
  bool keys_proven_{false};             // a question with a token of ours was answered
};

}  // namespace offex::feeds
