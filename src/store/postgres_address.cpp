#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

#include <libpq-fe.h>

#include "offex/store/postgres.hpp"

#include "store/postgres_internal.hpp"

namespace offex::store {
namespace pg {
namespace {

/// The parts of an address that may be shown.
struct Address {
  std::string user;
  std::string host;
  std::string port;
  std::string database;
  std::string sslmode;
  std::string connect_timeout;
};

std::string option(const PQconninfoOption* options, std::string_view name) {
  for (; options->keyword != nullptr; ++options) {
    if (name == options->keyword && options->val != nullptr) return options->val;
  }
  return {};
}

/// A password with a raw '@' or '/' makes libpq take its end for a host, a port or a database.
bool is_as_meant(const Address& address) {
  constexpr auto kPortCharacter = [](char c) { return (c >= '0' && c <= '9') || c == ','; };
  return address.host.find('@') == std::string::npos &&
         address.database.find('@') == std::string::npos &&
         std::ranges::all_of(address.port, kPortCharacter);
}

std::optional<Address> read(const std::string& url) {
  char* words = nullptr;  // libpq's words may repeat a part of a password
  PQconninfoOption* options = PQconninfoParse(url.c_str(), &words);
  PQfreemem(words);
  if (options == nullptr) return std::nullopt;
  Address out{.user = option(options, "user"),
              .host = option(options, "host"),
              .port = option(options, "port"),
              .database = option(options, "dbname"),
              .sslmode = option(options, "sslmode"),
              .connect_timeout = option(options, "connect_timeout")};
  if (out.host.empty()) {
    out.host = option(options, "hostaddr");
  }
  PQconninfoFree(options);
  if (!is_as_meant(out)) return std::nullopt;
  return out;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kPlain = "-._~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte / 16];
      out += kDigits[byte % 16];
    }
  }
  return out;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    out.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

/// Several hosts may share one port or have one each.
std::string hosts_of(const Address& address) {
  const std::vector<std::string> hosts = split(address.host);
  const std::vector<std::string> ports = split(address.port);
  std::string out;
  for (std::size_t at = 0; at < hosts.size(); ++at) {
    const std::string& host = hosts[at];
    const std::string& port = ports.size() == 1 ? ports[0] : at < ports.size() ? ports[at] : "";
    out += at == 0 ? "" : ",";
    out += host.find(':') != std::string::npos ? "[" + host + "]" : percent_encoded(host);
    out += port.empty() ? "" : ":" + port;
  }
  return out;
}

}  // namespace

long connect_seconds(const std::string& url, long fallback) {
  const std::optional<Address> address = read(url);
  if (!address || address->connect_timeout.empty()) return fallback;
  const std::string& text = address->connect_timeout;
  long seconds = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return end.ec == std::errc{} && seconds > 0 ? seconds : fallback;
}

}  // namespace pg

std::string_view postgres_type(columns::Type type) {
  using columns::Type;
  switch (type) {
    case Type::Bool:
      return "boolean";
    case Type::Int32:
      return "integer";
    case Type::Int64:
      return "bigint";
    case Type::Double:
      return "double precision";
    case Type::Quantity:
      return "numeric(18,6)";
    case Type::Price:
      return "numeric(18,9)";
    case Type::Day:
      return "date";
    case Type::Instant:
      return "timestamp with time zone";
    case Type::Number:
      return "numeric";
    case Type::Symbol:
    case Type::Text:
    case Type::Label:
      return "text";
  }
  return "text";
}

std::string quote_name(std::string_view name) {
  std::string out{'"'};
  for (const char c : name) {
    out += c;
    if (c == '"') {
      out += c;
    }
  }
  out += '"';
  return out;
}

Result<void> check_postgres_address(std::string_view address) {
  // libpq reads an empty text too, as "wherever the variables say".
  if (address.find_first_not_of(" \t\n") == std::string_view::npos ||
      !pg::read(std::string{address})) {
    return fail(base::ErrorCode::InvalidArgument,
                "the address of the database cannot be read: "
                "postgresql://USER:PASSWORD@HOST:PORT/DATABASE is wanted, with special characters "
                "percent-encoded (@ as %40, / as %2F), or host=HOST port=PORT user=USER "
                "password=PASSWORD dbname=DATABASE");
  }
  return {};
}

std::string public_postgres_url(std::string_view url) {
  const std::optional<pg::Address> address = pg::read(std::string{url});
  if (!address) return "postgresql://(an address that cannot be read)";
  std::string out = "postgresql://";
  if (!address->user.empty()) {
    out += pg::percent_encoded(address->user) + "@";
  }
  out += pg::hosts_of(*address);
  if (!address->database.empty()) {
    out += "/" + pg::percent_encoded(address->database);
  }
  if (!address->sslmode.empty()) {
    out += "?sslmode=" + pg::percent_encoded(address->sslmode);
  }
  return out;
}

}  // namespace offex::store
