#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"

#include "sim/json_rows_internal.hpp"
#include "sim/serve_query_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::array<std::string_view, 17> kWeeklyFields{"totalWeeklyShareQuantity",
                                                         "issueSymbolIdentifier",
                                                         "issueName",
                                                         "lastUpdateDate",
                                                         "lastReportedDate",
                                                         "tierDescription",
                                                         "initialPublishedDate",
                                                         "tierIdentifier",
                                                         "summaryStartDate",
                                                         "totalNotionalSum",
                                                         "totalWeeklyTradeCount",
                                                         "weekStartDate",
                                                         "MPID",
                                                         "firmCRDNumber",
                                                         "productTypeCode",
                                                         "marketParticipantName",
                                                         "summaryTypeCode"};
constexpr std::array<std::string_view, 3> kTierTitles{"NMS Tier 1", "NMS Tier 2", "OTC"};

struct FacilityFile {
  std::string_view prefix, market, code;
};
constexpr std::array<FacilityFile, 5> kFacilities{{{"FNSQ", "Q", "NQTRF"},
                                                   {"FNYX", "N", "NYTRF"},
                                                   {"FNQC", "B", "NCTRF"},
                                                   {"FNRA", "D", "ADF"},
                                                   {"FORF", "O", "ORF"}}};

RowBlock file_block(const Site& site, const std::filesystem::path& path) {
  return [&site, path] {
    Bytes found = site.file(path);
    return found ? found : std::make_shared<const std::string>("[]");
  };
}

std::string member_of(std::string_view row, std::string_view key) {
  std::vector<FlatMember> members;
  split_flat_object(row, members);
  for (const FlatMember& member : members) {
    if (member.key == key) return plain_value(member.raw);
  }
  return {};
}

/// Restated rows take the place of all rows of their kind and symbol.
std::string restated_text(const Site& site, const WeekFiles& week) {
  std::map<std::pair<std::string, std::string>, std::string> changed;
  const auto key_of = [](std::string_view row) {
    return std::pair{member_of(row, "summaryTypeCode"), member_of(row, "issueSymbolIdentifier")};
  };
  for (const auto& path : week.restated) {
    const Bytes text = site.file(path);
    for (const std::string_view row : split_flat_array(*text)) {
      std::string& rows = changed[key_of(row)];
      if (!rows.empty()) rows.push_back(',');
      rows += row;
    }
  }
  std::set<std::pair<std::string, std::string>> seen;
  std::string out = "[";
  for (const auto& path : week.pages) {
    const Bytes text = site.file(path);
    for (const std::string_view row : split_flat_array(*text)) {
      const auto at = changed.find(key_of(row));
      if (at != changed.end() && !seen.insert(at->first).second) continue;
      if (out.size() > 1) out.push_back(',');
      out += at == changed.end() ? row : std::string_view{at->second};
    }
  }
  return out + "]";
}

void add_weeks(const Site& site, QueryTable& out) {
  for (const WeekFiles& week : site.index.weeks) {
    if (!site.is_published(week)) continue;
    QueryPartition& partition = out.partitions.emplace_back();
    partition.values = {week.monday.iso(),
                        std::string{kTierNames[static_cast<std::size_t>(week.tier)]}};
    if (site.is_restated(week)) {
      partition.blocks.emplace_back([&site, &week] {
        return site.made("restated " + week.monday.iso(),
                         [&] { return restated_text(site, week); });
      });
      continue;
    }
    for (const auto& page : week.pages) partition.blocks.push_back(file_block(site, page));
  }
}

std::string details_row(const Site& site, const WeekFiles& week, std::string_view grain) {
  const auto tier = static_cast<std::size_t>(week.tier);
  const market::Day updated =
      site.is_restated(week) ? week.updated.value_or(week.published) : week.published;
  return fmt::format(
      "{{\"weekStartDate\":\"{}\",\"tierIdentifier\":\"{}\",\"tierDescription\":\"{}\","
      "\"summaryTypeCode\":\"{}\",\"initialPublishedDate\":\"{}\",\"lastUpdateDate\":\"{}\"}}",
      week.monday.iso(), kTierNames[tier], kTierTitles[tier], grain, week.published.iso(),
      updated.iso());
}

void add_details(const Site& site, QueryTable& out) {
  std::string text = "[";
  for (const WeekFiles& week : site.index.weeks) {
    if (!site.is_published(week)) continue;
    for (std::size_t grain = 0; grain < kGrains.size(); ++grain) {
      const bool by_firm = grain == kAtsFirm || grain == kOtcFirm;
      if (by_firm && !week.firms) continue;
      if (text.size() > 1) text.push_back(',');
      text += details_row(site, week, kGrains[grain]);
    }
  }
  Bytes shared = std::make_shared<const std::string>(text + "]");
  out.partitions.push_back({.values = {}, .blocks = {[shared] { return shared; }}});
}

/// Appends the rows of one facility's file as objects, by symbol.
void add_short_rows(std::string_view text, market::Day day, const FacilityFile& facility,
                    std::vector<std::pair<std::string_view, std::string>>& out) {
  for (const std::string_view line : split_text(text, '\n')) {
    const std::vector<std::string_view> cells = split_text(line, '|');
    if (cells.size() != 6 || cells[0] == "Date") continue;
    out.emplace_back(cells[1],
                     fmt::format("{{\"tradeReportDate\":\"{}\","
                                 "\"securitiesInformationProcessorSymbolIdentifier\":\"{}\","
                                 "\"shortParQuantity\":{},\"shortExemptParQuantity\":{},"
                                 "\"totalParQuantity\":{},\"marketCode\":\"{}\","
                                 "\"reportingFacilityCode\":\"{}\"}}",
                                 day.iso(), cells[1], cells[2], cells[3], cells[4], facility.market,
                                 facility.code));
  }
}

std::string short_rows(const Site& site, market::Day day) {
  std::vector<Bytes> held;
  std::vector<std::pair<std::string_view, std::string>> rows;
  for (const FacilityFile& facility : kFacilities) {
    const auto found = site.short_file(facility.prefix, day);
    if (!found) continue;
    held.push_back(site.file(found->path));
    add_short_rows(*held.back(), day, facility, rows);
  }
  std::ranges::stable_sort(rows, {}, [](const auto& row) { return row.first; });
  std::string out = "[";
  for (const auto& [symbol, row] : rows) {
    if (out.size() > 1) out.push_back(',');
    out += row;
  }
  return out + "]";
}

void add_short(const Site& site, QueryTable& out) {
  constexpr std::int32_t kYear = 365;
  const market::Day today = market::to_new_york(site.now()).day;
  const std::string version = site.corrected() ? "corrected" : "first";
  for (const market::Day day : site.index.sessions) {
    if (market::daily_publication(day) > site.now() || today - day > kYear) continue;
    out.partitions.push_back(
        {.values = {day.iso()}, .blocks = {[&site, day, key = "regsho " + version + day.iso()] {
                                  return site.made(key, [&] { return short_rows(site, day); });
                                }}});
  }
}

void add_interest(const Site& site, QueryTable& out) {
  for (const InterestFiles& files : site.index.interest) {
    if (market::daily_publication(files.published) > site.now()) continue;
    QueryPartition& partition = out.partitions.emplace_back();
    partition.values = {files.settlement.iso()};
    for (const auto& page : files.pages) partition.blocks.push_back(file_block(site, page));
  }
}

/// The market has the list of its newest session. Older lists are told from it: each leaves out
/// every seventh name, another one a session.
std::string threshold_rows(const Site& site, const std::filesystem::path& list, market::Day day) {
  constexpr std::size_t kLeftOut = 7;
  const Bytes text = site.file(list);
  const auto back = static_cast<std::size_t>(site.index.sessions.back() - day);
  std::string out = "[";
  std::size_t number = 0;
  for (const std::string_view row : split_flat_array(*text)) {
    if (back > 0 && ++number % kLeftOut == back % kLeftOut) continue;
    if (out.size() > 1) out.push_back(',');
    const std::string date = member_of(row, "tradeDate");
    std::string moved{row};
    moved.replace(moved.find(date), date.size(), day.iso());
    out += moved;
  }
  return out + "]";
}

void add_threshold(const Site& site, QueryTable& out) {
  const auto& list = site.index.threshold;
  if (!list) return;
  for (const market::Day day : site.index.sessions) {
    if (market::daily_publication(day) > site.now()) continue;
    out.partitions.push_back(
        {.values = {day.iso()}, .blocks = {[&site, &path = *list, day] {
                                  return site.made("threshold " + day.iso(),
                                                   [&] { return threshold_rows(site, path, day); });
                                }}});
  }
}

using Fill = void (*)(const Site&, QueryTable&);

struct Known {
  QueryTable table;  // without its partitions
  Fill fill;
};

std::vector<Known> all_tables() {
  const std::vector<std::string_view> weekly(kWeeklyFields.begin(), kWeeklyFields.end());
  const std::vector<std::string_view> weeks{"weekStartDate", "tierIdentifier"};
  return {{{.name = "WEEKLYSUMMARY", .fields = weekly, .partition_fields = weeks, .partitions = {}},
           &add_weeks},
          {{.name = "WEEKLYSUMMARYHISTORIC",
            .fields = weekly,
            .partition_fields = weeks,
            .historic = true,
            .partitions = {}},
           &add_weeks},
          {{.name = "WEEKLYDOWNLOADDETAILS",
            .fields = {"weekStartDate", "tierIdentifier", "tierDescription", "summaryTypeCode",
                       "initialPublishedDate", "lastUpdateDate"},
            .partition_fields = {},
            .sorts_freely = true,
            .partitions = {}},
           &add_details},
          {{.name = "REGSHODAILY",
            .fields = {"tradeReportDate", "securitiesInformationProcessorSymbolIdentifier",
                       "shortParQuantity", "shortExemptParQuantity", "totalParQuantity",
                       "marketCode", "reportingFacilityCode"},
            .partition_fields = {"tradeReportDate"},
            .partitions = {}},
           &add_short},
          {{.name = "CONSOLIDATEDSHORTINTEREST",
            .fields = {"settlementDate", "symbolCode", "issueName", "marketClassCode",
                       "currentShortPositionQuantity", "previousShortPositionQuantity",
                       "changePreviousNumber", "changePercent", "averageDailyVolumeQuantity",
                       "daysToCoverQuantity", "revisionFlag", "stockSplitFlag"},
            .partition_fields = {"settlementDate"},
            .partitions = {}},
           &add_interest},
          {{.name = "THRESHOLDLIST",
            .fields = {"tradeDate", "issueSymbolIdentifier", "issueName", "regShoThresholdFlag",
                       "marketCategoryCode"},
            .partition_fields = {"tradeDate"},
            .partitions = {}},
           &add_threshold}};
}

}  // namespace

std::optional<QueryTable> query_table(const Site& site, std::string_view name) {
  const std::string wanted = lower(name);
  static const std::vector<Known> tables = all_tables();
  for (const Known& known : tables) {
    if (lower(known.table.name) != wanted) continue;
    QueryTable out = known.table;
    known.fill(site, out);
    return out;
  }
  return std::nullopt;
}

}  // namespace offex::sim
