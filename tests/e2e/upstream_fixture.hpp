#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "offex/sim/server.hpp"

#include "e2e/offex_program.hpp"

namespace offex::e2e {

/// A market of 36 sessions to 2026-04-17, written once, and a server that plays the upstreams from
/// it. The program finds it by OFFEX_UPSTREAM.
class UpstreamTest : public OffexTest {
 protected:
  static constexpr const char* kLastEvening = "2026-04-17T23:30:00Z";  // 19:30 in New York

  static sim::MarketSpec spec() {
    // Large trades make a short tape.
    return {.symbols = 150, .days = 36, .seed = 3, .trade_size = 4'000.0};
  }

  /// Starts the server of this test. \param now what the server and the program take for now
  void serve(const std::string& now, const sim::ServerOptions& options = {}) {
    static const test_support::ScratchFolder market;
    sim::ServerOptions all = options;
    all.now = market::Instant::parse(now).value();
    auto started = sim::Server::start(spec(), market.path() / "market", all);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::make_unique<sim::Server>(std::move(*started));
    offex_.set_variable("OFFEX_UPSTREAM", server_->url());
    offex_.set_variable("POLYGON_API_KEY", all.polygon_key);
    offex_.set_variable("FINRA_HTTP_BACKOFF", "0.01");
    offex_.set_now(now);
  }
  void set_now(const std::string& now) {
    server_->set_now(market::Instant::parse(now).value());
    offex_.set_now(now);
  }
  [[nodiscard]] std::vector<sim::ServedRequest> served() const { return server_->served(); }
  /// Requests that were answered with a whole body. Those by POST look alike: what they ask for
  /// stands in their bodies.
  [[nodiscard]] std::map<std::string, int> bodies(std::string_view method = {}) const {
    std::map<std::string, int> out;
    for (const sim::ServedRequest& request : served()) {
      if (!method.empty() && request.method != method) continue;
      if (request.status == 200 && request.body_bytes > 0 && !request.faulty) {
        out[request.method + " " + request.path] += 1;
      }
    }
    return out;
  }
  [[nodiscard]] static int total(const std::map<std::string, int>& counts) {
    int out = 0;
    for (const auto& [name, count] : counts) out += count;
    return out;
  }

  std::unique_ptr<sim::Server> server_;
};

}  // namespace offex::e2e
