#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "offex/base/result.hpp"

#include "sim/http_internal.hpp"
#include "sim/server_faults_internal.hpp"

namespace offex::sim {

/// An answer and how to spoil it on its way.
struct Outgoing {
  HttpReply reply;
  std::optional<Mishap> cut{};  ///< one of those that `cuts_body` names
  std::chrono::milliseconds stall{0};
  bool faulty{false};  ///< the reply itself is what went wrong
};

/// HTTP/1.1 on the loopback interface: a thread accepts, one serves each connection.
class SocketServer {
 public:
  /// Called from many threads at once.
  using Handler = std::function<Outgoing(HttpRequest)>;
  /// Told what is about to leave: the status (0 when the connection is cut before it), the bytes of
  /// the body, and whether something goes wrong.
  using Report =
      std::function<void(const HttpRequest&, int status, std::uint64_t bytes, bool faulty)>;

  SocketServer(Handler handler, Report report);
  SocketServer(const SocketServer&) = delete;
  SocketServer& operator=(const SocketServer&) = delete;
  SocketServer(SocketServer&&) = delete;
  SocketServer& operator=(SocketServer&&) = delete;
  /// Closes all connections and waits for their threads.
  ~SocketServer();

  /// Binds and starts. \param port 0: a free one
  [[nodiscard]] Result<void> listen(std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  struct Connection {
    int socket{-1};
    std::atomic<bool> done{false};
    std::thread thread;
  };

  void accept_all();
  void reap(bool all);
  void serve(Connection& connection);
  bool answer(int socket, const HttpRequest& request);
  bool send_cut(int socket, const HttpRequest& request, const Outgoing& out, const Mishap& mishap);
  void wait(std::chrono::milliseconds time);

  Handler handler_;
  Report report_;
  int listener_{-1};
  std::uint16_t port_{0};
  std::thread acceptor_;
  std::mutex lock_;
  std::condition_variable stopped_;
  bool stopping_{false};
  std::list<Connection> connections_;
};

}  // namespace offex::sim
