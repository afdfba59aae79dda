#include <algorithm>
#include <array>
#include <string>

#include "formats/finra_names_internal.hpp"
#include "formats/short_layout_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::size_t kIsoBytes = 10;
constexpr std::size_t kCompactBytes = 8;

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

// What stands behind `mark` at the start of a word of the last part of the path, in lower case.
std::optional<std::string> behind(std::string_view path, std::string_view mark) {
  const std::size_t slash = path.find_last_of("/\\");
  const std::string name = lower(slash == std::string_view::npos ? path : path.substr(slash + 1));
  for (std::size_t at = name.find(mark); at != std::string::npos; at = name.find(mark, at + 1)) {
    if (at == 0 || !is_word(name[at - 1])) return name.substr(at + mark.size());
  }
  return std::nullopt;
}

// The same in the name of the file, then in that of the archive it stands in.
std::optional<std::string> behind_in_any(std::string_view path, std::string_view mark) {
  auto found = behind(path, mark);
  const std::size_t slash = path.find_last_of("/\\");
  if (!found && slash != std::string_view::npos && lower(path.substr(0, slash)).ends_with(".zip")) {
    found = behind(path.substr(0, slash), mark);
  }
  return found;
}

// The day at the start of `text`, unless it is part of a longer number.
std::optional<market::Day> leading_day(std::string_view text, std::size_t size) {
  if (text.size() < size) return std::nullopt;
  if (text.size() > size && text[size] >= '0' && text[size] <= '9') return std::nullopt;
  const auto day = market::Day::parse(text.substr(0, size));
  if (!day) return std::nullopt;
  return *day;
}

}  // namespace

std::optional<Venue> venue_from_name(std::string_view file) {
  if (behind_in_any(file, "otc_non_ats_")) return Venue::NonAts;
  if (behind_in_any(file, "otc_ats_")) return Venue::Ats;
  return std::nullopt;
}

bool says_ats_summary(std::string_view file) {
  return behind_in_any(file, "ats_w_summary").has_value();
}

std::string_view summary_type_from_name(std::string_view file) {
  // The longer ones first: each begins with a shorter one.
  constexpr std::array<std::string_view, 4> kTypes = {"ATS_W_SMBL_FIRM", "OTC_W_SMBL_FIRM",
                                                      "ATS_W_SMBL", "OTC_W_SMBL"};
  for (const std::string_view type : kTypes) {
    if (behind_in_any(file, lower(type))) return type;
  }
  return {};
}

std::optional<market::Day> week_from_name(std::string_view file) {
  for (const std::string_view mark : {"otc_non_ats_", "otc_ats_"}) {
    if (const auto rest = behind_in_any(file, mark)) return leading_day(*rest, kIsoBytes);
  }
  if (const auto rest = behind_in_any(file, "ats_w_summary_")) {
    const auto day = leading_day(*rest, kCompactBytes);
    if (day && day->weekday() == market::Weekday::Friday) return market::week_start(*day);
  }
  return std::nullopt;
}

std::string_view tier_of(std::string_view text) {
  struct Name {
    std::string_view text;
    std::string_view tier;
  };
  constexpr std::array kNames = {
      Name{"t1", "T1"},          Name{"nmstier1", "T1"}, Name{"tier1", "T1"},
      Name{"t2", "T2"},          Name{"nmstier2", "T2"}, Name{"tier2", "T2"},
      Name{"otce", "OTCE"},      Name{"otc", "OTCE"},    Name{"otcequities", "OTCE"},
      Name{"otcequity", "OTCE"}, Name{"na", "NA"},       Name{"notapplicable", "NA"},
  };
  const std::string plain = normalised(text);
  const auto found = std::ranges::find(kNames, std::string_view{plain}, &Name::text);
  return found == kNames.end() ? std::string_view{} : found->tier;
}

}  // namespace offex::formats
