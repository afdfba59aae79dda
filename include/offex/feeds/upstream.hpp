#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"
#include "offex/market/facility.hpp"

namespace offex::feeds {

/// A server that data comes from. Limits, credentials and statistics are kept for each.
enum class Upstream : std::uint8_t {
  FinraCdn,
  FinraApi,
  Polygon,
  FlatFiles,
  NasdaqTrader,
  Postgrest,  ///< takes rows, too
};
inline constexpr std::size_t kNumUpstreams = 6;

/// Returns the stable name: "finra_cdn", "finra_api", "polygon", "flat_files", "nasdaq_trader",
/// "postgrest".
[[nodiscard]] std::string_view to_string(Upstream upstream);
/// Returns a name for people: "FINRA Query API".
[[nodiscard]] std::string_view describe(Upstream upstream);

/// Addresses without a slash at the end. That of the token may have a query.
struct Endpoints {
  std::string finra_cdn{"https://cdn.finra.org/equity"};
  std::string finra_api{"https://api.finra.org"};
  std::string finra_token{"https://ews.fip.finra.org/fip/rest/ews/oauth2/access_token"};
  std::string polygon{"https://api.polygon.io"};
  std::string flat_files{"https://files.polygon.io"};
  std::string nasdaq_trader{"https://www.nasdaqtrader.com"};
  std::string postgrest{};  ///< of a project, without /rest/v1; empty: there is none
};

/// Secrets; empty ones are not there. Never logged, printed or written.
struct Credentials {
  std::string finra_key;
  std::string finra_secret;
  std::string polygon_key;
  std::string flat_file_key;
  std::string flat_file_secret;
  std::string postgrest_key;
};

/// Most rows that Polygon gives in one page of trades or quotes.
inline constexpr std::int64_t kMaxTickRows = 50'000;

/// How patient to be, and how polite.
struct Limits {
  std::chrono::milliseconds timeout{10'000};  ///< without any byte, and to connect
  unsigned attempts{5};                       ///< of one request, the first included
  std::chrono::milliseconds backoff{500};     ///< before the second attempt; doubles, with jitter
  std::chrono::milliseconds longest_wait{60'000};  ///< of our own choice
  /// A server that asks for a longer wait (Retry-After) is not asked again: the request fails.
  std::chrono::milliseconds longest_retry_after{900'000};
  unsigned connections{4};                       ///< requests under way at the same time
  double finra_rate{15.0};                       ///< requests a second; FINRA's limit is 20
  double polygon_rate{0.0};                      ///< requests a minute; 0: unlimited
  std::int64_t polygon_page_rows{kMaxTickRows};  ///< of a page of trades or quotes
  std::string user_agent{"offex/0.1 (off-exchange market data)"};
};

/// All that a client needs to know.
struct FeedSettings {
  Endpoints endpoints;
  Credentials credentials;
  Limits limits;
  market::Facility short_market{market::Facility::Cnms};  ///< FINRA_SHORT_VOLUME_MARKET
};

/// Looks a variable up; empty when it is not set.
using Variables = std::function<std::optional<std::string>(const std::string&)>;

/// Reads the seed pipelines' variables: FINRA_BASE_URL, FINRA_SHORT_VOLUME_MARKET (TOT stands for
/// CNMS), FINRA_HTTP_TIMEOUT (seconds), FINRA_HTTP_RETRIES (attempts), FINRA_HTTP_BACKOFF
/// (seconds), FINRA_HTTP_USER_AGENT, FINRA_API_KEY, FINRA_API_SECRET, FINRA_TOKEN_URL,
/// FINRA_OTC_URL and FINRA_SHORT_SALE_URL (an address of a data set: what stands before
/// `/data/group/` counts), POLYGON_API_KEY, POLYGON_BASE_URL; POLYGON_RATE (requests a minute),
/// POLYGON_LIMIT (rows of a page of trades or quotes, 1 to 50,000),
/// POLYGON_FLAT_FILES_URL, POLYGON_S3_ACCESS_KEY_ID, POLYGON_S3_SECRET_ACCESS_KEY,
/// NASDAQ_TRADER_URL, FINRA_API_URL. OFFEX_UPSTREAM=http://127.0.0.1:PORT sends everything to one
/// server, as `offex simulate --serve` lays it out: /cdn, /api, /fip/..., /polygon, /s3, /nasdaq,
/// /supabase below it. A number that cannot be read, or an address that is no http(s) address, is
/// InvalidArgument and names the variable.
[[nodiscard]] Result<FeedSettings> feed_settings(const Variables& variables);

/// Reads where rows are pushed to, and how: SUPABASE_URL or NEXT_PUBLIC_SUPABASE_URL (else
/// /supabase below OFFEX_UPSTREAM), the key from the first that is set of
/// SUPABASE_SERVICE_ROLE_KEY, SUPABASE_SECRET_KEY, SUPABASE_ANON_KEY,
/// NEXT_PUBLIC_SUPABASE_ANON_KEY and NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY;
/// SUPABASE_RETRY_ATTEMPTS (3), SUPABASE_RETRY_BACKOFF (0.5 seconds), SUPABASE_TIMEOUT (10
/// seconds). All else is as without variables. `feed_settings` reads none of these: who never
/// pushes is not bothered by them. Errors as there.
[[nodiscard]] Result<FeedSettings> postgrest_settings(const Variables& variables);

/// Returns the endpoints of a server of `offex simulate --serve` at `base`.
[[nodiscard]] Endpoints simulated_endpoints(std::string_view base);

}  // namespace offex::feeds
