#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"
#include "offex/studies/coverage.hpp"
#include "offex/studies/nowcast.hpp"

#include "cli/report_internal.hpp"

namespace offex::cli {
namespace {

/// The table "what is missing, how much, why".
class MissingTable {
 public:
  void add(std::string what, std::string which, std::string why) {
    batch_.column(0).push(std::move(what));
    batch_.column(1).push(std::move(which));
    batch_.column(2).push(std::move(why));
  }
  [[nodiscard]] const columns::Batch& batch() const { return batch_; }

 private:
  columns::Batch batch_{{columns::Column{"what", columns::Type::Text},
                         columns::Column{"which", columns::Type::Text},
                         columns::Column{"why", columns::Type::Text}}};
};

std::string counted(std::size_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

/// Sessions without a file, by series and reason.
Result<void> add_gaps(const store::Reader& reader, MissingTable& out) {
  OFFEX_ASSIGN(const std::vector<studies::Gap> gaps, studies::gaps(reader));
  std::map<std::pair<std::string, std::string>, std::vector<market::Day>> groups;
  for (const studies::Gap& gap : gaps) {
    std::string why = gap.state ? std::string{store::to_string(*gap.state)} : "never asked for";
    if (!gap.reason.empty()) why += ": " + gap.reason;
    const std::string series =
        gap.facility.empty() ? gap.dataset : gap.dataset + " " + gap.facility;
    groups[{series, why}].push_back(gap.day);
  }
  for (const auto& [key, days] : groups) {
    const auto [first, last] = std::ranges::minmax(days);
    out.add(key.first,
            fmt::format("{}, {}{}", counted(days.size(), "session"), first.iso(),
                        first == last ? "" : " to " + last.iso()),
            key.second);
  }
  return {};
}

/// Series that are behind their own rule of publication.
Result<void> add_late(const store::Reader& reader, market::Instant now, MissingTable& out) {
  OFFEX_ASSIGN(const columns::Batch releases, studies::release_status(reader, now));
  for (std::size_t row = 0; row < releases.num_rows(); ++row) {
    const double behind = columns::number_of(releases, "behind", row);
    const double failed = columns::number_of(releases, "failed", row);
    if (!(behind > 0.0) && !(failed > 0.0)) continue;
    std::string which = columns::text_of(releases, "dataset", row);
    const std::string scope = columns::text_of(releases, "scope", row);
    if (!scope.empty()) which += " " + scope;
    const std::string newest = columns::text_of(releases, "newest", row);
    out.add(which, behind > 0.0 ? fmt::format("{:.0f} behind", behind) : "",
            failed > 0.0 ? fmt::format("{:.0f} requests failed; offex status --failed", failed)
                         : fmt::format("newest is {}; offex sync fetches what is due",
                                       newest.empty() ? "none" : newest));
  }
  return {};
}

/// Weeks that FINRA has not published yet.
Result<void> add_weeks(const store::Reader& reader, market::Day day, const Invocation& invocation,
                       MissingTable& out) {
  const market::Day newest = market::week_start(day);
  OFFEX_ASSIGN(const columns::Batch weeks,
               studies::nowcast(reader, {.weeks = market::DayRange{newest.plus(-7 * 8), newest},
                                         .as_of = invocation.asked_at()}));
  if (weeks.num_rows() == 0) {
    out.add("weekly ATS and non-ATS volume", "the weeks to " + newest.iso(),
            "no weekly file tells of them: offex sync weekly");
  }
  std::map<market::Day, std::pair<std::size_t, std::size_t>> pending;  // names, with a nowcast
  for (std::size_t row = 0; row < weeks.num_rows(); ++row) {
    if (columns::text_of(weeks, "status", row) == "PUBLISHED") continue;
    auto& [names, expected] = pending[*columns::day_of(weeks, "week_start_date", row)];
    ++names;
    if (!std::isnan(columns::number_of(weeks, "nowcast_volume", row))) ++expected;
  }
  for (const auto& [monday, counts] : pending) {
    out.add("weekly ATS and non-ATS volume",
            fmt::format("week of {}, {}", monday.iso(), counted(counts.first, "name")),
            fmt::format("not published yet; expected from the daily files for {}", counts.second));
  }
  return {};
}

/// Names of the evening's file that the scanner does not test.
void add_untested(market::Day day, const std::optional<studies::ScanResult>& scan,
                  MissingTable& out) {
  if (!scan) {
    out.add("scan", day.iso(), "no short-sale file of the day");
    return;
  }
  for (std::size_t why = 1; why < scan->excluded.size(); ++why) {
    if (scan->excluded[why] == 0) continue;
    out.add("test by the scanner", counted(scan->excluded[why], "name"),
            std::string{studies::reason(static_cast<studies::Exclusion>(why))});
  }
}

}  // namespace

Result<void> add_missing(const store::Reader& reader, market::Day day,
                         const std::optional<studies::ScanResult>& scan,
                         const Invocation& invocation, render::HtmlReport& page) {
  MissingTable table;
  OFFEX_TRY(add_weeks(reader, day, invocation, table));
  add_untested(day, scan, table);
  OFFEX_TRY(add_gaps(reader, table));
  OFFEX_TRY(add_late(reader, invocation.asked_at(), table));
  page.section("What is missing, and why");
  if (table.batch().num_rows() == 0) {
    page.paragraph("Nothing that the store knows of.");
    return {};
  }
  page.paragraph(
      "What is not there is shown as missing everywhere on this page, never as zero. Gaps and late "
      "releases are those that the store has now.");
  page.table({}, table.batch());
  return {};
}

}  // namespace offex::cli
