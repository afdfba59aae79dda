#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace offex::test_support {

/// A request as it came over the wire.
struct ScriptedRequest {
  std::size_t number{0};      ///< counts from 0 over the server's life
  std::size_t connection{0};  ///< likewise
  std::string method;
  std::string target;  ///< path with query
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::chrono::steady_clock::time_point at;

  /// Returns a header's value, whatever the case of its name; empty when there is none.
  [[nodiscard]] std::string header(std::string_view name) const;
  [[nodiscard]] std::string path() const { return target.substr(0, target.find('?')); }
};

/// What the server does once it has read a request.
struct ScriptedReply {
  enum class After : std::uint8_t {
    Keep,   ///< the connection waits for the next request
    Close,  ///< orderly
    Reset,  ///< the client sees a reset
    Stall,  ///< silence until the client goes away
  };
  int status{200};  ///< 0: not even a status line
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::optional<std::size_t> send_only{};       ///< bytes of the body; else all
  std::optional<std::size_t> claimed_length{};  ///< Content-Length; else the body's
  After after{After::Keep};
  std::chrono::milliseconds pause{0};  ///< before the reply, and between its pieces
  std::size_t pieces{1};               ///< of the body
};

/// An HTTP server on the loopback interface that answers as a function says, one thread for each
/// connection, and keeps what it was asked. For tests: it trusts its client.
class ScriptedServer {
 public:
  /// Called for one request at a time.
  using Script = std::function<ScriptedReply(const ScriptedRequest&)>;

  explicit ScriptedServer(Script script);
  /// Answers the n-th request with the n-th reply, and the last one from then on.
  explicit ScriptedServer(std::vector<ScriptedReply> replies);
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ScriptedServer(ScriptedServer&&) = delete;
  ScriptedServer& operator=(ScriptedServer&&) = delete;
  /// Cuts all connections.
  ~ScriptedServer();

  /// Returns "http://127.0.0.1:PORT".
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::vector<ScriptedRequest> requests() const;
  /// Connections that were made.
  [[nodiscard]] std::size_t connections() const;
  /// Most requests that were being answered at the same time.
  [[nodiscard]] std::size_t most_at_once() const;
  /// Waits until so many requests have come; false after ten seconds.
  [[nodiscard]] bool wait_for_requests(std::size_t count);

 private:
  void listen();
  void serve(int descriptor, std::size_t connection);
  /// Returns false when the connection has ended.
  [[nodiscard]] bool answer(int descriptor, const ScriptedReply& reply);
  /// Sleeps; false when the server stops meanwhile.
  [[nodiscard]] bool sleep(std::chrono::milliseconds time);

  Script script_;
  int listener_{-1};
  std::uint16_t port_{0};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_{false};
  std::vector<ScriptedRequest> requests_;
  std::set<int> open_;
  std::size_t connections_{0};
  std::size_t at_once_{0};
  std::size_t most_at_once_{0};
  std::vector<std::thread> threads_;
  std::thread accepter_;
  std::mutex script_mutex_;
};

}  // namespace offex::test_support
