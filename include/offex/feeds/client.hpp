#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "offex/base/clock.hpp"
#include "offex/base/log.hpp"
#include "offex/base/result.hpp"
#include "offex/feeds/request.hpp"
#include "offex/feeds/upstream.hpp"

namespace offex::feeds {

/// A request that ended, well or not.
///
/// Errors: Upstream (no usable answer after all attempts, or blocked: a 403 that is neither absence
/// nor a message of the vendor), Credentials (401 after a fresh token, a key that is unknown, a
/// quota that is spent: 429 after all attempts), InvalidArgument (400: the message holds the
/// first 500 bytes of the body), Interrupted (`cancel`). Messages name what was asked and the
/// address, without secrets.
struct Finished {
  std::uint64_t id{0};
  Request request;
  Result<Reply> reply;
};

/// Requests and bytes of one upstream.
struct Traffic {
  std::uint64_t requests{0};  ///< attempts included
  std::uint64_t bodies{0};    ///< replies with a body that were used
  std::uint64_t retries{0};
  std::uint64_t bytes{0};
};

/// Sends requests, a bounded number at a time, from a thread of its own.
///
/// Connections are reused; each upstream has its rate; transport errors, stalls, bodies shorter
/// than their Content-Length, 408, 429 and 5xx are tried again after an exponential backoff with
/// jitter, or after Retry-After. A FIP token is fetched when first needed, kept in memory, renewed
/// a minute before it ends, and once more after a 401; when FIP refuses the keys, it is not asked
/// again and all that needs a token ends at once. Redirects are followed within https only and
/// never with an Authorization header to another host. TLS is verified. Addresses and messages that
/// leave the client hold no secret.
class Client {
 public:
  /// \param log may be null; it is written to from the client's thread
  /// \param seed of the jitter
  Client(FeedSettings settings, base::LogSink* log, std::uint64_t seed = 1);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client(Client&&) = delete;
  Client& operator=(Client&&) = delete;
  /// Cancels what is under way.
  ~Client();

  /// Queues a request. Any thread. \param id comes back with the answer
  void submit(std::uint64_t id, Request request);
  /// Waits for the next request that ends, in no particular order; empty when none is left, or
  /// after `patience`. One thread.
  [[nodiscard]] std::optional<Finished> take(
      std::chrono::milliseconds patience = std::chrono::hours{1});
  /// Queued or under way.
  [[nodiscard]] std::size_t pending() const;
  /// Ends all requests with Interrupted, and those that come after. Parts of large files stay for
  /// the next run.
  void cancel();

  /// One request, waited for. Any thread; `take` does not see it.
  [[nodiscard]] Result<Reply> ask(Request request);

  [[nodiscard]] std::array<Traffic, kNumUpstreams> traffic() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace offex::feeds
