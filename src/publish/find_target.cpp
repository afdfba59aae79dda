#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "offex/publish/target.hpp"
#include "offex/store/postgres.hpp"

namespace offex::publish {
namespace {

using base::ErrorCode;

constexpr std::array<const char*, 2> kDatabaseVariables{"DATABASE_URL", "SUPABASE_DB_URL_LOCAL"};

bool is_postgres_url(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

bool is_http(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

/// The address in the first variable that is set and not empty.
Result<std::optional<TargetAddress>> database_target(const feeds::Variables& variables) {
  for (const char* name : kDatabaseVariables) {
    auto value = variables(name);
    if (!value || value->empty()) continue;
    if (const auto usable = store::check_postgres_address(*value); !usable) {
      return fail(usable.error().code, fmt::format("{}: {}", name, usable.error().message));
    }
    return TargetAddress{.url = std::move(*value)};
  }
  return std::nullopt;
}

/// The settings of PostgREST when `url` takes the place of the variables' address.
Result<feeds::FeedSettings> settings_at(std::string_view url, const feeds::Variables& variables) {
  return feeds::postgrest_settings([&](const std::string& name) -> std::optional<std::string> {
    if (name == "SUPABASE_URL") return std::string{url};
    return variables(name);
  });
}

Result<std::optional<TargetAddress>> given_target(std::string_view url,
                                                  const feeds::Variables& variables) {
  if (!is_http(url)) {
    const auto usable = store::check_postgres_address(url);
    if (usable) return TargetAddress{.url = std::string{url}};
    if (is_postgres_url(url)) return std::unexpected{usable.error()};
    return fail(ErrorCode::InvalidArgument,
                fmt::format("`{}` is no address to push to; give postgresql://USER@HOST/DATABASE, "
                            "host=HOST user=USER dbname=DATABASE or https://PROJECT.supabase.co",
                            store::public_postgres_url(url)));
  }
  OFFEX_ASSIGN(feeds::FeedSettings settings, settings_at(url, variables));
  if (settings.credentials.postgrest_key.empty()) {
    return fail(ErrorCode::Credentials,
                fmt::format("no key for {}: set SUPABASE_SERVICE_ROLE_KEY, SUPABASE_ANON_KEY or "
                            "NEXT_PUBLIC_SUPABASE_ANON_KEY",
                            settings.endpoints.postgrest));
  }
  std::string address = settings.endpoints.postgrest;
  return TargetAddress{.url = std::move(address), .settings = std::move(settings)};
}

}  // namespace

Result<std::optional<TargetAddress>> find_target(std::string_view url,
                                                 const feeds::Variables& variables) {
  if (!url.empty()) return given_target(url, variables);
  OFFEX_ASSIGN(feeds::FeedSettings settings, feeds::postgrest_settings(variables));
  if (!settings.endpoints.postgrest.empty() && !settings.credentials.postgrest_key.empty()) {
    std::string address = settings.endpoints.postgrest;
    return TargetAddress{.url = std::move(address), .settings = std::move(settings)};
  }
  return database_target(variables);
}

Result<std::unique_ptr<Target>> open_target(const TargetAddress& address, base::LogSink* log) {
  return is_http(address.url) ? open_postgrest_target(address, log)
                              : open_postgres_target(address, log);
}

}  // namespace offex::publish
