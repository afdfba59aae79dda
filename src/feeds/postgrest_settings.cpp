#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "offex/feeds/upstream.hpp"

#include "feeds/variables_internal.hpp"

namespace offex::feeds {
namespace {

// The first one that is set counts: a key that may write before one that everybody may know.
constexpr std::array<std::string_view, 5> kKeys{
    "SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_SECRET_KEY", "SUPABASE_ANON_KEY",
    "NEXT_PUBLIC_SUPABASE_ANON_KEY", "NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY"};

Result<void> read_address(const VariableReader& reader, std::string& out) {
  std::string simulated;
  OFFEX_TRY(reader.address("SUPABASE_URL", out));
  if (out.empty()) OFFEX_TRY(reader.address("NEXT_PUBLIC_SUPABASE_URL", out));
  if (out.empty()) OFFEX_TRY(reader.address("OFFEX_UPSTREAM", simulated));
  if (!simulated.empty()) out = simulated_endpoints(simulated).postgrest;
  // As it stands in some notes; the requests add it.
  if (out.ends_with("/rest/v1")) out.resize(out.size() - std::string_view{"/rest/v1"}.size());
  return {};
}

}  // namespace

Result<FeedSettings> postgrest_settings(const Variables& variables) {
  const VariableReader reader{variables};
  FeedSettings out;
  OFFEX_TRY(read_address(reader, out.endpoints.postgrest));
  for (const std::string_view name : kKeys) {
    if (!out.credentials.postgrest_key.empty()) break;
    OFFEX_TRY(reader.secret(std::string{name}, out.credentials.postgrest_key));
  }
  double attempts = 3;
  double backoff = 0.5;
  double timeout = 10;
  OFFEX_TRY(reader.number("SUPABASE_RETRY_ATTEMPTS", 0, 100, attempts));
  OFFEX_TRY(reader.number("SUPABASE_RETRY_BACKOFF", 0, 3'600, backoff));
  OFFEX_TRY(reader.number("SUPABASE_TIMEOUT", 0.001, 3'600, timeout));
  if (std::floor(attempts) != attempts) {
    return VariableReader::refuse("SUPABASE_RETRY_ATTEMPTS", "is no whole number");
  }
  out.limits.attempts = std::max(1U, static_cast<unsigned>(attempts));
  out.limits.backoff = milliseconds_of(backoff);
  out.limits.timeout = milliseconds_of(timeout);
  return out;
}

}  // namespace offex::feeds
