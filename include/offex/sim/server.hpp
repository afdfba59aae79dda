#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/instant.hpp"
#include "offex/sim/market.hpp"

namespace offex::sim {

/// What a server can do wrong.
enum class Fault : std::uint8_t {
  Reset,          ///< the connection is reset, before or within the body
  Truncate,       ///< the body ends before its Content-Length
  Stall,          ///< the body stops for `FaultPlan::stall`, then the connection closes
  TooMany,        ///< 429, with Retry-After or without
  ServerError,    ///< 500
  GatewayPage,    ///< 504 with an HTML page
  ExpiredToken,   ///< 401 for a token that was good
  WrongLength,    ///< Content-Length below the true length: the body is cut in silence
  SilentCap,      ///< a page with fewer rows than asked for (Query API)
  ReorderedPage,  ///< the rows of a page in another order (Query API)
};
inline constexpr std::size_t kNumFaults = 10;
/// Returns "reset", "truncate", ...
[[nodiscard]] std::string_view to_string(Fault fault);
/// Reads such a name.
[[nodiscard]] std::optional<Fault> parse_fault(std::string_view name);

/// Which requests go wrong. Equal plans answer equal series of requests equally.
struct FaultPlan {
  double rate{0.0};  ///< share of the requests, 0 to 1
  std::uint64_t seed{1};
  std::vector<Fault> kinds{};  ///< empty: all
  std::chrono::milliseconds stall{2'000};
};

/// How to play the upstreams.
struct ServerOptions {
  std::uint16_t port{0};  ///< of the loopback interface; 0: a free one
  /// What is published later is not there yet. 1970: 20:00 New York time of the newest session.
  market::Instant now;
  FaultPlan faults{};
  std::string finra_key{"simulated-key"};
  std::string finra_secret{"simulated-secret"};
  std::string polygon_key{"simulated-polygon-key"};
  std::string flat_file_key{"SIMULATEDKEYID"};
  std::string flat_file_secret{"simulated-flat-file-secret"};
  bool finra_needs_token{false};   ///< else requests without a token are answered as well
  bool trades_entitled{true};      ///< else trades and quotes answer 403 NOT_AUTHORIZED
  unsigned polygon_per_minute{0};  ///< requests until 429; 0: unlimited
  std::int64_t page_rows{5'000};   ///< most rows of a page of the Query API, whatever is asked for
  /// A PostgreSQL server whose tables PostgREST is played in front of, as libpq reads an address;
  /// empty: tables are made in memory by the first rows that come.
  std::string postgres{};
  std::size_t table_rows{1'000};  ///< most rows of an answer of PostgREST, whatever is asked for
  /// Of a market that the server writes itself; see WriteOptions.
  std::size_t tape_days{1};
  std::size_t tape_symbols{4};
  std::size_t firm_weeks{13};
  std::function<void(std::size_t, std::size_t)> progress{};  ///< while it is written
};

/// A request that was answered.
struct ServedRequest {
  std::string method;
  std::string path;  ///< with the query
  int status{0};     ///< 0: the connection was cut before a status line
  std::uint64_t body_bytes{0};
  bool faulty{false};
};

/// Plays every upstream over HTTP from the files of a simulated market: FINRA's CDN at `/cdn`, FIP
/// at `/fip`, the Query API at `/api`, Polygon REST at `/polygon`, flat files (S3, signatures
/// verified) at `/s3`, Nasdaq's directory at `/nasdaq`, PostgREST at `/supabase`. `/control` takes
/// JSON: now, faults, correction; gives what was served.
class Server {
 public:
  /// Serves the market in `folder`, which is written first when it holds none.
  [[nodiscard]] static Result<Server> start(const MarketSpec& spec,
                                            const std::filesystem::path& folder,
                                            const ServerOptions& options);
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Stops it.
  ~Server();

  /// Returns "http://127.0.0.1:PORT".
  [[nodiscard]] std::string url() const;
  [[nodiscard]] market::Instant now() const;
  void set_now(market::Instant now);
  void set_faults(const FaultPlan& plan);
  /// From now on the short files of the market's corrected session are the corrected ones.
  void publish_correction();
  /// What was answered so far, in order.
  [[nodiscard]] std::vector<ServedRequest> served() const;
  void forget_served();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace offex::sim
