#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include <fmt/format.h>

#include "offex/formats/document.hpp"

#include "formats/finra_names_internal.hpp"

namespace offex::formats {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::optional<market::Day> day_of(std::string_view text) {
  const auto day = market::Day::parse(text);
  if (!day) return std::nullopt;
  return *day;
}

// `CNMSshvol` in any case, at the start of a word, and the eight digits behind it.
std::optional<NameHints> short_volume_hints(std::string_view name) {
  constexpr std::string_view kMark = "shvol";
  constexpr std::size_t kPrefix = 4;
  std::string lower{name};
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const std::size_t mark = lower.find(kMark);
  if (mark == std::string::npos || mark < kPrefix) return std::nullopt;
  const std::size_t start = mark - kPrefix;
  if (start > 0 && is_word(name[start - 1])) return std::nullopt;
  std::string prefix = lower.substr(start, kPrefix);
  std::ranges::transform(prefix, prefix.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  NameHints hints{.day = {}, .facility = market::parse_facility(prefix)};
  if (!hints.facility) return std::nullopt;
  const std::string_view rest = name.substr(mark + kMark.size());
  const auto digits =
      static_cast<std::size_t>(std::ranges::find_if_not(rest, is_digit) - rest.begin());
  if (digits == 8) hints.day = day_of(rest.substr(0, digits));
  return hints;
}

// The only date of the form 2026-05-22 in the name.
std::optional<market::Day> iso_day(std::string_view name) {
  constexpr std::size_t kLength = 10;
  std::optional<market::Day> found;
  for (std::size_t i = 0; i + kLength <= name.size(); ++i) {
    const std::string_view text = name.substr(i, kLength);
    if (text[4] != '-' || text[7] != '-') continue;
    if (i > 0 && is_digit(name[i - 1])) continue;
    if (i + kLength < name.size() && is_digit(name[i + kLength])) continue;
    const auto day = day_of(text);
    if (!day) continue;
    if (found) return std::nullopt;
    found = day;
  }
  return found;
}

}  // namespace

NameHints hints_from_name(std::string_view file_name) {
  const std::string_view name = base_name(file_name);
  if (const auto hints = short_volume_hints(name)) {
    NameHints out = *hints;
    if (!out.day) out.day = iso_day(name);
    return out;
  }
  // The date in the name of a weekly file is its week and no trade date.
  const auto week = week_from_name(name);
  return {.day = week ? std::nullopt : iso_day(name), .facility = {}, .week = week};
}

}  // namespace offex::formats
