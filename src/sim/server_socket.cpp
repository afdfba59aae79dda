#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sim/server_socket_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::size_t kMaxHead = std::size_t{64} << 10U;
constexpr std::size_t kMaxBody = std::size_t{64} << 20U;
constexpr int kBacklog = 128;

bool send_parts(int socket, std::string_view head, std::string_view body) {
  std::size_t sent = 0;
  while (sent < head.size() + body.size()) {
    const std::string_view first = head.substr(std::min(sent, head.size()));
    const std::string_view second = body.substr(sent > head.size() ? sent - head.size() : 0);
    // The interface of writing takes no const, but reads only.
    std::array<iovec, 2> parts{{{const_cast<char*>(first.data()), first.size()},
                                {const_cast<char*>(second.data()), second.size()}}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t count = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

/// Makes the close that follows a reset of the connection.
void reset_on_close(int socket) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  static_cast<void>(::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof(now)));
}

/// Requests of one connection, one after the other.
class Receiver {
 public:
  explicit Receiver(int socket) : socket_{socket} {}

  /// Returns nothing when the client is gone or sends what is no request.
  std::optional<HttpRequest> next() {
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (buffer_.size() > kMaxHead || !receive()) return std::nullopt;
    }
    auto request = parse_request_head(std::string_view{buffer_}.substr(0, end));
    buffer_.erase(0, end + 4);
    if (!request || !read_body(*request)) return std::nullopt;
    return request;
  }

 private:
  bool read_body(HttpRequest& request) {
    const std::string_view text = request.header("content-length");
    std::size_t length = 0;
    if (!text.empty()) {
      const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), length);
      if (code != std::errc{} || stop != text.data() + text.size()) return false;
    }
    if (length > kMaxBody || request.has_header("transfer-encoding")) return false;
    if (lower(request.header("expect")) == "100-continue" && buffer_.size() < length &&
        !send_parts(socket_, "HTTP/1.1 100 Continue\r\n\r\n", {})) {
      return false;
    }
    while (buffer_.size() < length) {
      if (!receive()) return false;
    }
    request.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return true;
  }

  bool receive() {
    std::array<char, 16'384> block;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    const ssize_t count = ::recv(socket_, block.data(), block.size(), 0);
    if (count <= 0) return false;
    buffer_.append(block.data(), static_cast<std::size_t>(count));
    return true;
  }

  int socket_;
  std::string buffer_;
};

}  // namespace

SocketServer::SocketServer(Handler handler, Report report)
    : handler_{std::move(handler)}, report_{std::move(report)} {}

SocketServer::~SocketServer() {
  {
    const std::lock_guard guard{lock_};
    stopping_ = true;
    for (const Connection& connection : connections_) ::shutdown(connection.socket, SHUT_RDWR);
  }
  stopped_.notify_all();
  if (listener_ >= 0) ::shutdown(listener_, SHUT_RDWR);
  if (acceptor_.joinable()) acceptor_.join();
  if (listener_ >= 0) ::close(listener_);
  reap(true);
}

Result<void> SocketServer::listen(std::uint16_t port) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  static_cast<void>(::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* plain = reinterpret_cast<sockaddr*>(&address);  // as the interface of sockets wants it
  socklen_t size = sizeof(address);
  if (listener_ < 0 || ::bind(listener_, plain, size) != 0 || ::listen(listener_, kBacklog) != 0 ||
      ::getsockname(listener_, plain, &size) != 0) {
    return fail(base::ErrorCode::Io, "cannot listen on port " + std::to_string(port) +
                                         " of 127.0.0.1; another program may use it");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread{[this] { accept_all(); }};
  return {};
}

void SocketServer::accept_all() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    reap(false);
    if (socket < 0) wait(std::chrono::milliseconds{5});  // out of descriptors, or the end
    const std::lock_guard guard{lock_};
    if (stopping_) {
      if (socket >= 0) ::close(socket);
      return;
    }
    if (socket < 0) continue;
    const int on = 1;
    static_cast<void>(::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)));
    Connection& connection = connections_.emplace_back();
    connection.socket = socket;
    connection.thread = std::thread{[this, &connection] { serve(connection); }};
  }
}

void SocketServer::reap(bool all) {
  std::list<Connection> ended;
  {
    const std::lock_guard guard{lock_};
    for (auto at = connections_.begin(); at != connections_.end();) {
      const auto next = std::next(at);
      if (all || at->done) ended.splice(ended.end(), connections_, at);
      at = next;
    }
  }
  for (Connection& connection : ended) connection.thread.join();
}

void SocketServer::serve(Connection& connection) {
  Receiver receiver{connection.socket};
  while (auto request = receiver.next()) {
    if (!answer(connection.socket, *request)) break;
  }
  // The number may belong to another connection as soon as it is closed.
  const std::lock_guard guard{lock_};
  ::close(std::exchange(connection.socket, -1));
  connection.done = true;
}

bool SocketServer::answer(int socket, const HttpRequest& request) {
  const Outgoing out = handler_(request);
  const std::string_view body = out.reply.bytes();
  if (out.cut && body.size() > 1) return send_cut(socket, request, out, *out.cut);
  const bool closes = lower(request.header("connection")) == "close";
  const std::string_view sent = request.method == "HEAD" ? std::string_view{} : body;
  report_(request, out.reply.status, sent.size(), out.faulty);
  return send_parts(socket, reply_head(out.reply, body.size(), closes), sent) && !closes;
}

bool SocketServer::send_cut(int socket, const HttpRequest& request, const Outgoing& out,
                            const Mishap& mishap) {
  const std::string_view body = out.reply.bytes();
  const std::string_view half = body.substr(0, body.size() / 2);
  if (mishap.kind == Fault::Reset) reset_on_close(socket);
  if (mishap.kind == Fault::Reset && mishap.draw % 2 == 0) {
    report_(request, 0, 0, true);
    return false;
  }
  const bool shorter = mishap.kind == Fault::WrongLength;
  report_(request, out.reply.status, half.size(), true);
  const std::size_t length = shorter ? half.size() : body.size();
  if (!send_parts(socket, reply_head(out.reply, length, shorter), half)) return false;
  if (mishap.kind == Fault::Stall) wait(out.stall);
  return false;
}

void SocketServer::wait(std::chrono::milliseconds time) {
  std::unique_lock guard{lock_};
  stopped_.wait_for(guard, time, [this] { return stopping_; });
}

}  // namespace offex::sim
