#include "offex/views/clock.hpp"

#include <array>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"
#include "offex/market/calendar.hpp"

namespace offex::views {
namespace {

using market::Day;
using market::Instant;

/// What the store had by the moment of the question.
struct Newest {
  std::optional<Day> daily;
  std::map<std::string, Day> weeks;  // by tier
};

Result<Newest> newest_of(const store::Reader& reader, Instant now) {
  const std::array<store::Parameter, 1> parameters{now};
  // A revision of weekly data is of one kind and tier: "ATS_W_SMBL T1".
  OFFEX_ASSIGN(store::QueryRows rows,
               reader.query("SELECT family, CASE WHEN facility LIKE '% %' THEN "
                            "string_split(facility, ' ')[-1] ELSE '' END AS part, "
                            "max(key_date) AS newest FROM revision_used($1) WHERE family IN "
                            "('short', 'weekly_summary', 'weekly') AND key_date IS NOT NULL "
                            "GROUP BY ALL ORDER BY newest DESC, part",
                            parameters));
  OFFEX_ASSIGN(const columns::Batch batch, rows.all());
  Newest out;
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    const std::string part = columns::text_of(batch, "part", row);
    const Day day = *columns::day_of(batch, "newest", row);
    if (columns::text_of(batch, "family", row) != "short") {
      out.weeks.try_emplace(part, day);
    } else if (!out.daily) {
      out.daily = day;
    }
  }
  return out;
}

std::string moment_text(Instant instant) {
  const market::NewYorkTime local = market::to_new_york(instant);
  constexpr std::int64_t kMinute = 60'000'000'000;
  const std::int64_t minutes = local.nanos_of_day / kMinute;
  return fmt::format("{} {:02}:{:02}", local.day.iso(), minutes / 60, minutes % 60);
}

/// The first release that is still to come, daily or weekly.
std::string next_release(const Newest& newest, Instant now) {
  std::optional<std::pair<Instant, std::string>> first;
  const auto offer = [&](Instant when, std::string what) {
    if (when > now && (!first || when < first->first)) first = {when, std::move(what)};
  };
  if (const auto next = market::session_after(market::last_published_session(now))) {
    offer(market::daily_publication(*next), "session " + next->iso());
  }
  for (const auto& [tier, week] : newest.weeks) {
    Day monday = week.plus(7);
    // Weeks that are overdue are none to come; a year of them is enough to look through.
    for (int i = 0; i < 53 && market::weekly_publication(monday, tier) <= now; ++i) {
      monday = monday.plus(7);
    }
    offer(market::weekly_publication(monday, tier), fmt::format("week {}", monday.iso()));
  }
  return first ? fmt::format("{} ({})", moment_text(first->first), first->second) : "";
}

/// "2026-03-23 (T1), 2026-03-09 (T2, OTCE)", the newest first.
std::string weeks_text(const std::map<std::string, Day>& weeks) {
  std::map<Day, std::string, std::greater<>> tiers;
  for (const auto& [tier, week] : weeks) {
    std::string& names = tiers[week];
    names += (names.empty() || tier.empty() ? "" : ", ") + tier;
  }
  std::string out;
  for (const auto& [week, names] : tiers) {
    out += fmt::format("{}{}{}", out.empty() ? "" : ", ", week.iso(),
                       names.empty() ? "" : fmt::format(" ({})", names));
  }
  return out;
}

}  // namespace

Result<std::vector<render::Fact>> clock_strip(const store::Reader& reader, Instant now) {
  OFFEX_ASSIGN(const Newest newest, newest_of(reader, now));
  std::vector<render::Fact> out{{.name = "As of", .value = moment_text(now) + " ET"}};
  out.push_back({.name = "Newest daily file",
                 .value = newest.daily ? newest.daily->iso() : std::string{"none"}});
  out.push_back({.name = "Newest published week",
                 .value = newest.weeks.empty() ? std::string{"none"} : weeks_text(newest.weeks)});
  if (std::string next = next_release(newest, now); !next.empty()) {
    out.push_back({.name = "Next release", .value = std::move(next)});
  }
  return out;
}

std::vector<std::string> break_notes(const std::vector<Day>& days, int sessions) {
  std::vector<std::string> out;
  if (days.empty()) return out;
  for (const market::StructuralBreak& change : market::structural_breaks()) {
    const auto last = market::session_after(change.day, sessions);
    if (change.day > days.back() || (last && *last < days.front())) continue;
    out.push_back(fmt::format("Medians and bands reach back across {} ({}): {}", change.day.iso(),
                              change.name, change.effect));
  }
  return out;
}

std::vector<render::Mark> break_rules(const std::vector<Day>& days) {
  std::vector<render::Mark> out;
  if (days.empty()) return out;
  for (const market::StructuralBreak& change : market::structural_breaks()) {
    // Left of the first session of the new regime; one before all that is shown marks nothing.
    if (change.day <= days.front() || change.day > days.back()) continue;
    double at = -0.5;
    for (const Day day : days) at += day < change.day ? 1.0 : 0.0;
    out.emplace_back(render::Rule{.at = at,
                                  .vertical = true,
                                  .ink = render::Ink::Quiet,
                                  .dash = render::Dash::Dashed,
                                  .width = 1.0,
                                  .label = std::string{change.name}});
  }
  return out;
}

}  // namespace offex::views
