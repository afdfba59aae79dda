#include <algorithm>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"

#include "sim/server_site_internal.hpp"

namespace offex::sim {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTail = 2'000;        // bytes; longer than a row of a weekly page
constexpr int kInterestSessions = 7;        // from settlement to publication
constexpr std::int32_t kRestatedAfter = 4;  // days after the first publication

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  for (fs::recursive_directory_iterator at{folder, error}, end; !error && at != end;
       at.increment(error)) {
    if (at->is_regular_file(error)) out.push_back(at->path());
  }
  std::ranges::sort(out);
  return out;
}

/// Parts of `weeklySummary_2026-03-02_T1_0001.json` between the underscores.
std::vector<std::string> parts_of(const fs::path& path) {
  const std::string stem = path.stem().string();
  std::vector<std::string> out;
  for (const std::string_view part : split_text(stem, '_')) out.emplace_back(part);
  return out;
}

std::optional<Tier> tier_named(std::string_view name) {
  const auto at = std::ranges::find(kTierNames, name);
  if (at == kTierNames.end()) return std::nullopt;
  return static_cast<Tier>(at - kTierNames.begin());
}

bool ends_with_firms(const fs::path& page) {
  std::ifstream in{page, std::ios::binary | std::ios::ate};
  const auto size = static_cast<std::streamoff>(in.tellg());
  const std::streamoff from = std::max<std::streamoff>(0, size - std::streamoff{kTail});
  in.seekg(from);
  std::string tail(static_cast<std::size_t>(size - from), '\0');
  in.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  return tail.contains("_SMBL_FIRM\"");
}

WeekFiles* week_of(const fs::path& page, std::vector<WeekFiles>& weeks) {
  const std::vector<std::string> parts = parts_of(page);
  if (parts.size() != 4 || parts[0] != "weeklySummary") return nullptr;
  const auto monday = market::Day::parse(parts[1]);
  const auto tier = tier_named(parts[2]);
  if (!monday || !tier) return nullptr;
  for (WeekFiles& week : weeks) {
    if (week.monday == *monday && week.tier == *tier) return &week;
  }
  weeks.push_back({.monday = *monday,
                   .tier = *tier,
                   .pages = {},
                   .restated = {},
                   .published = publication_day(*monday, *tier),
                   .updated = {}});
  return &weeks.back();
}

std::vector<WeekFiles> index_weeks(const fs::path& root) {
  std::vector<WeekFiles> out;
  for (const char* folder : {"weekly", "weekly_later"}) {
    for (const fs::path& page : files_in(root / folder)) {
      if (WeekFiles* week = week_of(page, out)) week->pages.push_back(page);
    }
  }
  for (const fs::path& page : files_in(root / "weekly_restated")) {
    if (WeekFiles* week = week_of(page, out)) {
      week->restated.push_back(page);
      week->updated = week->published.plus(kRestatedAfter);
    }
  }
  std::erase_if(out, [](const WeekFiles& week) { return week.pages.empty(); });
  for (WeekFiles& week : out) week.firms = ends_with_firms(week.pages.back());
  std::ranges::sort(out, {},
                    [](const WeekFiles& week) { return std::pair{week.monday, week.tier}; });
  return out;
}

void index_api(const fs::path& root, MarketIndex& out) {
  for (const fs::path& page : files_in(root / "finra_api")) {
    const std::vector<std::string> parts = parts_of(page);
    if (page.extension() != ".json" || parts.size() < 2) continue;
    const auto day = market::Day::parse(parts[1]);
    if (!day) continue;
    if (parts[0] == "thresholdList") out.threshold = page;
    if (parts[0] != "consolidatedShortInterest") continue;
    if (out.interest.empty() || out.interest.back().settlement != *day) {
      const auto published = market::session_after(*day, kInterestSessions);
      out.interest.push_back(
          {.settlement = *day, .published = published.value_or(*day), .pages = {}});
    }
    out.interest.back().pages.push_back(page);
  }
}

void index_objects(const fs::path& root, MarketIndex& out) {
  for (const char* part : {"bars", "tape"}) {
    for (const fs::path& path : files_in(root / part)) {
      const fs::path key = path.lexically_relative(root / part);
      const auto day = market::Day::parse(path.filename().string().substr(0, 10));
      std::error_code error;
      if (!day) continue;
      if (key.string().contains("/trades_v1/")) out.tape_days.push_back(*day);
      out.objects.emplace(
          key.generic_string(),
          StoredObject{.path = path, .size = fs::file_size(path, error), .day = *day});
    }
  }
  std::ranges::sort(out.tape_days);
}

}  // namespace

Result<MarketIndex> index_market(const fs::path& folder) {
  MarketIndex out;
  for (const fs::path& path : files_in(folder / "short")) {
    const std::string name = path.filename().string();
    if (!name.starts_with("CNMSshvol") || name.size() != 21) continue;
    const auto day = market::Day::parse(name.substr(9, 8));
    if (day) out.sessions.push_back(*day);
  }
  if (out.sessions.empty()) {
    return fail(base::ErrorCode::InvalidArgument,
                folder.string() + " holds no simulated market: no CNMS file is in short/");
  }
  std::ranges::sort(out.sessions);
  out.weeks = index_weeks(folder);
  index_api(folder, out);
  index_objects(folder, out);
  return out;
}

}  // namespace offex::sim
