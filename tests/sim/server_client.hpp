#pragma once

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "offex/market/instant.hpp"
#include "offex/sim/server.hpp"

#include "sim/market_files.hpp"

namespace offex::sim {

/// What came back, whole or not.
struct Answer {
  int status{0};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  bool whole{false};  // as many bytes as Content-Length says
  bool reset{false};

  [[nodiscard]] std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

/// A question; the connection is a new one unless a Wire is used.
struct Ask {
  std::string path{};
  std::string body{};
  std::vector<std::string> headers{};
  std::string method{};
};

/// A connection that stays open.
class Wire {
 public:
  explicit Wire(const Server& server) {
    const std::string url = server.url();
    unsigned port = 0;
    const std::size_t colon = url.rfind(':');
    std::from_chars(url.data() + colon + 1, url.data() + url.size(), port);
    host_ = url.substr(7);
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  Wire(Wire&&) = delete;
  Wire& operator=(Wire&&) = delete;
  ~Wire() { ::close(socket_); }

  Answer ask(const Ask& question) {
    const std::string method = !question.method.empty() ? question.method
                               : question.body.empty()  ? "GET"
                                                        : "POST";
    std::string text = method + " " + question.path + " HTTP/1.1\r\nHost: " + host_ + "\r\n";
    for (const std::string& header : question.headers) text += header + "\r\n";
    if (method == "POST") {
      text += "Content-Length: " + std::to_string(question.body.size()) + "\r\n";
    }
    text += "\r\n" + question.body;
    EXPECT_EQ(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
    return receive();
  }

 private:
  bool more(Answer& out) {
    std::array<char, 65'536> block{};
    const ssize_t count = ::recv(socket_, block.data(), block.size(), 0);
    if (count < 0) out.reset = errno == ECONNRESET;
    if (count > 0) buffer_.append(block.data(), static_cast<std::size_t>(count));
    return count > 0;
  }

  Answer receive() {
    Answer out;
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!more(out)) return out;
    }
    const std::vector<std::string> lines = split(buffer_.substr(0, end), '\n');
    buffer_.erase(0, end + 4);
    out.status = std::stoi(lines.front().substr(9, 3));
    for (std::size_t i = 1; i < lines.size(); ++i) {
      std::string line = lines[i];
      if (line.ends_with('\r')) line.pop_back();
      const std::size_t colon = line.find(": ");
      out.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    const std::string length = out.header("Content-Length");
    const std::size_t wanted = length.empty() ? 0 : std::stoul(length);
    while (buffer_.size() < wanted && more(out)) continue;
    out.whole = buffer_.size() >= wanted;
    out.body = buffer_.substr(0, wanted);
    buffer_.erase(0, wanted);
    return out;
  }

  int socket_{-1};
  std::string host_;
  std::string buffer_;
};

inline Answer ask(const Server& server, const Ask& question) { return Wire{server}.ask(question); }

inline market::Instant at(std::string_view text) { return market::Instant::parse(text).value(); }

/// 20 symbols, 30 sessions from 2026-03-06 to 2026-04-17; 2026-04-08 is corrected later. Written
/// once for all tests of the program.
inline const WrittenMarket& served_market() {
  static const Scratch scratch;
  static const WrittenMarket market = [] {
    WriteOptions options;
    options.tape_days = 1;
    options.tape_symbols = 2;
    options.rest_symbols = 1;
    auto written = write_market({.symbols = 20, .days = 30, .seed = 3, .trade_size = 2'000.0},
                                scratch.path(), options);
    EXPECT_TRUE(written) << base::format_error(written.error());
    return written ? std::move(*written) : WrittenMarket{};
  }();
  return market;
}

inline fs::path served_folder() { return served_market().short_dir.parent_path(); }

/// An evening after all of the market is public, weeks included.
inline constexpr std::string_view kMuchLater{"2026-06-30T23:00:00Z"};
/// The evening of the newest session.
inline constexpr std::string_view kLastEvening{"2026-04-17T23:00:00Z"};

inline Server serve(ServerOptions options = {}, std::string_view now = kMuchLater) {
  options.now = at(now);
  auto started = Server::start({}, served_folder(), options);
  EXPECT_TRUE(started) << base::format_error(started.error());
  return std::move(started).value();
}

}  // namespace offex::sim
