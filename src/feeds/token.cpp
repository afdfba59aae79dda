#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "feeds/json_scanner_internal.hpp"
#include "feeds/token_internal.hpp"

namespace offex::feeds {
namespace {

using std::chrono::milliseconds;

std::optional<milliseconds> read_seconds(std::string_view text) {
  double seconds = 0.0;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (fault != std::errc{} || stop != text.data() + text.size() || !std::isfinite(seconds))
    return std::nullopt;
  return milliseconds{std::llround(1e3 * std::clamp(seconds, 0.0, 1e8))};
}

}  // namespace

std::optional<GrantedToken> read_token(std::string_view json) {
  JsonScanner scanner{json};
  if (!scanner.take('{')) return std::nullopt;
  GrantedToken out;
  std::string name;
  std::string value;
  do {
    value.clear();
    if (!scanner.text(name) || !scanner.take(':') || !scanner.value(value)) return std::nullopt;
    if (name == "access_token") out.value = value;
    if (name == "expires_in") out.lifetime = read_seconds(value).value_or(out.lifetime);
  } while (scanner.take(','));
  if (!scanner.take('}')) return std::nullopt;

  const auto fits = [](char c) { return c > 0x20 && c < 0x7F; };
  if (out.value.empty() || !std::ranges::all_of(out.value, fits)) return std::nullopt;
  return out;
}

milliseconds use_of(milliseconds lifetime) {
  constexpr milliseconds kEarly{60'000};
  // Never nothing: a token that is old at once would be fetched for ever.
  constexpr milliseconds kLeast{250};
  return std::max({kLeast, lifetime / 2 < kEarly ? lifetime / 2 : lifetime - kEarly});
}

}  // namespace offex::feeds
