#include <algorithm>
#include <array>
#include <cstdint>

#include "feeds/url_internal.hpp"

namespace offex::feeds {
namespace {

constexpr std::string_view kHidden = "***";

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Reads "host", "host:port" or "[::1]:port".
bool read_authority(std::string_view text, Address& out) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const std::size_t colon = text.find(':', bracket);
  out.host = lower_case(text.substr(0, colon));
  out.port = out.scheme == "https" ? "443" : "80";
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    if (!all_digits(port) || port.size() > 5) return false;
    out.port = port;
  }
  const auto allowed = [](char c) { return is_unreserved(c) || c == '[' || c == ']' || c == ':'; };
  return !out.host.empty() && std::ranges::all_of(out.host, allowed);
}

void hide_all(std::string& text, std::string_view secret) {
  if (secret.size() < 4) return;  // would blacken ordinary text
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + kHidden.size())) {
    text.replace(at, secret.size(), kHidden);
  }
}

void hide_parameter(std::string& text, std::string_view name) {
  for (std::size_t at = 0; at + name.size() <= text.size(); ++at) {
    if (!equal_ignoring_case(std::string_view{text}.substr(at, name.size()), name)) continue;
    const std::size_t begin = at + name.size();
    const std::size_t end = std::min(text.find_first_of("& \"'<>#\r\n", begin), text.size());
    text.replace(begin, end - begin, kHidden);
    at = begin;
  }
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string lower_case(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::optional<Address> split_address(std::string_view url) {
  const auto stray = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; };
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos || std::ranges::any_of(url, stray)) return std::nullopt;
  Address out;
  out.scheme = lower_case(url.substr(0, colon));
  if (out.scheme != "https" && out.scheme != "http") return std::nullopt;
  url.remove_prefix(colon + 3);
  url = url.substr(0, url.find('#'));

  const std::size_t end = std::min(url.find_first_of("/?"), url.size());
  if (!read_authority(url.substr(0, end), out)) return std::nullopt;
  url.remove_prefix(end);
  const std::size_t question = url.find('?');
  out.path = url.substr(0, question);
  if (question != std::string_view::npos) out.query = url.substr(question + 1);
  return out;
}

std::string origin_of(const Address& address) {
  const std::string_view own = address.scheme == "https" ? "443" : "80";
  std::string out = address.scheme + "://" + address.host;
  if (address.port != own) out += ":" + address.port;
  return out;
}

std::string join_address(const Address& address) {
  std::string out = origin_of(address) + address.path;
  if (!address.query.empty()) out += "?" + address.query;
  return out;
}

bool same_origin(const Address& a, const Address& b) {
  return a.scheme == b.scheme && a.host == b.host && a.port == b.port;
}

bool is_loopback(const Address& address) {
  const auto numeric = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  return address.host == "localhost" || address.host == "[::1]" ||
         (address.host.starts_with("127.") && std::ranges::all_of(address.host, numeric));
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 0x0FU];
    }
  }
  return out;
}

std::string query_string(std::vector<std::pair<std::string, std::string>> pairs) {
  for (auto& [name, value] : pairs) {
    name = percent_encode(name);
    value = percent_encode(value);
  }
  std::ranges::sort(pairs);
  std::string out;
  for (const auto& [name, value] : pairs) {
    out += out.empty() ? '?' : '&';
    out += name;
    out += '=';
    out += value;
  }
  return out;
}

const std::string& endpoint_of(const Endpoints& endpoints, Upstream upstream) {
  switch (upstream) {
    case Upstream::FinraCdn:
      return endpoints.finra_cdn;
    case Upstream::FinraApi:
      return endpoints.finra_api;
    case Upstream::Polygon:
      return endpoints.polygon;
    case Upstream::FlatFiles:
      return endpoints.flat_files;
    case Upstream::NasdaqTrader:
      return endpoints.nasdaq_trader;
    case Upstream::Postgrest:
      break;
  }
  return endpoints.postgrest;
}

std::string token_question(const Endpoints& endpoints) {
  const std::string& address = endpoints.finra_token;
  const std::size_t question = address.find('?');
  const bool bare = question == std::string::npos;
  const std::string query = bare ? std::string{} : "&" + address.substr(question + 1);
  if (query.contains("&grant_type=")) return address;
  return address + (bare ? "?" : "&") + "grant_type=client_credentials";
}

std::string redact(std::string text, const Credentials& secrets, std::string_view token) {
  hide_all(text, token);
  for (const std::string* secret :
       {&secrets.finra_key, &secrets.finra_secret, &secrets.polygon_key, &secrets.flat_file_key,
        &secrets.flat_file_secret, &secrets.postgrest_key}) {
    hide_all(text, *secret);
  }
  for (const std::string_view name : {"apikey=", "api_key=", "access_token=", "x-amz-signature="}) {
    hide_parameter(text, name);
  }
  return text;
}

}  // namespace offex::feeds
