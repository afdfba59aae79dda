#include "support/scripted_server.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <stdexcept>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace offex::test_support {
namespace {

constexpr std::size_t kMostConnections = 64;

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
    return lower(x) == lower(y);
  });
}

bool send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void reset_on_close(int descriptor) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

/// Reads one request; false at the end of the connection.
bool read_request(int descriptor, std::string& buffer, ScriptedRequest& out) {
  const auto fill = [&] {
    char block[16'384];
    const ssize_t got = ::recv(descriptor, block, sizeof block, 0);
    if (got <= 0) return false;
    buffer.append(block, static_cast<std::size_t>(got));
    return true;
  };
  while (!buffer.contains("\r\n\r\n")) {
    if (!fill()) return false;
  }
  const std::size_t end = buffer.find("\r\n\r\n");
  std::string_view head = std::string_view{buffer}.substr(0, end);
  const std::string_view first = head.substr(0, head.find("\r\n"));
  const std::size_t space = first.find(' ');
  out.method = first.substr(0, space);
  out.target = first.substr(space + 1, first.rfind(' ') - space - 1);
  while (head.contains("\r\n")) {
    head.remove_prefix(head.find("\r\n") + 2);
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const std::size_t colon = line.find(':');
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    out.headers.emplace_back(line.substr(0, colon), value);
  }
  std::size_t length = 0;
  const std::string text = out.header("Content-Length");
  std::from_chars(text.data(), text.data() + text.size(), length);
  buffer.erase(0, end + 4);
  while (buffer.size() < length) {
    if (!fill()) return false;
  }
  out.body = buffer.substr(0, length);
  buffer.erase(0, length);
  return true;
}

ScriptedServer::Script in_order(std::vector<ScriptedReply> replies) {
  auto kept = std::make_shared<std::vector<ScriptedReply>>(std::move(replies));
  return [kept](const ScriptedRequest& request) {
    return (*kept)[std::min(request.number, kept->size() - 1)];
  };
}

}  // namespace

std::string ScriptedRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (same_name(key, name)) return value;
  }
  return {};
}

ScriptedServer::ScriptedServer(std::vector<ScriptedReply> replies)
    : ScriptedServer{in_order(std::move(replies))} {}

ScriptedServer::ScriptedServer(Script script) : script_{std::move(script)} {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  // The socket interface wants its general type.
  auto* const general = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, general, size) != 0 ||
      ::listen(listener_, SOMAXCONN) != 0 || ::getsockname(listener_, general, &size) != 0) {
    throw std::runtime_error("cannot listen on the loopback interface");
  }
  port_ = ntohs(address.sin_port);
  accepter_ = std::thread{[this] { listen(); }};
}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
  }
  changed_.notify_all();
  ::shutdown(listener_, SHUT_RDWR);
  accepter_.join();
  ::close(listener_);
  for (std::thread& thread : threads_) thread.join();
}

std::string ScriptedServer::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

std::vector<ScriptedRequest> ScriptedServer::requests() const {
  const std::lock_guard lock{mutex_};
  return requests_;
}

std::size_t ScriptedServer::connections() const {
  const std::lock_guard lock{mutex_};
  return connections_;
}

std::size_t ScriptedServer::most_at_once() const {
  const std::lock_guard lock{mutex_};
  return most_at_once_;
}

bool ScriptedServer::wait_for_requests(std::size_t count) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, std::chrono::seconds{10},
                           [&] { return requests_.size() >= count; });
}

void ScriptedServer::listen() {
  while (true) {
    const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const std::lock_guard lock{mutex_};
    if (stopped_ || open_.size() >= kMostConnections) {
      ::close(descriptor);
      continue;
    }
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    open_.insert(descriptor);
    const std::size_t connection = connections_++;
    threads_.emplace_back([this, descriptor, connection] { serve(descriptor, connection); });
  }
}

void ScriptedServer::serve(int descriptor, std::size_t connection) {
  std::string buffer;
  bool alive = true;
  while (alive) {
    ScriptedRequest request;
    if (!read_request(descriptor, buffer, request)) break;
    request.connection = connection;
    request.at = std::chrono::steady_clock::now();
    {
      const std::lock_guard lock{mutex_};
      request.number = requests_.size();
      requests_.push_back(request);
      most_at_once_ = std::max(most_at_once_, ++at_once_);
    }
    changed_.notify_all();
    ScriptedReply reply;
    {
      const std::lock_guard lock{script_mutex_};
      reply = script_(request);
    }
    alive = answer(descriptor, reply);
    {
      const std::lock_guard lock{mutex_};
      --at_once_;
    }
  }
  const std::lock_guard lock{mutex_};
  open_.erase(descriptor);
  ::close(descriptor);
}

bool ScriptedServer::answer(int descriptor, const ScriptedReply& reply) {
  using After = ScriptedReply::After;
  if (!sleep(reply.pause)) return false;
  bool alive = true;
  if (reply.status != 0) {
    std::string head = fmt::format("HTTP/1.1 {} Scripted\r\n", reply.status);
    for (const auto& [name, value] : reply.headers) head += fmt::format("{}: {}\r\n", name, value);
    if (reply.status != 204 && reply.status != 304) {
      head +=
          fmt::format("Content-Length: {}\r\n", reply.claimed_length.value_or(reply.body.size()));
    }
    alive = send_all(descriptor, head + "\r\n");
    const std::string_view body =
        std::string_view{reply.body}.substr(0, reply.send_only.value_or(reply.body.size()));
    const std::size_t step =
        std::max<std::size_t>(1, (body.size() + reply.pieces - 1) / reply.pieces);
    for (std::size_t at = 0; alive && at < body.size(); at += step) {
      if (at > 0) alive = sleep(reply.pause);
      alive = alive && send_all(descriptor, body.substr(at, step));
    }
  }
  if (reply.after == After::Stall) {
    char byte = 0;
    while (::recv(descriptor, &byte, 1, 0) > 0) {
    }
  }
  if (reply.after == After::Reset) reset_on_close(descriptor);
  return alive && reply.after == After::Keep;
}

bool ScriptedServer::sleep(std::chrono::milliseconds time) {
  if (time.count() == 0) return true;
  std::unique_lock lock{mutex_};
  return !changed_.wait_for(lock, time, [this] { return stopped_; });
}

}  // namespace offex::test_support
