#include "offex/feeds/upstream.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "feeds/url_internal.hpp"
#include "feeds/variables_internal.hpp"

namespace offex::feeds {
namespace {

using base::ErrorCode;

/// What stands before `/data/group/` in the address of a data set.
Result<void> read_data_set_address(const VariableReader& reader, const std::string& name,
                                   std::string& out) {
  std::string whole;
  OFFEX_TRY(reader.address(name, whole));
  if (whole.empty()) return {};
  const std::size_t at = whole.find("/data/group/");
  if (at == std::string::npos) {
    return VariableReader::refuse(name, "has no /data/group/ in its path");
  }
  whole.resize(at);
  if (!out.empty() && out != whole) {
    return VariableReader::refuse(name,
                                  "names another server than FINRA_OTC_URL; set FINRA_API_URL");
  }
  out = std::move(whole);
  return {};
}

Result<void> read_endpoints(const VariableReader& reader, Endpoints& out) {
  std::string simulated;
  OFFEX_TRY(reader.address("OFFEX_UPSTREAM", simulated));
  if (!simulated.empty()) out = simulated_endpoints(simulated);

  std::string data_sets;
  OFFEX_TRY(read_data_set_address(reader, "FINRA_OTC_URL", data_sets));
  OFFEX_TRY(read_data_set_address(reader, "FINRA_SHORT_SALE_URL", data_sets));
  if (!data_sets.empty()) out.finra_api = std::move(data_sets);

  OFFEX_TRY(reader.address("FINRA_BASE_URL", out.finra_cdn));
  OFFEX_TRY(reader.address("FINRA_API_URL", out.finra_api));
  OFFEX_TRY(reader.address_with_query("FINRA_TOKEN_URL", out.finra_token));
  OFFEX_TRY(reader.address("POLYGON_BASE_URL", out.polygon));
  OFFEX_TRY(reader.address("POLYGON_FLAT_FILES_URL", out.flat_files));
  return reader.address("NASDAQ_TRADER_URL", out.nasdaq_trader);
}

Result<void> read_credentials(const VariableReader& reader, Credentials& out) {
  OFFEX_TRY(reader.secret("FINRA_API_KEY", out.finra_key));
  OFFEX_TRY(reader.secret("FINRA_API_SECRET", out.finra_secret));
  if (out.finra_key.empty() != out.finra_secret.empty()) {
    return fail(ErrorCode::InvalidArgument,
                "of FINRA_API_KEY and FINRA_API_SECRET only one is set: set both, or none to ask "
                "without a key");
  }
  OFFEX_TRY(reader.secret("POLYGON_API_KEY", out.polygon_key));
  OFFEX_TRY(reader.secret("POLYGON_S3_ACCESS_KEY_ID", out.flat_file_key));
  OFFEX_TRY(reader.secret("POLYGON_S3_SECRET_ACCESS_KEY", out.flat_file_secret));
  if (out.flat_file_key.empty() != out.flat_file_secret.empty()) {
    return fail(ErrorCode::InvalidArgument,
                "of POLYGON_S3_ACCESS_KEY_ID and POLYGON_S3_SECRET_ACCESS_KEY only one is set");
  }
  return {};
}

Result<void> read_limits(const VariableReader& reader, Limits& out) {
  double timeout = 1e-3 * static_cast<double>(out.timeout.count());
  double attempts = out.attempts;
  double backoff = 1e-3 * static_cast<double>(out.backoff.count());
  OFFEX_TRY(reader.number("FINRA_HTTP_TIMEOUT", 0.001, 3'600, timeout));
  OFFEX_TRY(reader.number("FINRA_HTTP_RETRIES", 0, 100, attempts));
  OFFEX_TRY(reader.number("FINRA_HTTP_BACKOFF", 0, 3'600, backoff));
  double longest = std::chrono::duration<double>{out.longest_wait}.count();
  OFFEX_TRY(reader.number("OFFEX_SYNC_LONGEST_WAIT", 0.001, 3'600, longest));
  out.longest_wait = milliseconds_of(longest);
  OFFEX_TRY(reader.number("POLYGON_RATE", 0, 1e6, out.polygon_rate));
  double rows = static_cast<double>(out.polygon_page_rows);
  OFFEX_TRY(reader.number("POLYGON_LIMIT", 1, static_cast<double>(kMaxTickRows), rows));
  if (std::floor(rows) != rows)
    return VariableReader::refuse("POLYGON_LIMIT", "is no whole number");
  out.polygon_page_rows = static_cast<std::int64_t>(rows);
  if (std::floor(attempts) != attempts) {
    return VariableReader::refuse("FINRA_HTTP_RETRIES", "is no whole number");
  }
  out.timeout = milliseconds_of(timeout);
  out.attempts = std::max(1U, static_cast<unsigned>(attempts));  // the seed takes 0 for 1
  out.backoff = milliseconds_of(backoff);
  if (std::optional<std::string> agent = reader.text("FINRA_HTTP_USER_AGENT")) {
    for (const char c : *agent) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
        return VariableReader::refuse("FINRA_HTTP_USER_AGENT", "holds a control character");
      }
    }
    out.user_agent = std::move(*agent);
  }
  return {};
}

Result<market::Facility> read_market(const VariableReader& reader, market::Facility otherwise) {
  const std::string name = "FINRA_SHORT_VOLUME_MARKET";
  const std::optional<std::string> value = reader.text(name);
  if (!value) return otherwise;
  if (equal_ignoring_case(*value, "TOT")) return market::Facility::Cnms;
  for (const market::Facility facility :
       {market::Facility::Cnms, market::Facility::Fnsq, market::Facility::Fnyx,
        market::Facility::Fnqc, market::Facility::Fnra, market::Facility::Forf}) {
    if (equal_ignoring_case(*value, market::to_string(facility))) return facility;
  }
  return VariableReader::refuse(name,
                                fmt::format("is none of CNMS, FNSQ, FNYX, FNQC, FNRA, FORF, TOT: "
                                            "'{}'",
                                            base::printable_excerpt(*value, 40)));
}

struct UpstreamRow {
  std::string_view name;
  std::string_view title;
};

// In the order of the enumeration.
constexpr std::array<UpstreamRow, kNumUpstreams> kUpstreams{{
    {"finra_cdn", "FINRA file host"},
    {"finra_api", "FINRA Query API"},
    {"polygon", "Polygon (Massive) REST"},
    {"flat_files", "Polygon (Massive) flat files"},
    {"nasdaq_trader", "Nasdaq Trader symbol directory"},
    {"postgrest", "the table server (PostgREST)"},
}};

}  // namespace

std::string_view to_string(Upstream upstream) {
  return kUpstreams[static_cast<std::size_t>(upstream)].name;
}

std::string_view describe(Upstream upstream) {
  return kUpstreams[static_cast<std::size_t>(upstream)].title;
}

Result<FeedSettings> feed_settings(const Variables& variables) {
  const VariableReader reader{variables};
  FeedSettings out;
  OFFEX_TRY(read_endpoints(reader, out.endpoints));
  OFFEX_TRY(read_credentials(reader, out.credentials));
  OFFEX_TRY(read_limits(reader, out.limits));
  OFFEX_ASSIGN(out.short_market, read_market(reader, out.short_market));
  return out;
}

Endpoints simulated_endpoints(std::string_view base) {
  while (base.ends_with('/')) base.remove_suffix(1);
  const std::string root{base};
  return {.finra_cdn = root + "/cdn",
          .finra_api = root + "/api",
          .finra_token = root + "/fip/rest/ews/oauth2/access_token",
          .polygon = root + "/polygon",
          .flat_files = root + "/s3",
          .nasdaq_trader = root + "/nasdaq",
          .postgrest = root + "/supabase"};
}

}  // namespace offex::feeds
